import { describe, expect, test } from 'vitest';
import type { CommitChange, CommitData } from './commit-data.ts';
import { parseMessageTemplate, renderMessage } from './commit-message.ts';
import { RemovedFieldError, TemplateExecError, TemplateParseError } from './error.ts';
import { functions } from './functions.ts';

function change(file: string, kind: string, name: string, values: [string, string, string]): CommitChange {
  const [oldValue, newValue, setter] = values;
  return { file, object: { apiVersion: 'apps/v1', kind, name, namespace: 'prod' }, oldValue, newValue, setter };
}

const data: CommitData = {
  automation: { name: 'auto', namespace: 'flux-system' },
  changes: [
    change('b.yaml', 'Deployment', 'web', ['o/web:1', 'o/web:2', 'ns:web']),
    change('a.yaml', 'StatefulSet', 'db', ['7', '8', 'ns:db:tag']),
    change('a.yaml', 'Deployment', 'web', ['o/web:1', 'o/web:2', 'ns:web']),
  ],
  values: { env: 'prod', empty: '' },
};

function render(template: string, given: CommitData = data): string {
  return renderMessage(parseMessageTemplate(template), given).message;
}

// image 14.11-226
test.each([
  ['{{range .Changed.Changes}}{{print .OldValue}} -> {{println .NewValue}}{{end}}', '7 -> 8\no/web:1 -> o/web:2\n'],
  [
    `Automation: {{ .AutomationObject }}
{{ range $file, $objs := .Changed.FileChanges -}}
- {{ $file }}
{{- range $o, $changes := $objs }}
  {{ $o.Kind | lower }}/{{ $o.Namespace }}/{{ $o.Name }}
{{- range $_, $c := $changes }}
    {{ $c.OldValue }} -> {{ $c.NewValue }} ({{ $c.Setter }})
{{- end }}{{ end }}
{{ end -}}
[ci skip]`,
    `Automation: flux-system/auto
- a.yaml
  deployment/prod/web
    o/web:1 -> o/web:2 (ns:web)
  statefulset/prod/db
    7 -> 8 (ns:db:tag)
- b.yaml
  deployment/prod/web
    o/web:1 -> o/web:2 (ns:web)
[ci skip]`,
  ],
  ['{{- $id := .AutomationObject -}}\n{{- $id = printf "%s%s" $id "x" }}\nId: {{ $id | trunc 4 }}\n', '\nId: flux\n'],
])('%s', (template, want) => {
  expect(render(template)).toBe(want);
});

// image 14.11-227
test('prints data as Go does', () => {
  expect(render('{{ .Changed.Changes | toString }}')).toBe('[{7 8 ns:db:tag} {o/web:1 o/web:2 ns:web}]');
  expect(render('{{ index .Changed.FileChanges "b.yaml" }}')).toBe(
    'map[{{{apps/v1 Deployment} {web prod}}}:[{o/web:1 o/web:2 ns:web}]]',
  );
  expect(render('{{ .Changed.Objects }}')).toBe(
    'map[{{{apps/v1 Deployment} {web prod}}}:[{o/web:1 o/web:2 ns:web} {o/web:1 o/web:2 ns:web}]' +
      ' {{{apps/v1 StatefulSet} {db prod}}}:[{7 8 ns:db:tag}]]',
  );
});

// image 14.11-228
test.each([
  ['{{ .Values.env }}', 'prod'],
  ['{{ .Values.missing }}', '<no value>'],
  ['{{ index .Values "missing" }}', ''],
])('%s is %j', (template, want) => {
  expect(render(template)).toBe(want);
});

// image 14.11-229
test.each([
  ['{{ range list }}x{{ else }}none{{ end }}', 'none'],
  ['{{ if false }}a{{ else if eq 1 1 }}b{{ else }}c{{ end }}', 'b'],
  ['{{ with .Values.empty }}a{{ else with .Values.env }}{{ . }}{{ end }}', 'prod'],
  [
    '{{ range until 9 }}{{ if eq . 1 }}{{ continue }}{{ end }}{{ if gt . 3 }}{{ break }}{{ end }}{{ . }}{{ end }}',
    '023',
  ],
  ['{{ define "t" }}[{{ . }}{{ $ }}]{{ end }}{{ template "t" 1 }}{{ block "b" 2 }}{{ . }}{{ end }}', '[11]2'],
  ['{{ $x := 1 }}{{ if true }}{{ $x := 2 }}{{ $x = 3 }}{{ end }}{{ $x }}', '1'],
  ['{{ (printf "%d-%s" (add 1 2) `raw "x"`) | upper }}{{/* c */}}', '3-RAW "X"'],
  ['a  {{- /* c */ -}}  b', 'ab'],
  ["{{ range $i, $c := list 'a' 1.5 0x10 }}{{ $i }}={{ $c }} {{ end }}", '0=97 1=1.5 2=16 '],
])('%s is %j', (template, want) => {
  expect(render(template)).toBe(want);
});

// image 14.11-230; answers from the documentation of sprig
test.each([
  ['trimSuffix "-" "a-"', 'a'],
  ['replace " " "-" "a b c"', 'a-b-c'],
  ['contains "cat" "catch"', 'true'],
  ['regexReplaceAll "a(x*)b" "-ab-axxb-" "${1}W"', '-W-xxW-'],
  ['default "d" ""', 'd'],
  ['ternary "y" "n" false', 'n'],
  ['join "_" (list "a" 1)', 'a_1'],
  ['slice (list 1 2 3 4) 1 3', '[2 3]'],
  ['dig "a" "b" "none" (dict "a" (dict "b" 5))', '5'],
  ['trunc -5 "hello world"', 'world'],
  ['substr 0 5 "hello world"', 'hello'],
  ['substr 6 99 "hello world"', 'world'],
  ['camelcase "http_server"', 'HttpServer'],
  ['snakecase "FirstName"', 'first_name'],
  ['kebabcase "HTTP20xOK"', 'http-20x-ok'],
  ['wrapWith 5 "|" "Hello World"', 'Hello|World'],
  ['abbrevboth 5 10 "1234 5678 9123"', '...5678...'],
  ['initials "First Try"', 'FT'],
  ['adler32sum "Hello"', '93061621'],
  ['b32enc "hello"', 'NBSWY3DP'],
  ['b32dec "NBSWY3DP"', 'hello'],
  ['sha1sum "abc"', 'a9993e364706816aba3e25717850c26c9cd0d89d'],
  ['round 123.555555 3', '123.556'],
  ['divf 10 2 4', '1.25'],
  ['int64 "0x10" | typeOf', 'int64'],
  ['seq 0 2 10', '0 2 4 6 8 10'],
  ['durationRound "2h10m5s"', '2h'],
  ['duration "95"', '1m35s'],
  ['urlJoin (dict "scheme" "http" "host" "h:80" "path" "/p" "query" "q" "fragment" "f")', 'http://h:80/p?q#f'],
  ['semverCompare "^1.2.0" "1.3.0"', 'true'],
  ['(semver "v1.2.3-b+m").Original', 'v1.2.3-b+m'],
  ['toPrettyJson (dict "a" (list 1))', '{\n  "a": [\n    1\n  ]\n}'],
  ['mustToDate "2006-01-02" "2017-12-31" | unixEpoch', '1514678400'],
  ['omit (dict "a" 1 "b" 2) "a"', 'map[b:2]'],
  ['pluck "a" (dict "a" 1) (dict "a" 2)', '[1 2]'],
  ['mergeOverwrite (dict "a" 1) (dict "a" 3)', 'map[a:3]'],
  ['regexSplit "z+" "pizza" -1', '[pi a]'],
  ['osExt "a/b.tar.gz"', '.gz'],
  ['without (list 1 2 3) 2', '[1 3]'],
  ['nindent 2 "a\\nb"', '\n  a\n  b'],
])('%s is %j', (call, want) => {
  expect(render(`{{ ${call} }}`)).toBe(want);
});

// image 14.11-231
test.each(['now', 'env "HOME"', 'expandenv "$HOME"', 'uuidv4', 'getHostByName "x"', 'randAlpha 3'])(
  '%s is not there',
  (call) => {
    const why = `unable to create commit message template from spec: template: commit message:1: function "${call.split(' ')[0]}" not defined`;
    expect(() => parseMessageTemplate(`{{ ${call} }}`)).toThrow(new TemplateParseError(why));
  },
);

test('what has no repeatable answer is refused when it is reached', () => {
  expect(() => render('{{ shuffle "abc" }}')).toThrow('error calling shuffle: the function shuffle is not supported');
  expect(render('{{ if false }}{{ genPrivateKey "rsa" }}{{ end }}ok')).toBe('ok');
});

// image 14.11-232, 14.11-233
test('errors name the place in bytes', () => {
  const why = `failed to run template from spec: template: commit message:2:5: executing "commit message" at <.Foo>: can't evaluate field Foo in type source.TemplateData`;
  expect(() => render('a\né{{.Foo }}')).toThrow(new TemplateExecError(why.replace(':2:5:', ':2:4:')));
  expect(() => render('{{ fail "no" }}')).toThrow('at <fail "no">: error calling fail: no');
  expect(render('{{ if false }}{{ fail "no" }}{{ end }}')).toBe('');
});

test.each([
  ['nope', "invalid character 'o' in literal null (expecting 'u')"],
  ['{\\"a\\" 1}', "invalid character '1' after object key"],
  ['[1 2]', "invalid character '2' after array element"],
  ['1 2', "invalid character '2' after top-level value"],
  ['{\\"a\\":}', "invalid character '}' looking for beginning of value"],
  ['[1,', 'unexpected end of JSON input'],
])('mustFromJson refuses %s as Go does', (json, why) => {
  expect(() => render(`{{ mustFromJson "${json}" }}`)).toThrow(`error calling mustFromJson: ${why}`);
});

// image 14.11-234
describe('fields of old', () => {
  const digest = `sha256:${'0f'.repeat(32)}`;
  const images = new Map([
    ['ns:web', 'o/web:2'],
    ['ns:db', `ghcr.io/o/db:8@${digest}`],
  ]);

  test('are refused without images', () => {
    const page = 'https://fluxcd.io/flux/components/image/imageupdateautomations/#message-template';
    const why = `template uses removed '.Updated' field. Please use '.Changed' instead. See: ${page}`;
    expect(() => render('{{ range .Updated.Images }}{{ end }}')).toThrow(new RemovedFieldError(why));
    expect(render('{{ if false }}{{ .Updated }}{{ end }}')).toBe('');
  });

  test('mean what they meant with images', () => {
    const message = (template: string) => renderMessage(parseMessageTemplate(template), { ...data, images });
    expect(message('{{ range .Updated.Images }}{{ println . }}{{ end }}')).toEqual({
      message: `ghcr.io/o/db:8@${digest}\no/web:2\n`,
      removedFields: ['.Updated'],
    });
    const fields = '{{ .String }}|{{ .Identifier }}|{{ .Repository }}|{{ .Registry }}|{{ .Name }}|{{ .Policy.Name }};';
    expect(message(`{{ range .Changed.ImageResult.Images }}${fields}{{ end }}`)).toEqual({
      message:
        `ghcr.io/o/db:8@${digest}|${digest}|o/db|ghcr.io|ghcr.io/o/db@${digest}|db;` +
        'o/web:2|2|o/web|index.docker.io|index.docker.io/o/web:2|web;',
      removedFields: ['.Changed.ImageResult'],
    });
    const files =
      '{{ range $f, $r := .Updated.Files }}{{ $f }}:{{ range $o, $i := $r.Objects }} {{ $o.Name }}={{ $i }}{{ end }}\n{{ end }}';
    expect(message(files).message).toBe(`a.yaml: web=[o/web:2] db=[ghcr.io/o/db:8@${digest}]\nb.yaml: web=[o/web:2]\n`);
  });
});

// image 14.11-235
test.each([
  '{{ range until 100000000 }}x{{ end }}',
  '{{ range 100000000 }}x{{ end }}',
  '{{ repeat 100000000 "abc" }}',
  '{{ range until 20000 }}{{ range until 20000 }}{{ end }}{{ end }}',
  '{{ range until 2000 }}{{ repeat 1000 "x" }}{{ end }}',
  '{{ $s := "x" }}{{ range until 60 }}{{ $s = print $s $s }}{{ end }}',
  '{{ printf "%0999999999d" 1 }}{{ printf "%999999d%999999d" 1 1 }}',
  '{{ define "r" }}{{ template "r" }}{{ end }}{{ template "r" }}',
  '{{ indent 100000000 "a" }}',
])('%s is stopped', (template) => {
  const before = process.cpuUsage();
  expect(() => render(template)).toThrow(TemplateExecError);
  expect(process.cpuUsage(before).user / 1000).toBeLessThan(1000);
});

test('parentheses nest only so deep', () => {
  expect(() => parseMessageTemplate(`{{ ${'('.repeat(100_000)} 1`)).toThrow(TemplateParseError);
});

// image 14.11-236
test.each([
  ['printf "%q" "a\\"b"', '"a\\"b"'],
  ['printf "%5s|%-10s|" "a" "b"', '    a|b         |'],
  ['printf "%x %v" "hi" (dict "b" 1 "a" 2)', '6869 map[a:2 b:1]'],
  ['printf "%d %s" "x"', '%!d(string=x) %!s(MISSING)'],
  ['printf "%d" 1 2', '1%!(EXTRA int=2)'],
  ['printf "%08.3f|%+d|% d|%#x" 3.14159 5 5 255', '0003.142|+5| 5|0xff'],
  ['printf "%.0f %.0f %.1f %g" 2.5 3.5 0.25 1e21', '2 4 0.2 1e+21'],
  ['printf "%t %c %U %o %b %e" true 65 65 8 5 1234.5', 'true A U+0041 10 101 1.234500e+03'],
  ['printf "%*d|%[1]d" 4 7', '   7|4'],
  ['printf "%+v" (first .Changed.Changes)', '{OldValue:7 NewValue:8 Setter:ns:db:tag}'],
])('%s is %j', (call, want) => {
  expect(render(`{{ ${call} }}`)).toBe(want);
});

// image 14.11-237
test('a message may be empty, an empty template has a message of its own', () => {
  expect(render('{{/* nothing */}}')).toBe('');
  expect(render('')).toBe('Update from image update automation');
});

test('names of objects in JavaScript are none in templates', () => {
  expect(Object.hasOwn(functions, 'constructor')).toBe(false);
  expect(() => render('{{ constructor }}')).toThrow('function "constructor" not defined');
  expect(render('{{ .Values.constructor }} {{ (dict).toString }}')).toBe('<no value> <no value>');
  expect(() => render('{{ .constructor }}')).toThrow("can't evaluate field constructor");
});
