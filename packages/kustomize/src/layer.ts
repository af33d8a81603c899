import { absorbChild, newAccumulator, type Accumulator } from './accumulator.ts';
import { readConfigurations, readCrdConfigurations } from './config/read-config.ts';
import { mergeConfigs } from './config/transformer-config.ts';
import { KustomizeError, asKustomizeError, locateErrors, prefixErrors } from './errors.ts';
import { quoted } from './go-text.ts';
import { absorb } from './generators/absorb.ts';
import { layerGenerators } from './layer-generators.ts';
import { pluginTransformers, layerTransformers, type NamedTransformer } from './layer-transformers.ts';
import { readKustomizationFile } from './kustomization/read.ts';
import type { Layer } from './layer-context.ts';
import { HttpError, isFinal, type Loader } from './loader.ts';
import { addTransformation, enterOrigin, rootOrigin, annotateFileOrigin, setGeneratorOrigin } from './origin.ts';
import { isMalformedYaml, readResourceSet } from './read-resources.ts';
import type { Resource } from './resource.ts';
import { decodeText } from './text.ts';
import { runValidators } from './validators.ts';
import { bindVars, mergeVars, parseVar } from './vars.ts';

/** Runs one layer on an accumulator: a new one for a kustomization, the parent's for a component (engine §1.2). */
export function runLayer(layer: Layer, into: Accumulator): void {
  locateErrors({ layer: layer.loader.root }, () => {
    addResources(layer, into);
    addConfigurations(layer, into);
    runGenerators(layer, into);
    runComponents(layer, into);
    runTransformers(layer, into);
    runValidators(layer, into);
    registerVars(layer, into);
  });
}

/** Opens the layer that a loader stands at. The entry decides whether origins are kept. */
export function openLayer(loader: Loader, from: Pick<Layer, 'build' | 'origin' | 'depth'>): Layer {
  from.build.countLayer(from.depth);
  const file = readKustomizationFile(loader);
  for (const warning of file.warnings) from.build.warn(warning);
  const isEntry = from.depth === 0;
  const origin = isEntry && (file.kustomization.buildMetadata ?? []).length > 0 ? rootOrigin : from.origin;
  const layer: Layer = {
    ...from,
    origin,
    loader,
    file,
    accumulate: (paths, into) => paths.forEach((path) => accumulatePath(layer, path, into)),
  };
  return layer;
}

function addResources(layer: Layer, into: Accumulator): void {
  prefixErrors('accumulating resources', () => layer.accumulate(layer.file.kustomization.resources ?? [], into));
}

function accumulatePath(layer: Layer, path: string, into: Accumulator): void {
  const fileError = tryAccumulateFile(layer, path, into);
  if (fileError === undefined) return;
  const loader = enterOrExplain(layer.loader, path, fileError);
  const child = newAccumulator(layer.build.limits.maxResources);
  try {
    const next = openChild(layer, loader, path, false);
    prefixErrors(`recursed accumulation of path '${loader.root}'`, () => runLayer(next, child));
    prefixErrors(`recursed merging from path '${loader.root}'`, () => absorbChild(into, child));
  } catch (error) {
    throw asKustomizeError(error).prefixed(`accumulation err='${fileError.upstream}'`);
  }
}

/** @returns why the path is no file of resources, or `undefined` when it was one */
function tryAccumulateFile(layer: Layer, path: string, into: Accumulator): KustomizeError | undefined {
  try {
    const resources = prefixErrors(`accumulating resources from '${path}'`, () => readFile(layer, path));
    prefixErrors(`merging resources from '${path}'`, () => into.resources.appendAll(resources));
    return undefined;
  } catch (error) {
    if (isFinal(error) || !(error instanceof KustomizeError) || error instanceof HttpError) throw error;
    return error;
  }
}

function readFile({ loader, build, origin }: Layer, path: string): Resource[] {
  const file = loader.load(path);
  const text = locateErrors({ file: file.path }, () => decodeText(file.bytes));
  const resources = readResourceSet(text, { file: file.path, path, scopeOf: build.scopeOf });
  if (origin !== undefined) for (const resource of resources) annotateFileOrigin(resource, enterOrigin(origin, path));
  return resources;
}

// A path that is neither: both attempts are told, unless the file was there and is no YAML.
function enterOrExplain(loader: Loader, path: string, fileError: KustomizeError): Loader {
  try {
    return loader.enter(path);
  } catch (error) {
    if (isFinal(error)) throw error;
    if (isMalformedYaml(fileError)) throw fileError;
    const folderError = asKustomizeError(error);
    throw folderError.prefixed(`accumulation err='${fileError.upstream}'`).at(fileError.place);
  }
}

function openChild(layer: Layer, loader: Loader, path: string, isComponent: boolean): Layer {
  const { build, depth } = layer;
  const origin = layer.origin === undefined ? undefined : enterOrigin(layer.origin, path);
  const child = prefixErrors(`couldn't make target for path '${loader.root}'`, () =>
    openLayer(loader, { build, origin, depth: depth + 1 }),
  );
  build.useOpenApi(child);
  const { kind } = child.file.kustomization;
  if (isComponent && kind !== 'Component') {
    throw new KustomizeError(`expected kind 'Component' for path '${loader.root}' but got '${kind}'`, {
      hint: 'list it under resources',
    });
  }
  if (!isComponent && kind === 'Component') {
    throw new KustomizeError(`expected kind != 'Component' for path '${loader.root}'`, {
      hint: 'list it under components',
    });
  }
  return child;
}

function addConfigurations({ loader, file }: Layer, into: Accumulator): void {
  const { configurations = [], crds = [] } = file.kustomization;
  into.config = mergeConfigs(into.config, readConfigurations(loader, configurations));
  const ofCrds = prefixErrors(`loading CRDs [${crds.join(' ')}]`, () => readCrdConfigurations(loader, crds));
  into.config = mergeConfigs(into.config, ofCrds);
}

function runGenerators(layer: Layer, into: Accumulator): void {
  for (const { generate, configured } of layerGenerators(layer)) {
    const resources = generate();
    if (configured !== undefined) for (const resource of resources) setGeneratorOrigin(resource, configured);
    // Upstream prints the addresses of Go objects here: of the generator, and of its origin where origins are kept.
    const origin = layer.origin === undefined ? '<nil>' : '0xc000000000';
    prefixErrors(`merging from generator &{0xc000000000 ${origin}}`, () =>
      absorb(into.resources, resources, layer.build.warn),
    );
  }
}

function runComponents(layer: Layer, into: Accumulator): void {
  prefixErrors('accumulating components', () => {
    for (const path of layer.file.kustomization.components ?? []) runComponent(layer, path, into);
  });
}

function runComponent(layer: Layer, path: string, into: Accumulator): void {
  const loader = rewordErrors('loader.New', () => layer.loader.enter(path));
  rewordErrors('accumulateDirectory:', () => {
    const component = openChild(layer, loader, path, true);
    prefixErrors(`recursed accumulation of path '${loader.root}'`, () => runLayer(component, into));
    prefixErrors(`recursed merging from path '${loader.root}'`, () => into.resources.checkIds());
  });
}

function rewordErrors<T>(prefix: string, fn: () => T): T {
  try {
    return fn();
  } catch (error) {
    const known = asKustomizeError(error);
    throw isFinal(known) ? known : known.reworded(`${prefix} ${quoted(known.upstream)}`);
  }
}

/** All transformers are made, and so their files read and checked, before the first one runs. */
function runTransformers(layer: Layer, into: Accumulator): void {
  const { transformers = [] } = layer.file.kustomization;
  const steps = [...layerTransformers(layer, into.config), ...pluginTransformers(layer, transformers)];
  for (const step of steps) runTransformer(step, into);
}

function runTransformer({ transform, configured }: NamedTransformer, { resources }: Accumulator): void {
  transform(resources);
  resources.dropEmpty();
  if (configured !== undefined) for (const resource of resources.list) addTransformation(resource, configured);
  resources.changed();
}

function registerVars({ file, build }: Layer, into: Accumulator): void {
  const entries = file.kustomization.vars ?? [];
  if (entries.length === 0) return;
  const vars = entries.map((entry) => parseVar(entry, build.scopeOf));
  prefixErrors(`merging vars [${vars.map(({ written }) => written).join(' ')}]`, () => {
    bindVars(into.resources, vars);
    into.vars = mergeVars(into.vars, vars);
  });
}
