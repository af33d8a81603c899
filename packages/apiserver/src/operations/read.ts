import type { KubeObject } from '@sluice/api';
import type { Core } from '../core.ts';
import { badRequest, expired, invalid, notFound } from '../errors.ts';
import type { Resource } from '../registry/resource.ts';
import { storeKey } from '../store/store.ts';
import { decodeContinue, encodeContinue, type ContinueToken } from './continue.ts';
import type { Selector } from './selectors.ts';

export interface ListRequest {
  /** `''`: all namespaces. */
  readonly namespace: string;
  readonly selector: Selector;
  /** 0: no limit. */
  readonly limit: number;
  readonly continueToken: string;
  readonly resourceVersion: string;
  readonly resourceVersionMatch: string;
}

export interface ObjectList {
  readonly resourceVersion: string;
  readonly continueToken: string;
  readonly remaining: number | undefined;
  readonly items: readonly KubeObject[];
}

/** One object as this version reads it. @throws StatusError 404 */
export function getObject(core: Core, resource: Resource, namespace: string, name: string): KubeObject {
  const key = storeKey(resource.namespaced ? namespace : '', name);
  const stored = core.store.collection(resource.storageKey).get(key);
  if (stored === undefined) throw notFound(resource, name);
  return resource.strategy.read(stored);
}

/** A list, or one page of it. The request's combination of options was checked before. @throws StatusError 400, 410 */
export function listObjects(core: Core, resource: Resource, request: ListRequest): ObjectList {
  const start = startingPoint(core, request);
  const collection = core.store.collection(resource.storageKey);
  const all = start.revision === undefined ? [...collection.values()] : collection.valuesAt(start.revision);
  if (all === undefined) throw tooOld(request, start);
  const inPlace = all.filter((object) => isIn(object, request.namespace) && isAfter(object, request, start.after));
  const matching = request.selector.isEmpty
    ? inPlace
    : inPlace.filter((object) => request.selector.matches(resource.strategy.read(object)));
  const page = request.limit > 0 && !start.unlimited ? matching.slice(0, request.limit) : matching;
  const left = matching.length - page.length;
  const revision = start.revision ?? core.store.revision;
  const last = page.at(-1);
  return {
    resourceVersion: String(revision),
    continueToken:
      left > 0 && last !== undefined
        ? encodeContinue({ revision: start.inconsistent ? -1 : revision, start: startKey(last, request.namespace) })
        : '',
    remaining: left > 0 && request.selector.isEmpty ? left : undefined,
    items: page.map((object) => resource.strategy.read(object)),
  };
}

interface StartingPoint {
  /** The revision whose state is wanted; `undefined` is now. */
  readonly revision: number | undefined;
  /** The first key that may be returned. */
  readonly after: string | undefined;
  readonly unlimited: boolean;
  /** Pages that no longer come from one revision. */
  readonly inconsistent: boolean;
  readonly token: ContinueToken | undefined;
}

function startingPoint(core: Core, request: ListRequest): StartingPoint {
  const { continueToken, resourceVersion: version, resourceVersionMatch: match } = request;
  if (continueToken !== '') {
    const token = decodeContinue(continueToken);
    const inconsistent = token.revision < 0;
    const revision = inconsistent ? undefined : token.revision;
    return { revision, after: token.start, unlimited: false, inconsistent, token };
  }
  const exact = match === 'Exact' || (match === '' && Number(version) > 0 && request.limit > 0);
  return {
    revision: exact && Number(version) !== core.store.revision ? Number(version) : undefined,
    after: undefined,
    // A list from the cache ignores the limit.
    unlimited: version === '0' && match !== 'Exact',
    inconsistent: false,
    token: undefined,
  };
}

function tooOld({ continueToken }: ListRequest, { token }: StartingPoint): Error {
  if (continueToken === '' || token === undefined) {
    return expired('The resourceVersion for the provided list is too old.');
  }
  const message =
    'The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter, or use the continue token in this response to retrieve the remainder of the results. Continuing with the provided token results in an inconsistent list - objects that were created, modified, or deleted between the time the first chunk was returned and now may show up in the list.';
  return expired(message, encodeContinue({ revision: -1, start: token.start }));
}

function isIn(object: KubeObject, namespace: string): boolean {
  return namespace === '' || object.metadata.namespace === namespace;
}

function isAfter(object: KubeObject, { namespace }: ListRequest, start: string | undefined): boolean {
  return start === undefined || keyBelow(object, namespace) >= start;
}

/** The key of an object below what the list covers: its name, or `namespace/name` over all namespaces. */
function keyBelow({ metadata }: KubeObject, namespace: string): string {
  return namespace !== '' || metadata.namespace === undefined
    ? metadata.name
    : `${metadata.namespace}/${metadata.name}`;
}

function startKey(last: KubeObject, namespace: string): string {
  return `${keyBelow(last, namespace)}\u0000`;
}

/** Refuses combinations of list options that mean nothing. @throws StatusError 422 */
export function checkListOptions(
  request: Omit<ListRequest, 'namespace' | 'selector'>,
  sendInitialEvents: boolean | undefined,
): void {
  const { continueToken, resourceVersion: version, resourceVersionMatch: match } = request;
  const forbid = (field: string, why: string) =>
    invalid({ group: 'meta.k8s.io', kind: 'ListOptions' }, '', [
      { reason: 'FieldValueForbidden', field, body: `Forbidden: ${why}` },
    ]);
  if (sendInitialEvents !== undefined) throw forbid('sendInitialEvents', 'sendInitialEvents is forbidden for list');
  if (match !== '') {
    if (continueToken !== '') {
      throw forbid('resourceVersionMatch', 'resourceVersionMatch is forbidden when continue is provided');
    }
    if (version === '') {
      throw forbid('resourceVersionMatch', 'resourceVersionMatch is forbidden unless resourceVersion is provided');
    }
    if (match !== 'Exact' && match !== 'NotOlderThan') {
      throw invalid({ group: 'meta.k8s.io', kind: 'ListOptions' }, '', [
        unsupportedMatch(match, ['Exact', 'NotOlderThan', '']),
      ]);
    }
    if (match === 'Exact' && version === '0') {
      throw forbid('resourceVersionMatch', 'resourceVersionMatch "exact" is forbidden for resourceVersion "0"');
    }
  }
  if (continueToken !== '' && version !== '' && version !== '0') {
    throw badRequest('specifying resource version is not allowed when using continue');
  }
  if (version !== '' && !/^\d+$/.test(version)) {
    throw badRequest(`invalid resource version: ${versionProblem(version)}`);
  }
}

export function unsupportedMatch(
  match: string,
  supported: readonly string[],
): { reason: string; field: string; body: string } {
  const values = supported.map((value) => JSON.stringify(value)).join(', ');
  return {
    reason: 'FieldValueNotSupported',
    field: 'resourceVersionMatch',
    body: `Unsupported value: ${JSON.stringify(match)}: supported values: ${values}`,
  };
}

/** What is wrong with a resourceVersion that is no number. */
export function versionProblem(version: string): string {
  const text = JSON.stringify(version);
  return `resourceVersion: Invalid value: ${text}: strconv.ParseUint: parsing ${text}: invalid syntax`;
}
