import { textFlag, UsageError, type Command } from './command.ts';
import { version } from './version-number.ts';

export const versionCommand: Command = {
  summary: 'Show the version of the command, and of the controllers in the cluster.',
  examples: ['sluice version --client', 'sluice version -o json'],
  flags: {
    client: { type: 'boolean', help: 'only the version of this command; asks no cluster' },
    output: { type: 'string', short: 'o', value: 'FORMAT', help: 'yaml (default) or json' },
  },
  async run(_args, flags, io) {
    const output = textFlag(flags, 'output') ?? 'yaml';
    if (output !== 'yaml' && output !== 'json') throw new UsageError(`--output must be json or yaml, not ${output}`);
    const versions: Record<string, string> = { sluice: version };
    if (flags['client'] !== true) {
      const { controllerVersions } = await import('./controller-versions.ts');
      Object.assign(versions, await controllerVersions(flags, io));
    }
    const lines = Object.entries(versions).map(([name, value]) => `${name}: ${value}\n`);
    io.out(output === 'json' ? `${JSON.stringify(versions, undefined, 2)}\n` : lines.join(''));
    return 0;
  },
};
