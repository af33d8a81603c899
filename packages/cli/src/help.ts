import type { Command, CommandGroup, Flags } from './command.ts';

export function groupHelp(path: readonly string[], group: CommandGroup): string {
  const rows = Object.entries(group.children).map(([name, child]): [string, string] => [
    [name, ...(child.aliases ?? [])].join(', '),
    child.summary,
  ]);
  const call = ['sluice', ...path].join(' ');
  return `${group.summary}\n\nUsage: ${call} <command> [flags]\n\nCommands:\n${columns(rows)}\nSee ${call} <command> --help for examples and flags.\n`;
}

export function commandHelp(path: readonly string[], command: Command, flags: Flags): string {
  const call = ['sluice', ...path, ...(command.args === undefined ? [] : [command.args])].join(' ');
  const rows = Object.entries(flags).map(([name, flag]): [string, string] => [
    `${flag.short === undefined ? '    ' : `-${flag.short}, `}--${name}${flag.value === undefined ? '' : ` ${flag.value}`}`,
    flag.help,
  ]);
  const examples = command.examples.map((line) => `  ${line}\n`).join('');
  return `${command.summary}\n\nUsage: ${call} [flags]\n\nExamples:\n${examples}\nFlags:\n${columns(rows)}`;
}

function columns(rows: readonly (readonly [string, string])[]): string {
  const width = Math.max(...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}\n`).join('');
}
