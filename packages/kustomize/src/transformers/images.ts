import { applyFieldSpecs, type FieldSpec } from '../field-spec.ts';
import { goRegexp } from '../go-regexp.ts';
import type { ImageEntry } from '../kustomization/types.ts';
import { getField, isMissing, keysOf, requireKind, setText, textOf, type Node } from '../tree.ts';
import type { Transformer } from './transformer.ts';

/**
 * One entry of `images` (engine §9.8). Two passes: every `containers` and `initContainers` anywhere, then the
 * configured fields; a value that both reach gets `tagSuffix` twice.
 */
export function imagesTransformer(entry: ImageEntry, specs: readonly FieldSpec[]): Transformer {
  const update = imageUpdater(entry);
  return (resources) => {
    for (const resource of resources.list) {
      if (resource.kind === 'CustomResourceDefinition') continue;
      visitContainers(resource.root, update);
    }
    for (const resource of resources.list) {
      if (resource.kind === 'CustomResourceDefinition') continue;
      applyFieldSpecs(resource, specs, { set: update });
    }
  };
}

/** `name`, `tag` and `digest` of an image; `''` where absent. A colon before the first `/` belongs to the host. */
export function splitImage(image: string): { name: string; tag: string; digest: string } {
  const slash = Math.max(image.indexOf('/'), 0);
  const at = image.indexOf('@', slash);
  const colon = image.indexOf(':', slash);
  if (at < 0 && colon < 0) return { name: image, tag: '', digest: '' };
  if (at >= 0 && (colon < 0 || at < colon)) return { name: image.slice(0, at), tag: '', digest: image.slice(at + 1) };
  const tagEnd = at < 0 ? image.length : at;
  return {
    name: image.slice(0, colon),
    tag: image.slice(colon + 1, tagEnd),
    digest: at < 0 ? '' : image.slice(at + 1),
  };
}

function imageUpdater(entry: ImageEntry): (node: Node) => void {
  const pattern = goRegexp(`^${entry.name ?? ''}(:[a-zA-Z0-9_.{}-]*)?(@sha256:[a-zA-Z0-9_.{}-]*)?$`);
  return (node) => {
    requireKind(node, 'scalar');
    const image = textOf(node);
    if (pattern.test(image)) setText(node, replaceImage(image, entry));
  };
}

function replaceImage(image: string, { newName, newTag, digest, tagSuffix }: ImageEntry): string {
  const old = splitImage(image);
  const name = newName || old.name;
  if (newTag) return joinImage(name, newTag, digest ?? '');
  if (digest) return joinImage(name, '', digest);
  if (tagSuffix) return joinImage(name, old.tag + tagSuffix, '');
  return joinImage(name, old.tag, old.digest);
}

function joinImage(name: string, tag: string, digest: string): string {
  return name + (tag === '' ? '' : `:${tag}`) + (digest === '' ? '' : `@${digest}`);
}

function visitContainers(node: Node, update: (image: Node) => void): void {
  if (node.kind === 'sequence') {
    for (const item of node.items) visitContainers(item, update);
  } else if (node.kind === 'mapping') {
    for (const key of keysOf(node)) {
      const value = node.get(key);
      if (value === undefined) continue;
      visitContainers(value, update);
      if (key === 'containers' || key === 'initContainers') updateContainers(value, update);
    }
  }
}

function updateContainers(list: Node, update: (image: Node) => void): void {
  if (list.kind !== 'sequence') return;
  for (const container of list.items) {
    const image = getField(container, 'image');
    if (image !== undefined && !isMissing(container)) update(image);
  }
}
