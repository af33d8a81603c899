import { expect, test } from 'vitest';
import { maskSecrets } from './mask.ts';

const secret = (fields: object) => ({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 's' }, ...fields });

// kustomization 23-190
test.each([
  [secret({ data: { a: btoa('hunter2') } }), `bad: ${btoa('hunter2')} or "hunter2"`, 'bad: *** or "***"'],
  [secret({ stringData: { a: 'say "hi" twice' } }), String.raw`value "say \"hi\" twice"`, 'value "***"'],
  [secret({ stringData: { a: 123456 } }), 'cannot use 123456', 'cannot use ***'],
  [secret({ data: { a: 'not base64!' } }), 'illegal base64 in "not base64!"', 'illegal base64 in "***"'],
  [secret({ data: { a: btoa('x') } }), 'x is fine', 'x is fine'],
  [{ ...secret({ data: { a: 'open' } }), kind: 'ConfigMap' }, 'open', 'open'],
])('%#', (object, text, want) => {
  expect(maskSecrets(text, [undefined, object])).toBe(want);
});
