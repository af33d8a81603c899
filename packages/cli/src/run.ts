import { parseArgs } from 'node:util';
import {
  UsageError,
  type Command,
  type CommandGroup,
  type CommandNode,
  type Flags,
  type FlagValues,
} from './command.ts';
import { clusterFlags } from './global-flags.ts';
import { commandHelp, groupHelp } from './help.ts';
import { failure, type Io } from './io.ts';
import { tree } from './tree.ts';
import { version } from './version-number.ts';

const helpFlag: Flags = { help: { type: 'boolean', short: 'h', help: 'show this help' } };

/**
 * Finds the command, reads its flags, runs it.
 * @returns the exit code: 0 for success, 1 for any error
 */
export async function run(argv: readonly string[], io: Io): Promise<number> {
  try {
    return await dispatch(argv, io);
  } catch (error) {
    if (io.signal.aborted) return 130;
    failure(io, error instanceof Error ? error.message : String(error));
    return 1;
  }
}

async function dispatch(argv: readonly string[], io: Io): Promise<number> {
  if (argv[0] === '--version') {
    io.out(`sluice version ${version}\n`);
    return 0;
  }
  const { node, path, rest } = find(tree, argv);
  if (!('children' in node)) return await runCommand(await node.load(), { path, rest }, io);
  if (node.own === undefined) return showGroup(node, path, rest, io);
  return await runCommand(await node.own(), { path, rest, children: node.children }, io);
}

interface Call {
  readonly path: readonly string[];
  readonly rest: readonly string[];
  readonly children?: CommandGroup['children'];
}

async function runCommand(command: Command, { path, rest, children }: Call, io: Io): Promise<number> {
  const flags = { ...command.flags, ...(command.offline === true ? {} : clusterFlags), ...helpFlag };
  const parsed = parseFlags(rest, flags);
  if (parsed.values['help'] === true) {
    io.out(commandHelp(path, command, flags, children));
    return 0;
  }
  return command.run(parsed.positionals, parsed.values as FlagValues, io);
}

/** Walks down the tree while the words name commands. */
function find(
  root: CommandGroup,
  argv: readonly string[],
): { node: CommandNode; path: string[]; rest: readonly string[] } {
  let node: CommandNode = root;
  const path: string[] = [];
  let rest = argv;
  while ('children' in node) {
    const word = rest[0];
    const found: [string, CommandNode] | undefined = Object.entries(node.children).find(
      ([name, child]) => name === word || child.aliases?.includes(word ?? '') === true,
    );
    if (found === undefined) break;
    path.push(found[0]);
    node = found[1];
    rest = rest.slice(1);
  }
  return { node, path, rest };
}

function showGroup(group: CommandGroup, path: readonly string[], rest: readonly string[], io: Io): number {
  const word = rest.find((argument) => !argument.startsWith('-'));
  if (word !== undefined && word !== 'help') {
    throw new UsageError(`unknown command "${word}" for "${['sluice', ...path].join(' ')}", see --help`);
  }
  const flag = rest.find((argument) => argument.startsWith('-') && argument !== '-h' && argument !== '--help');
  if (flag !== undefined) throw new UsageError(`unknown flag: ${flag}`);
  io.out(groupHelp(path, group));
  return 0;
}

function parseFlags(args: readonly string[], flags: Flags) {
  const options = Object.fromEntries(
    Object.entries(flags).map(([name, { type, short, multiple }]) => [
      name,
      { type, ...(short !== undefined && { short }), ...(multiple !== undefined && { multiple }) },
    ]),
  );
  try {
    return parseArgs({
      args: args.flatMap((argument) => plainBoolean(argument, flags)),
      options,
      allowPositionals: true,
      strict: true,
    });
  } catch (error) {
    throw new UsageError(flagError(error));
  }
}

/** `--watch=true` and `--watch=false`, as scripts write them, in the only form that Node knows. */
function plainBoolean(argument: string, flags: Flags): string[] {
  const [, name = '', value] = /^--([\w-]+)=(true|false)$/.exec(argument) ?? [];
  if (flags[name]?.type !== 'boolean') return [argument];
  return value === 'true' ? [`--${name}`] : [];
}

/** Node's texts in the words that users of such tools know. */
function flagError(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  const unknown = /^Unknown option '(-[^']+)'/.exec(text);
  if (unknown !== null) return `unknown flag: ${unknown[1]}, see --help`;
  const missing = /^Option '(?:-\w, )?(--[\w-]+) <value>' argument missing/.exec(text);
  return missing === null ? text : `flag needs an argument: ${missing[1]}`;
}
