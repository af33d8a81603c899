import { describe, expect, test } from 'vitest';
import { SubstitutionError } from './error.ts';
import { expand } from './expand.ts';

const variables = new Map(
  Object.entries({
    v: 'hello world',
    p: '/a/b/c.tar.gz',
    n: '123',
    a: 'aXbXc',
    u: 'héllo',
    d: '${n}',
    e: '',
    l: 'a',
    zero: '0',
    one: '1',
    two: '2',
    back: '-5',
    greek: 'straße ᾳ İΣ',
    bom: '\ufeffx',
  }),
);

function strict(text: string): string {
  return expand(text, variables, { strict: true });
}

// kustomization 75, 76: the table and the examples of §8.3
describe('kustomization 75', () => {
  test.each([
    ['a $ b $v $(v) \\ ${v}', 'a $ b $v $(v) \\ hello world'],
    ['$', '$'],
    ['$$ $$$', '$ $$'],
    ['${v}', 'hello world'],
    ['${#v} ${#u}', '11 6'],
    ['${v^} ${v^^}', 'Hello world HELLO WORLD'],
    ['${a,} ${a,,}', 'aXbXc axbxc'],
    ['${v,^}${v^,}', 'hello worldhello world'],
    ['${v:=d} ${v:-d} ${v=d}', 'hello world hello world hello world'],
    ['${e:=d} ${e:-d} ${e=d}', 'd d d'],
    ['${x:=d} ${x:-d} ${x=d}', 'd d d'],
    ['${v:+d} ${x:+d} ${v:?d} ${x:?d}', 'hello world d hello world d'],
    ['${v:6} ${v:6:2} ${v:20} ${v:6:99}', 'world wo  world'],
    ['${v:x} ${v:1:x}', 'hello world hello world'],
    ['${v:${back}} ${v:${back}:2}', 'world wo'],
    ['${n:${back}}', '123'],
    ['${v:1:-1} ${v:0:-1} ${v:6:-9}', 'ello worl hello worl '],
    ['${v:1:9223372036854775807}', 'ello world'], // kustomization 78
    ['${v:1:9223372036854775808}', 'hello world'],
    ['${v/o/0} ${v//o/0}', 'hell0 world hell0 w0rld'],
    ['${v/o/} ${v//o/}', 'hell world hell wrld'],
    ['${p/\\/a/\\\\}', '\\/b/c.tar.gz'],
    ['${v/$/x}', 'hello world'],
    ['${v/o/$$}', 'hell$ world'],
    ['${v/#he/HE} ${v/%ld/LD}', 'HEllo world hello worLD'],
    ['${v/#he/} ${v/%ld/}', 'hello world hello world'],
    ['${a//X/${n}}', 'a123b123c'],
    ['${v/l/${a}}', 'heaXbXclo world'],
    ['${n//${e}/-}', '-1-2-3-'],
    ['${p##*/} ${p#*/}', 'c.tar.gz a/b/c.tar.gz'],
    ['${p%.*} ${p%%.*}', '/a/b/c.tar /a/b/c'],
    ['${n#[0-9]} ${n#[^a]} ${n#?} ${n#\\1}', '23 23 23 23'],
    ['${n%[0-9]} ${n%\\3}', '123 123'],
    ['${n#[} ${n#${e}}', '123 123'],
    ['${m:=${o:=deep}} ${m:=a ${n} b}', 'deep a 123 b'],
    ['${m:=a}b} ${v}}', 'ab} hello world}'],
    ['${m:=$$} ${m:=$$${n}} ${m:=$}', '$$ $$123 $'],
    ['${d}', '${n}'],
    ['$${v} $$$${v} $$${v} $$v', '${v} $${v} $hello world $v'],
  ])('%j is %j', (text, want) => {
    expect(strict(text)).toBe(want);
  });

  test.each([
    ['${v', 'missing closing brace'],
    ['${v-d} ', 'missing closing brace'],
    ['${v+d}', 'missing closing brace'],
    ['${v?d}', 'missing closing brace'],
    ['${a.b}', 'missing closing brace'],
    ['${a-b}', 'missing closing brace'],
    ['echo ${FOO-bar}', 'missing closing brace'], // kustomization 77
    ['${}', 'unable to parse variable name'],
    ['${ v }', 'unable to parse variable name'],
    ['${${v}}', 'unable to parse variable name'],
    ['${v:}', 'unable to parse substitution within function'],
    ['${v::2}', 'unable to parse substitution within function'],
    ['${v:0:}', 'unable to parse substitution within function'],
    ['${v#}', 'unable to parse substitution within function'],
    ['${v%%}', 'unable to parse substitution within function'],
    ['${v/#/x}', 'unable to parse substitution within function'],
    ['${v:-d', 'unable to parse substitution within function'],
    ['${v/o}', 'bad substitution'],
    ['${v//}', 'bad substitution'],
    ['${v^^h}', 'bad substitution'],
    ['${v^^^}', 'bad substitution'],
    ['${#v:1}', 'bad substitution'],
    ['${v/l/a${n}}', 'bad substitution'],
    ['${v:é}', 'bad substitution'],
    ['text ${v} ${', 'unable to parse variable name'],
  ])('%j is refused: %s', (text, why) => {
    expect(() => strict(text)).toThrow(new SubstitutionError(why));
  });
});

// kustomization 70, 71, 72
describe('a variable that is not set', () => {
  const forms = ['${x}', '${x^^}', '${#x}', '${x:0:2}', '${x/a/b}', '${x%%.*}', '${x,^}', '${v:-${x}}'];

  test.each(forms)('makes %s an error when strict', (text) => {
    expect(() => strict(text)).toThrow(new SubstitutionError('variable not set (strict mode): "x"'));
  });

  test('is empty otherwise', () => {
    expect(forms.map((text) => expand(text, variables, { strict: false }))).toEqual([
      '',
      '',
      '0',
      '',
      '',
      '',
      '',
      'hello world',
    ]);
  });

  test('is something else than an empty one', () => {
    expect(strict('[${e}${e^^}${#e}]')).toBe('[0]');
  });
});

describe('bytes', () => {
  test('a character that is cut leaves a replacement for each of its bytes', () => {
    expect(strict('${u:2} ${u:1:1}')).toBe('\ufffdllo \ufffd');
  });

  test('halves that meet are one character again', () => {
    expect(strict('${u:0:2}${u:2}')).toBe('héllo');
  });

  test('letters change case one by one, as Go does it', () => {
    expect(strict('${greek^^} ${greek,,}')).toBe('STRAßE ᾼ İΣ straße ᾳ iσ');
  });

  test('a byte order mark is a character', () => {
    expect(strict('${bom^^}${#bom}')).toBe('\ufeffX4');
  });
});

test('refuses hostile depth with an error of its own', () => {
  expect(() => strict(`${'${x:-'.repeat(100_000)}${'}'.repeat(100_000)}`)).toThrow(SubstitutionError);
});

test('takes a megabyte of text', () => {
  const text = 'é $ and $$ and ${n} '.repeat(50_000);
  expect(strict(text)).toBe('é $ and $ and 123 '.repeat(50_000));
});
