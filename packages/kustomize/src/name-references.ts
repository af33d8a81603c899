import type { NameReference } from './config/transformer-config.ts';
import { KustomizeError, asKustomizeError } from './errors.ts';
import { walkFieldSpec, type FieldSpec } from './field-spec.ts';
import { apiVersionOf, effectiveNamespace, gvkSelected, idText, noNamespace, type Gvk, type ResId } from './gvk.ts';
import type { Resource } from './resource.ts';
import { ScalarNode, getField, isMissing, peekField, setField, setText, textOf, valueOf, type Node } from './tree.ts';

/** Upstream prints a Go object here, address and all. */
const printedNode =
  '&yaml.RNode{fieldPath:[]string(nil), value:(*yaml.Node)(0xc000000000), ShouldKeep:false, Match:[]string(nil)}';

/**
 * Makes references follow the objects whose names changed (engine §12). Only what was renamed, moved or hashed is a
 * candidate: an object without a history is never the target.
 */
export function fixNameReferences(resources: readonly Resource[], references: readonly NameReference[]): void {
  const candidates = indexCandidates(resources);
  const fieldsOf = referenceFields(references);
  for (const resource of resources) {
    const fields = fieldsOf(resource.originalId());
    if (fields.length > 0) new Referrer(resource, candidates).fix(fields);
  }
}

interface ReferenceField {
  readonly target: Gvk;
  readonly spec: FieldSpec;
}

/** A resource that may be referred to, with what the selection looks at. */
interface Candidate {
  readonly resource: Resource;
  readonly previous: readonly ResId[];
  readonly current: ResId;
  readonly kind: string;
}

/** Previous name → the resources that bore it, in order. */
type Candidates = ReadonlyMap<string, readonly Candidate[]>;

function indexCandidates(resources: readonly Resource[]): Candidates {
  const index = new Map<string, Candidate[]>();
  for (const resource of resources) {
    const previous = resource.previousIds();
    if (previous.length === 0) continue;
    const candidate = { resource, previous, current: resource.currentId(), kind: resource.kind };
    for (const name of new Set(previous.map((id) => id.name))) {
      const known = index.get(name);
      if (known === undefined) index.set(name, [candidate]);
      else known.push(candidate);
    }
  }
  return index;
}

/** The fields to look at, by the kind that a referrer had at first. */
function referenceFields(references: readonly NameReference[]): (gvk: Gvk) => readonly ReferenceField[] {
  const known = new Map<string, ReferenceField[]>();
  return (gvk) => {
    const key = `${gvk.kind}\0${gvk.group}\0${gvk.version}`;
    const fields = known.get(key) ?? fieldsFor(references, gvk);
    known.set(key, fields);
    return fields;
  };
}

function fieldsFor(references: readonly NameReference[], gvk: Gvk): ReferenceField[] {
  return references.flatMap((target) =>
    target.referrers.filter((spec) => gvkSelected(gvk, spec)).map((spec) => ({ target, spec })),
  );
}

class Referrer {
  readonly #resource: Resource;
  readonly #candidates: Candidates;
  readonly #id: ResId;
  /** Namespaces of the ServiceAccounts that a RoleBinding names. */
  readonly #subjectNamespaces: ReadonlySet<string>;

  constructor(resource: Resource, candidates: Candidates) {
    this.#resource = resource;
    this.#candidates = candidates;
    this.#id = resource.currentId();
    this.#subjectNamespaces = this.#id.clusterScoped ? new Set() : subjectNamespaces(resource);
  }

  fix(fields: readonly ReferenceField[]): void {
    checkApiVersion(this.#resource);
    for (const field of fields) {
      try {
        walkFieldSpec(this.#resource, field.spec, { set: (node) => this.#set(node, field) });
      } catch (error) {
        const id = idText(this.#resource.currentId());
        throw asKustomizeError(error).prefixed(`updating name reference in '${field.spec.path}' field of '${id}'`);
      }
    }
  }

  #set(node: Node, field: ReferenceField): void {
    if (isMissing(node)) return;
    if (node.kind === 'scalar') this.#setScalar(node, field);
    else if (node.kind === 'mapping') this.#setMap(node, field);
    else if (node.kind === 'sequence') for (const item of node.items) this.#setItem(item, field);
  }

  #setItem(item: Node, field: ReferenceField): void {
    if (item.kind !== 'sequence') return this.#set(item, field);
    throw new KustomizeError(`${printedNode} is expected to be either a string or a map of string`);
  }

  #setScalar(node: ScalarNode, field: ReferenceField): void {
    const referral = this.#select(node.value, field, () => true, sameNames);
    if (referral !== undefined && referral.name !== node.value) setText(node, referral.name);
  }

  #setMap(node: Node, field: ReferenceField): void {
    const name = getField(node, 'name');
    if (name === undefined) throw new KustomizeError("path config error; no 'name' field in node");
    const inNamespace = this.#namespaceFilter(getField(node, 'namespace'));
    const referral = this.#select(textOf(name), field, inNamespace, sameNamesAndNamespaces);
    if (referral === undefined || (referral.name === textOf(name) && referral.namespace === '')) return;
    setField(node, 'name', new ScalarNode(referral.name));
    if (referral.namespace !== '') setField(node, 'namespace', new ScalarNode(referral.namespace));
  }

  /** By the namespace that candidates had at first; if none had it, by the one that they have now. */
  #namespaceFilter(node: Node | undefined): (candidate: Candidate) => boolean {
    if (node === undefined) return () => true;
    const namespace = textOf(node);
    if (namespace === noNamespace) return () => false;
    const hadIt = (candidate: Candidate) =>
      effectiveNamespace(candidate.previous[0] ?? candidate.current) === namespace;
    const anyHadIt = [...this.#candidates.values()].some((list) =>
      list.some((candidate) => this.#isVisible(candidate) && hadIt(candidate)),
    );
    return anyHadIt ? hadIt : (candidate) => effectiveNamespace(candidate.current) === namespace;
  }

  #select(
    name: string,
    { target, spec }: ReferenceField,
    isMeant: (candidate: Candidate) => boolean,
    areSame: (found: readonly Candidate[]) => boolean,
  ): Resource | undefined {
    const byName = this.#candidates.get(name);
    if (byName === undefined) return undefined;
    const role = spec.path.endsWith('roleRef/name') ? this.#roleRef() : undefined;
    const found = byName.filter(
      (candidate) =>
        this.#isVisible(candidate) &&
        isMeant(candidate) &&
        candidate.previous.some((id) => gvkSelected(id, target)) &&
        (role === undefined || candidate.previous.some((id) => gvkSelected(id, role))) &&
        this.#isReachable(candidate),
    );
    return this.#only(found, areSame);
  }

  #only(found: readonly Candidate[], areSame: (found: readonly Candidate[]) => boolean): Resource | undefined {
    if (found.length === 1) return found[0]?.resource;
    let left = found.filter((candidate) => this.#sharesAffixes(candidate, true));
    if (left.length > 1) left = left.filter((candidate) => this.#sharesAffixes(candidate, false));
    if (left.length < 2 || areSame(left)) return left[0]?.resource;
    throw new KustomizeError(
      `found multiple possible referrals: ${left.map(({ current }) => idText(current)).join(', ')}\n`,
      {
        ...this.#resource.origin,
        hint: 'rename one of them, or refer to it from the layer that renames it',
      },
    );
  }

  /** What could be referred to at all from the referrer's namespace. */
  #isVisible({ current, resource }: Candidate): boolean {
    if (this.#id.clusterScoped || current.clusterScoped) return true;
    return (
      effectiveNamespace(current) === effectiveNamespace(this.#id) || this.#subjectNamespaces.has(resource.namespace)
    );
  }

  #isReachable({ current, kind }: Candidate): boolean {
    if (this.#id.clusterScoped || current.clusterScoped || kind === 'ServiceAccount') return true;
    return effectiveNamespace(current) === effectiveNamespace(this.#id);
  }

  #roleRef(): Gvk | undefined {
    const roleRef = peekField(this.#resource.root, 'roleRef');
    const group = peekField(roleRef, 'apiGroup');
    const kind = peekField(roleRef, 'kind');
    return group === undefined || kind === undefined
      ? undefined
      : { group: textOf(group), version: '', kind: textOf(kind) };
  }

  /** Whether both were renamed by the same layers, as far as the shorter history tells. */
  #sharesAffixes({ resource }: Candidate, allowEmpty: boolean): boolean {
    const own = this.#resource;
    return (
      sameEnding(own.prefixes, resource.prefixes, allowEmpty) && sameEnding(own.suffixes, resource.suffixes, allowEmpty)
    );
  }
}

function checkApiVersion(resource: Resource): void {
  const written = valueOf(peekField(resource.root, 'apiVersion'));
  const understood = apiVersionOf(resource.gvk);
  if (written === understood) return;
  throw new KustomizeError(
    `node-referrerOriginal 'APIVersion' mismatch '${written}' != '${understood}'`,
    resource.origin,
  );
}

function sameEnding(a: readonly string[], b: readonly string[], allowEmpty: boolean): boolean {
  if (a.length === 0 || b.length === 0) return allowEmpty || a.length === b.length;
  const length = Math.min(a.length, b.length);
  return a.slice(-length).every((item, i) => item === b.slice(-length)[i]);
}

function sameNames(found: readonly Candidate[]): boolean {
  return found.every(({ resource }) => resource.name === found[0]?.resource.name);
}

function sameNamesAndNamespaces(found: readonly Candidate[]): boolean {
  return sameNames(found) && found.every(({ resource }) => resource.namespace === found[0]?.resource.namespace);
}

function subjectNamespaces(resource: Resource): ReadonlySet<string> {
  const namespaces = new Set<string>();
  const subjects = resource.kind === 'RoleBinding' ? peekField(resource.root, 'subjects') : undefined;
  if (subjects?.kind !== 'sequence') return namespaces;
  for (const subject of subjects.items) {
    if (subject.kind !== 'mapping') {
      throw new KustomizeError(`a subject of "${idText(resource.currentId())}" is no map`, resource.origin); // upstream crashes
    }
    const namespace = peekField(subject, 'namespace');
    if (namespace === undefined || valueOf(peekField(subject, 'kind')) !== 'ServiceAccount') continue;
    if (isMissing(namespace) || (namespace.tag !== '!!str' && namespace.tag !== '')) {
      throw new KustomizeError(`Invalid Input: namespace is blank for resource "${idText(resource.currentId())}"\n`, {
        ...resource.origin,
        hint: 'give the ServiceAccount subject a namespace',
      });
    }
    namespaces.add(textOf(namespace));
  }
  return namespaces;
}
