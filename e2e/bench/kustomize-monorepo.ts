import { openDiskTree } from '@sluice/disk-tree';
import { buildKustomization, recordReads, type ReadRecord } from '@sluice/kustomize';
import { mkdirSync, mkdtempDisposableSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { printTable } from './benchmark.ts';

const appsPerBase = 10;

/** Many overlays, ten on each base; one file of one base changes, and only what read it is built again. */
export async function measureMonorepo(overlays: number): Promise<void> {
  using folder = mkdtempDisposableSync(join(tmpdir(), 'bench-monorepo-'));
  const folders = Array.from({ length: overlays }, (_, index) => writeOverlay(folder.path, index));
  const all = timed(() => new Map(folders.map((path) => [path, build(path)])));
  const check = timed(() => changed(all.value));
  writeFileSync(join(folder.path, 'base-0/deployment.yaml'), deployment('changed'));
  const again = timed(() => changed(all.value).map((path) => [path, build(path)] as const));
  console.log(`\nA monorepo of ${overlays} overlays, ${appsPerBase} on each base`);
  printTable([
    ['', 'built', 'time'],
    ['everything, first time', String(all.value.size), `${all.ms.toFixed(0)} ms`],
    ['nothing changed', String(check.value.length), `${check.ms.toFixed(0)} ms`],
    ['one file of one base changed', String(again.value.length), `${again.ms.toFixed(0)} ms`],
  ]);
}

function build(path: string): ReadRecord {
  const { tree, record } = recordReads(openDiskTree());
  buildKustomization(tree, path).toYaml();
  return record;
}

function changed(records: ReadonlyMap<string, ReadRecord>): string[] {
  const tree = openDiskTree();
  return [...records].filter(([, record]) => !record.holdsIn(tree)).map(([path]) => path);
}

function timed<T>(work: () => T): { value: T; ms: number } {
  const startedAt = performance.now();
  const value = work();
  return { value, ms: performance.now() - startedAt };
}

function writeOverlay(root: string, index: number): string {
  const base = `base-${Math.floor(index / appsPerBase)}`;
  const files = {
    [`${base}/kustomization.yaml`]: 'resources: [deployment.yaml, service.yaml]\n',
    [`${base}/deployment.yaml`]: deployment('web'),
    [`${base}/service.yaml`]: 'apiVersion: v1\nkind: Service\nmetadata:\n  name: web\nspec:\n  ports:\n  - port: 80\n',
    [`overlay-${index}/kustomization.yaml`]:
      `resources: [../${base}]\nnameSuffix: -o${index}\nlabels: [{pairs: {app: a${index}}, includeSelectors: true}]\n` +
      `configMapGenerator: [{name: settings, literals: [index=${index}]}]\npatches: [{path: patch.yaml}]\n`,
    [`overlay-${index}/patch.yaml`]: `apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: web\nspec:\n  replicas: ${index}\n`,
  };
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), text);
  }
  return join(root, `overlay-${index}`);
}

function deployment(image: string): string {
  return (
    `apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: web\nspec:\n  template:\n    spec:\n      containers:\n` +
    `      - name: web\n        image: ${image}\n        envFrom:\n        - configMapRef:\n            name: settings\n`
  );
}
