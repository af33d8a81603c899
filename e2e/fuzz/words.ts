/** Scalars that YAML readers and writers have disagreed about, and ordinary ones. */
export const scalars: readonly string[] = [
  ['a', 'web', 'web-1', '"1"', '1', 'true', '"true"', 'yes', 'on', 'off', 'y', 'n', 'null', '~', '""', "''", '"null"'],
  ['1.5', '1e3', '1E+3', '0x1F', '0o17', '012', '"012"', '1_000', '.5', '5.', '-0', '+1', '0b11', '1.0'],
  [
    '2020-01-01',
    '2020-01-01T10:00:00Z',
    '10:30',
    '190:20:30',
    '10Gi',
    '8080',
    '9007199254740993',
    '18446744073709551616',
  ],
  [
    '"a b"',
    "'x: y'",
    '"- a"',
    '"#"',
    '"a #b"',
    "'it''s'",
    '"q\\tt"',
    '"a\\nb"',
    '"a\\nb\\n"',
    '" lead"',
    '"trail "',
    '"é"',
    '"😀"',
    '"\\u0085"',
  ],
  [
    '!!str 5',
    '!!int "5"',
    '!!binary aGk=',
    '"$(V)"',
    '${x}',
    '"-"',
    '"?"',
    '"!"',
    '"*a"',
    '"&a"',
    '"@"',
    '"`"',
    '"%"',
    '"|"',
    '"{"',
    '"[]"',
  ],
  [
    '|\nline1\nline2',
    '|-\nline1\nline2',
    '|+\nline1\n',
    '>-\nfolded text\nmore',
    '>\nfolded\n\nmore',
    '|\nless\n  indented',
    '|-\nkey: value\nlist: [1]',
  ],
  [
    '"long words that go on and on until the line is longer than eighty characters, which folds it in some writers"',
    'plain words that go on and on until the line is longer than eighty characters and which are not quoted at all',
  ],
].flat();

export const flowValues: readonly string[] = [
  '[]',
  '{}',
  '[a, b]',
  '{a: b}',
  '[1, "1", true]',
  '{a: {b: [c]}}',
  '[[a]]',
  '[{a: b}]',
];

export const texts: readonly string[] = scalars.filter((text) => !text.includes('\n'));

/** Texts that few places take. */
export const misfits: readonly string[] = [
  '-',
  '.inf',
  '.nan',
  '1e400',
  '*a',
  '&a b',
  '- a',
  'x: y',
  '? a',
  '! x',
  '|\n  indented\nless',
  '!!float a',
];

export const names: readonly string[] = ['web', 'db', 'cfg', 'sec', 'api', 'a.b', '"1"'];
export const namespaces: readonly string[] = ['default', 'prod', 'x', '"1"'];
export const labelKeys: readonly string[] = ['app', 'tier', 'env', 'x.y/z', '"n"'];
export const labelValues: readonly string[] = ['web', '"1"', 'x', '"true"', 'yes', '""', '1', 'null'];
