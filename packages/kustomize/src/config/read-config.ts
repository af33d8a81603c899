import { parseDocument, type Node } from '@sluice/manifest';
import { KustomizeError, locateErrors } from '../errors.ts';
import { transformerConfigShape } from '../kustomization/shapes.ts';
import type { Loader } from '../loader.ts';
import { decodeText } from '../text.ts';
import { decodeYaml, readYamlData } from '../yaml-data.ts';
import { readCrds } from './crds.ts';
import {
  defaultConfig,
  emptyConfig,
  mergeConfigs,
  transformerConfig,
  type TransformerConfig,
  type TransformerConfigEntry,
} from './transformer-config.ts';

/** The built-in configuration with the files of `configurations` over it (engine §14.1). */
export function readConfigurations(loader: Loader, paths: readonly string[]): TransformerConfig {
  if (paths.length === 0) return defaultConfig;
  const own = paths.map((path) => readConfiguration(loader, path)).reduce(mergeConfigs, emptyConfig);
  return mergeConfigs(defaultConfig, own);
}

/** What the files of `crds` add (engine §14.2). */
export function readCrdConfigurations(loader: Loader, paths: readonly string[]): TransformerConfig {
  return paths.map((path) => readCrds(loader, path)).reduce(mergeConfigs, emptyConfig);
}

function readConfiguration(loader: Loader, path: string): TransformerConfig {
  const file = loader.load(path);
  return locateErrors({ file: file.path }, () => {
    const text = decodeText(file.bytes);
    refuseDuplicateKeys(text, file.path);
    const entry = decodeYaml(readYamlData(text, file.path), transformerConfigShape, true);
    return transformerConfig((entry ?? {}) as TransformerConfigEntry); // `decode` returns what the shape describes
  });
}

// These files are read strictly: a key that stands twice is an error here and nowhere else.
function refuseDuplicateKeys(text: string, file: string): void {
  let root: Node | undefined;
  try {
    ({ root } = parseDocument(text, { setting: 'json', file }));
  } catch {
    return; // the reading that follows reports it with its own text
  }
  const problems: string[] = [];
  collectDuplicates(root, problems);
  if (problems.length === 0) return;
  throw new KustomizeError(`error converting YAML to JSON: yaml: unmarshal errors:\n${problems.join('\n')}`, { file });
}

function collectDuplicates(node: Node | undefined, problems: string[]): void {
  if (node === undefined || node.kind === 'scalar' || node.kind === 'alias') return;
  if (node.kind === 'mapping') {
    const seen = new Set<string>();
    for (let i = 0; i < node.items.length; i += 2) {
      const key = node.items[i];
      if (key?.kind !== 'scalar') continue;
      if (seen.has(key.value)) problems.push(`  line ${key.line}: key "${key.value}" already set in map`);
      seen.add(key.value);
    }
  }
  for (const item of node.items) collectDuplicates(item, problems);
}
