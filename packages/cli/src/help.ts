import type { Command, CommandGroup, Flags } from './command.ts';

export function groupHelp(path: readonly string[], { summary, children }: CommandGroup): string {
  const call = ['sluice', ...path].join(' ');
  return `${summary}\n\nUsage: ${call} <command> [flags]\n${childrenHelp(call, children)}`;
}

/** @param children the commands below one that is a group too */
export function commandHelp(
  path: readonly string[],
  command: Command,
  flags: Flags,
  children: CommandGroup['children'] = {},
): string {
  const call = ['sluice', ...path, ...(command.args === undefined ? [] : [command.args])].join(' ');
  const rows = Object.entries(flags).map(([name, flag]): [string, string] => [
    `${flag.short === undefined ? '    ' : `-${flag.short}, `}--${name}${flag.value === undefined ? '' : ` ${flag.value}`}`,
    flag.help,
  ]);
  const examples = command.examples.map((line) => `  ${line}\n`).join('');
  const below = Object.keys(children).length === 0 ? '' : childrenHelp(['sluice', ...path].join(' '), children);
  return `${command.summary}\n\nUsage: ${call} [flags]\n\nExamples:\n${examples}\nFlags:\n${columns(rows)}${below}`;
}

function childrenHelp(call: string, children: CommandGroup['children']): string {
  const rows = Object.entries(children).map(([name, child]): [string, string] => [
    [name, ...(child.aliases ?? [])].join(', '),
    child.summary,
  ]);
  return `\nCommands:\n${columns(rows)}\nSee ${call} <command> --help for examples and flags.\n`;
}

function columns(rows: readonly (readonly [string, string])[]): string {
  const width = Math.max(...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}\n`).join('');
}
