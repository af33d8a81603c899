import { isPrintedAsInteger } from '@sluice/manifest';
import type { Data } from '@sluice/manifest';
import { KustomizeError } from './errors.ts';
import { applyFieldSpec, type FieldSpec } from './field-spec.ts';
import { compareBytes } from './go-text.ts';
import { gvkText, parseApiVersion, sameGvk, sameId, type Gvk, type ResId } from './gvk.ts';
import type { VarEntry } from './kustomization/types.ts';
import type { ScopeOf } from './cluster-scoped.ts';
import { nodeData } from './node-data.ts';
import { splitFieldPath } from './replacement/path.ts';
import { findValue } from './replacement/source.ts';
import type { Resource } from './resource.ts';
import type { ResourceSet } from './resource-set.ts';
import { isMissing, isString, type Node, type ScalarNode } from './tree.ts';

/** A var with its defaults: `$(NAME)` stands for the value of a field of one object (engine §13). */
export interface Var {
  readonly name: string;
  readonly target: ResId;
  readonly fieldPath: string;
  /** As messages print it, with defaults and as it was written. */
  readonly text: string;
  readonly written: string;
}

/** Vars by name, of a layer and the layers below it. */
export type VarSet = ReadonlyMap<string, Var>;

export function parseVar({ name = '', objref = {}, fieldref = {} }: VarEntry, scopeOf: ScopeOf): Var {
  const gvk = objectGvk(objref);
  const id: ResId = { ...gvk, name: objref.name ?? '', namespace: objref.namespace ?? '', clusterScoped: scopeOf(gvk) };
  const fieldPath = fieldref.fieldPath || 'metadata.name';
  const written = `{${name} ${gvkText({ group: '', version: '', kind: '', ...objref })} {${fieldref.fieldPath ?? ''}}}`;
  return { name, target: id, fieldPath, text: `{${name} ${gvkText(gvk)} {${fieldPath}}}`, written };
}

/** Joins two sets. @throws KustomizeError when a name is in both */
export function mergeVars(vars: VarSet, more: Iterable<Var>): VarSet {
  const merged = new Map(vars);
  for (const variable of more) {
    if (merged.has(variable.name)) throw new KustomizeError(`var '${variable.name}' already encountered`);
    merged.set(variable.name, variable);
  }
  return merged;
}

/** Lets the object that each var reads remember it, as later layers may rename the object. */
export function bindVars(resources: ResourceSet, vars: readonly Var[]): void {
  for (const { name, target, text } of vars) {
    const byNamespace = target.namespace !== '' || target.clusterScoped;
    const matches = resources.matchingAnyId((id) =>
      byNamespace ? sameId(id, target) : id.name === target.name && sameGvk(id, target),
    );
    if (matches.length > 1) {
      throw new KustomizeError(`found ${matches.length} resId matches for var ${text} (unable to disambiguate)`);
    }
    matches[0]?.vars.push(name);
  }
}

/**
 * Replaces the references to vars in the configured fields.
 * @returns names of vars that nothing refers to
 */
export function resolveVars(resources: readonly Resource[], vars: VarSet, fields: readonly FieldSpec[]): string[] {
  if (vars.size === 0) return [];
  const values = new Map(
    [...vars.values()].sort((a, b) => compareBytes(a.name, b.name)).map((v) => [v.name, varValue(resources, v)]),
  );
  const used = new Set<string>();
  const expander = { values, used };
  for (const resource of resources) {
    for (const spec of fields) applyFieldSpec(resource, spec, { set: (node) => expandField(node, expander) });
  }
  return [...values.keys()].filter((name) => !used.has(name));
}

type Value = Data;

type Scalar = string | number | boolean;

interface Expander {
  readonly values: ReadonlyMap<string, Value>;
  readonly used: Set<string>;
}

function objectGvk({ apiVersion = '', group = '', version = '', kind = '' }: NonNullable<VarEntry['objref']>): Gvk {
  if (apiVersion === '') return { group, version, kind };
  const slashes = apiVersion.split('/').length - 1;
  if (slashes === 0) return { group, version: apiVersion, kind };
  return slashes === 1 ? { ...parseApiVersion(apiVersion), kind } : { group, version, kind };
}

function varValue(resources: readonly Resource[], { name, fieldPath, text }: Var): Value {
  const resource = resources.find((candidate) => candidate.vars.includes(name));
  if (resource === undefined) {
    throw new KustomizeError(`var '${text}' cannot be mapped to a field in the set of known resources`);
  }
  const value = fieldValue(resource, fieldPath);
  if (value !== undefined) return value;
  throw new KustomizeError(`field specified in var '${text}' not found in corresponding resource`, resource.origin);
}

/** @returns `undefined` when there is no such field, or its text is not of its type */
function fieldValue(resource: Resource, path: string): Value | undefined {
  try {
    const node = findValue(resource.root, splitFieldPath(path).flatMap(splitIndex));
    return node?.kind === 'scalar' ? scalarValue(node) : node && nodeData(node);
  } catch (error) {
    if (error instanceof KustomizeError) return undefined; // the message about the var says what matters
    throw error;
  }
}

/** `ports[0]` → `ports`, `0` */
function splitIndex(part: string): string[] {
  const [, name = '', index] = /^(.*)\[(\d+)\]$/s.exec(part) ?? [];
  if (index === undefined) return [part];
  return name === '' ? [index] : [name, index];
}

/** @returns `undefined` for numbers that Go's parsers do not take, such as `1_000` */
function scalarValue({ tag, value }: ScalarNode): Scalar | undefined {
  if (tag === '!!int') return /^[+-]?\d+$/.test(value) ? Number(value) : undefined;
  if (tag === '!!float') return /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(value) ? Number(value) : undefined;
  return tag === '!!bool' ? value.toLowerCase() === 'true' : value;
}

function expandField(node: Node, expander: Expander): void {
  if (isMissing(node)) return;
  if (node.kind === 'scalar') {
    if (isString(node)) expandScalar(node, expander);
  } else if (node.kind === 'mapping') {
    for (let i = 1; i < node.items.length; i += 2) {
      const value = node.items[i];
      if (value?.kind === 'scalar' && isString(value)) expandScalar(value, expander);
    }
  } else if (node.kind === 'sequence') {
    for (const item of node.items) {
      if (item.kind !== 'scalar' || !isString(item)) throw new KustomizeError('invalid value type expect a string');
      expandScalar(item, expander);
    }
  }
}

function expandScalar(node: ScalarNode, expander: Expander): void {
  const value = expand(node.value, expander);
  node.value = formatted(value);
  node.tag =
    typeof value === 'boolean'
      ? '!!bool'
      : typeof value === 'number'
        ? Number.isInteger(value) && isPrintedAsInteger(value)
          ? '!!int'
          : '!!float'
        : '!!str';
  node.style = 'plain';
}

/** The text with its references replaced; the value itself where the text is exactly one reference. */
function expand(text: string, expander: Expander): Scalar {
  const whole = /^\$\(([^)]*)\)$/.exec(text)?.[1];
  if (whole !== undefined) return lookUp(whole, expander);
  return text.replace(/\$(?:\$|\(([^)]*)\))/g, (match, name: string | undefined) =>
    name === undefined ? (match === '$$' ? '$' : match) : formatted(lookUp(name, expander)),
  );
}

function lookUp(name: string, { values, used }: Expander): Scalar {
  const value = values.get(name);
  if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') return `$(${name})`;
  used.add(name);
  return value;
}

function formatted(value: Scalar): string {
  return typeof value === 'string' ? value : String(value);
}
