// Writes what is generated from the sources: the CRDs of the chart. With --check it only says what is stale.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { buildCrd, kindSchemas, type KindSchema } from '@sluice/api';
import { stringify, type Data } from '@sluice/manifest';

const root = join(import.meta.dirname, '..');
const stale = [...crdFiles()].filter(([file, text]) => !existsSync(file) || readFileSync(file, 'utf8') !== text);

if (process.argv.includes('--check')) {
  for (const [file] of stale) console.log(`${relative(root, file)} is not what the sources say`);
  process.exitCode = stale.length === 0 ? 0 : 1;
} else {
  for (const [file, text] of stale) {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
    console.log(`wrote ${relative(root, file)}`);
  }
}

/** File → text. CRDs are templates, since Helm never upgrades what lies in a folder crds/; uninstalling keeps them. */
function* crdFiles(): Generator<[string, string]> {
  for (const kind of kindSchemas) {
    const name = `${kind.gvk.group}_${kind.plural}.yaml`;
    yield [join(root, 'charts/sluice/templates/crds', name), stringify(crdOfChart(kind))];
  }
}

function crdOfChart(kind: KindSchema): Data {
  const crd = buildCrd(kind);
  const annotations = { ...crd.metadata.annotations, 'helm.sh/resource-policy': 'keep' };
  return JSON.parse(JSON.stringify({ ...crd, metadata: { ...crd.metadata, annotations } })) as Data;
}
