import { YamlError, parseDocument, toData, type Data } from '@sluice/manifest';
import { KustomizeError, locateErrors, prefixErrors } from '../errors.ts';
import type { LoadedFile, Loader } from '../loader.ts';
import { decodeText } from '../text.ts';
import { decode } from './decode.ts';
import { kustomizationShape } from './shapes.ts';
import type { GeneratorEntry, ImageEntry, Kustomization } from './types.ts';

/** In the order in which they are looked for. Having two of them is an error. */
export const kustomizationFileNames: readonly string[] = ['kustomization.yaml', 'kustomization.yml', 'Kustomization'];

export const kustomizationApiVersion = 'kustomize.config.k8s.io/v1beta1';
export const componentApiVersion = 'kustomize.config.k8s.io/v1alpha1';

export interface KustomizationFile {
  readonly kustomization: Kustomization;
  /** Base name, one of `kustomizationFileNames`. */
  readonly fileName: string;
  readonly path: string;
  /** Deprecations, as kustomize prints them on stderr. */
  readonly warnings: readonly string[];
}

/** Reads the kustomization of a layer (engine §2). */
export function readKustomizationFile(loader: Loader): KustomizationFile {
  const { file, fileName } = findKustomizationFile(loader);
  return locateErrors({ file: file.path, layer: loader.root }, () => {
    const { kustomization, warnings } = parseKustomization(decodeText(file.bytes), {
      file: file.path,
      folder: loader.root,
    });
    return { kustomization, fileName, path: file.path, warnings };
  });
}

/**
 * Reads the text of a kustomization file, with defaults and deprecated fields moved to their successors.
 * @param folder what error messages call its folder
 * @throws KustomizeError with upstream's text
 */
export function parseKustomization(
  text: string,
  { file, folder = '.' }: { file?: string; folder?: string } = {},
): { kustomization: Kustomization; warnings: string[] } {
  const data = prefixErrors('invalid Kustomization', () => readData(text, file));
  const decoded = prefixErrors('invalid Kustomization', () => decode(data, kustomizationShape, { strict: true }));
  const raw = decoded as RawKustomization | undefined; // `decode` returns what the shape describes
  const kustomization = withDefaults(raw ?? {});
  if (isBlank(kustomization))
    throw new KustomizeError('kustomization.yaml is empty', { hint: 'list at least one resource' });
  checkType(kustomization, folder);
  return { kustomization, warnings: deprecations(raw ?? {}) };
}

type RawGenerator = GeneratorEntry & { env?: string };

interface RawKustomization extends Partial<Omit<Kustomization, 'configMapGenerator' | 'secretGenerator'>> {
  metadata?: unknown;
  bases?: string[];
  imageTags?: ImageEntry[];
  helmGlobals?: unknown;
  helmChartInflationGenerator?: unknown[];
  configMapGenerator?: RawGenerator[];
  secretGenerator?: RawGenerator[];
}

function findKustomizationFile(loader: Loader): { file: LoadedFile; fileName: string } {
  const found: { file: LoadedFile; fileName: string }[] = [];
  for (const fileName of kustomizationFileNames) {
    const file = loader.tryLoad(fileName);
    if (file !== undefined) found.push({ file, fileName });
  }
  const [first] = found;
  if (first === undefined) {
    const names = "'kustomization.yaml', 'kustomization.yml' or 'Kustomization'";
    throw new KustomizeError(`unable to find one of ${names} in directory '${loader.root}'`, { layer: loader.root });
  }
  if (found.length > 1) throw new KustomizeError(`Found multiple kustomization files under: ${loader.root}\n`);
  return first;
}

function readData(text: string, file: string | undefined): Data {
  try {
    const options = file === undefined ? { setting: 'json' as const } : { setting: 'json' as const, file };
    return toData(parseDocument(text, options));
  } catch (error) {
    if (!(error instanceof YamlError)) throw error;
    throw new KustomizeError(error.message, { file, line: error.line }, { cause: error });
  }
}

function withDefaults(raw: RawKustomization): Kustomization & { metadata?: unknown } {
  const { bases, imageTags, helmChartInflationGenerator, ...rest } = raw;
  const kind = rest.kind || 'Kustomization';
  const apiVersion = rest.apiVersion || (kind === 'Component' ? componentApiVersion : kustomizationApiVersion);
  const fixed: Kustomization = { ...rest, kind, apiVersion };
  const resources = joinLists(rest.resources, bases);
  const images = joinLists(rest.images, imageTags);
  const helmCharts = joinLists(rest.helmCharts, helmChartInflationGenerator);
  if (resources !== undefined) fixed.resources = resources;
  if (images !== undefined) fixed.images = images;
  if (helmCharts !== undefined) fixed.helmCharts = helmCharts;
  if (rest.configMapGenerator !== undefined) fixed.configMapGenerator = rest.configMapGenerator.map(withEnvs);
  if (rest.secretGenerator !== undefined) fixed.secretGenerator = rest.secretGenerator.map(withEnvs);
  return fixed;
}

/** A generator's single `env` joins its `envs`. */
export function withEnvs({ env, ...entry }: RawGenerator): GeneratorEntry {
  return env === undefined || env === '' ? entry : { ...entry, envs: [...(entry.envs ?? []), env] };
}

// A present empty list stays present: it makes the file count as not empty.
function joinLists<T>(list: T[] | undefined, more: T[] | undefined): T[] | undefined {
  return list === undefined && (more === undefined || more.length === 0)
    ? undefined
    : [...(list ?? []), ...(more ?? [])];
}

function isBlank(kustomization: Kustomization): boolean {
  return Object.entries(kustomization).every(([key, value]) => key === 'kind' || key === 'apiVersion' || value === '');
}

function checkType({ kind, apiVersion }: Kustomization, folder: string): void {
  const problems: string[] = [];
  if (kind !== 'Kustomization' && kind !== 'Component') problems.push('kind should be Kustomization or Component');
  const wanted = kind === 'Component' ? componentApiVersion : kustomizationApiVersion;
  if (apiVersion !== wanted) problems.push(`apiVersion for ${kind} should be ${wanted}`);
  if (problems.length === 0) return;
  throw new KustomizeError(`Failed to read kustomization file under ${folder}:\n${problems.join('\n')}`);
}

function deprecations(raw: RawKustomization): string[] {
  return successors.filter(([field]) => raw[field] !== undefined).map(([field, next]) => deprecation(field, next));
}

const successors: readonly [field: keyof RawKustomization, successor: string][] = [
  ['bases', 'resources'],
  ['commonLabels', 'labels'],
  ['imageTags', 'images'],
  ['patchesJson6902', 'patches'],
  ['patchesStrategicMerge', 'patches'],
  ['vars', 'replacements'],
];

function deprecation(field: string, successor: string): string {
  const fix = "Run 'kustomize edit fix' to update your Kustomization automatically.";
  return `# Warning: '${field}' is deprecated. Please use '${successor}' instead. ${field === 'vars' ? '[EXPERIMENTAL] ' : ''}${fix}`;
}
