import { KustomizeError } from '../errors.ts';
import { idDump, idText, sameId } from '../gvk.ts';
import { annotationOf, notes, originAnnotation } from '../identity.ts';
import { dataMap, setDataMap, type Resource } from '../resource.ts';
import { resourceJson } from '../resource-json.ts';
import type { ResourceSet } from '../resource-set.ts';

/** Adds generated resources, or lets them replace or change existing ones, as each asks (engine §7.3). */
export function absorb(resources: ResourceSet, generated: readonly Resource[], warn: (text: string) => void): void {
  for (const resource of generated) absorbOne(resources, resource, warn);
}

function absorbOne(resources: ResourceSet, resource: Resource, warn: (text: string) => void): void {
  const id = resource.currentId();
  const behavior = annotationOf(resource.root, notes.generatorBehavior) ?? 'unspecified';
  const changes = behavior === 'merge' || behavior === 'replace';
  const matches = resources.matchingAnyId((other) => sameId(other, id));
  const [old] = matches;
  if (old === undefined) {
    if (changes) throw new KustomizeError(`id ${idDump(id)} does not exist; cannot merge or replace`, resource.origin);
    return resources.append(resource);
  }
  if (matches.length > 1) {
    const found = matches.map(resourceJson).join(' ');
    throw new KustomizeError(
      `found multiple objects [${found}] that could accept merge of ${idText(id)}`,
      resource.origin,
    );
  }
  if (!changes) {
    const text = `id ${idDump(id)} exists; can not use behavior: '${behavior}', behavior must be merge or replace`;
    throw new KustomizeError(text, {
      ...resource.origin,
      hint: 'give it another name, or set behavior: merge or replace',
    });
  }
  const origin = annotationOf(old.root, originAnnotation);
  const wantsHash = resource.hasNote(notes.needsHashSuffix);
  resource.takeMetadataOf(old);
  if (wantsHash && !resource.hasNote(notes.needsHashSuffix)) {
    warn(`${idText(id)} gets no hash, as the object that it changes has none`);
  }
  if (behavior === 'merge') mergeData(resource, old, origin);
  resources.replace(old, resource);
}

function mergeData(resource: Resource, old: Resource, origin: string | undefined): void {
  for (const field of ['data', 'binaryData'] as const) {
    setDataMap(resource, field, new Map([...dataMap(old, field), ...dataMap(resource, field)]));
  }
  if (origin !== undefined) resource.setNote(originAnnotation, origin);
}
