import { mkdirSync, mkdtempDisposableSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findKrusty } from '../oracle/go-tools.ts';
import { printTable } from './benchmark.ts';
import { measure, runWorker, type Measured } from './measured.ts';

const perFile = 50;

/** One build of very many objects that all get a namespace, a prefix, labels, an image and a patch. */
export async function measureLarge(objects: number): Promise<void> {
  using folder = mkdtempDisposableSync(join(tmpdir(), 'bench-large-'));
  const path = writeLarge(folder.path, objects);
  const krusty = findKrusty();
  // Upstream's time grows with the square of the objects: a tenth tells enough.
  const smallPath = writeLarge(join(folder.path, 'small'), objects / 10);
  console.log(`\nOne build of ${objects} objects, the third of its process`);
  const row = (name: string, { totalsMs, peakMiB = 0 }: Measured) => [
    name,
    `${totalsMs[0]!.toFixed(0)} ms`,
    `${peakMiB.toFixed(0)} MiB`,
  ];
  printTable([
    ['', 'time', 'peak'],
    row(`our engine, ${objects} objects`, runWorker([path], 1)),
    row(`our engine, ${objects / 10} objects`, runWorker([smallPath], 1)),
    ...(krusty === undefined
      ? []
      : [row(`kustomize as a library, ${objects / 10} objects`, measure(krusty, ['bench', '1'], [smallPath]))]),
  ]);
}

function writeLarge(folder: string, objects: number): string {
  mkdirSync(folder, { recursive: true });
  const files: string[] = [];
  for (let start = 0; start < objects; start += perFile) {
    const documents = Array.from({ length: Math.min(perFile, objects - start) }, (_, index) => object(start + index));
    files.push(`r${start}.yaml`);
    writeFileSync(join(folder, files.at(-1)!), documents.join('---\n'));
  }
  const patch = '[{op: add, path: /metadata/annotations, value: {team: shop}}]';
  writeFileSync(
    join(folder, 'kustomization.yaml'),
    `namespace: shop\nnamePrefix: x-\nlabels: [{pairs: {app: shop}, includeSelectors: true}]\n` +
      `images: [{name: nginx, newTag: '2'}]\npatches: [{target: {kind: ConfigMap}, patch: "${patch}"}]\n` +
      `resources:\n${files.map((file) => `- ${file}\n`).join('')}`,
  );
  return folder;
}

function object(index: number): string {
  if (index % 2 === 0)
    return `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: c${index}\ndata:\n  key: value ${index}\n`;
  return (
    `apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: d${index}\nspec:\n  template:\n    spec:\n      containers:\n` +
    `      - name: web\n        image: nginx:1\n        envFrom:\n        - configMapRef:\n            name: c${index - 1}\n`
  );
}
