import type { KubeObject, ObjectMeta } from '@sluice/api';

type Marks = Pick<ObjectMeta, 'labels' | 'annotations'>;

const domain = 'kustomize.toolkit.fluxcd.io';

/** Which Kustomization an object belongs to. */
export interface Owner {
  readonly namespace: string;
  readonly name: string;
}

export const ownerNameLabel = `${domain}/name`;
export const ownerNamespaceLabel = `${domain}/namespace`;

export function ownerLabels(owner: Owner): Record<string, string> {
  return { [ownerNameLabel]: owner.name, [ownerNamespaceLabel]: owner.namespace };
}

export function isOwnedBy(metadata: Marks, owner: Owner): boolean {
  const { labels } = metadata;
  return labels?.[ownerNameLabel] === owner.name && labels[ownerNamespaceLabel] === owner.namespace;
}

/** Neither applied nor deleted. Counts on the manifest and on the live object. */
export function isLeftAlone(metadata: Marks): boolean {
  return hasPolicy(metadata, 'reconcile', 'disabled') || hasPolicy(metadata, 'ssa', 'ignore');
}

/** Fields of other managers survive. Counts on the manifest and on the live object. */
export function isMerged(metadata: Marks): boolean {
  return hasPolicy(metadata, 'ssa', 'merge');
}

/** Applied only when the object does not exist. Counts on the manifest only. */
export function isOnlyCreated(manifest: KubeObject): boolean {
  return hasPolicy(manifest.metadata, 'ssa', 'ifnotpresent');
}

/** May be deleted and created again. Counts on the manifest and on the live object. */
export function isForced(metadata: Marks): boolean {
  return hasPolicy(metadata, 'force', 'enabled');
}

/** Survives pruning. Counts on the live object. */
export function isKept(metadata: Marks): boolean {
  return hasPolicy(metadata, 'prune', 'disabled') || isLeftAlone(metadata);
}

/** No variables are replaced in it. Unlike the others, this value is case-sensitive. */
export function isLiteral(metadata: Marks): boolean {
  const key = `${domain}/substitute`;
  return metadata.labels?.[key] === 'disabled' || metadata.annotations?.[key] === 'disabled';
}

/** The object stays encrypted as it is in the source. */
export function isNotDecrypted(metadata: Marks): boolean {
  return lower(metadata.annotations?.[`${domain}/decrypt`]) === 'disabled';
}

/** All policies of an object in one text, to see whether one has changed. */
export function policiesOf(metadata: Marks): string {
  return ['ssa', 'reconcile', 'force', 'prune']
    .map(
      (name) => `${metadata.labels?.[`${domain}/${name}`] ?? ''},${metadata.annotations?.[`${domain}/${name}`] ?? ''}`,
    )
    .join(';')
    .toLowerCase();
}

function hasPolicy(metadata: Marks, name: string, value: string): boolean {
  const key = `${domain}/${name}`;
  return lower(metadata.labels?.[key]) === value || lower(metadata.annotations?.[key]) === value;
}

/** Substitution may have made a number of a label; the server refuses it later, with a better text. */
function lower(value: unknown): string {
  return String(value).toLowerCase();
}
