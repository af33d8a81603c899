import { stringify } from '@sluice/manifest';
import { applyFieldSpec, fieldSpec } from './field-spec.ts';
import { joinPath } from './file-tree.ts';
import { annotationOf, originAnnotation, transformationsAnnotation } from './identity.ts';
import type { Resource } from './resource.ts';
import { tryParseRepoUrl } from './repo-url.ts';
import { ScalarNode, setField } from './tree.ts';

/** Where a resource or a change came from, for `buildMetadata` (engine §15.3). */
export interface Origin {
  /** Relative to the build's folder, or to the repository. */
  readonly path: string;
  readonly repo?: string;
  readonly ref?: string;
}

/** What generated or changed a resource: a plug-in and the file that configures it. */
export interface Configured extends Omit<Origin, 'path'> {
  readonly configuredIn: string;
  readonly apiVersion: string;
  readonly kind: string;
  readonly name?: string;
  readonly namespace?: string;
}

export const rootOrigin: Origin = { path: '' };

/** The origin of what an entry of `resources` leads to. */
export function enterOrigin(origin: Origin, entry: string): Origin {
  const repo = tryParseRepoUrl(entry);
  if (repo === undefined)
    return { ...origin, path: origin.path === '' ? joinPath(entry) : joinPath(origin.path, entry) };
  return { path: repo.path, repo: repo.cloneUrl, ref: repo.ref };
}

/** Notes the file that resources were read from; their other annotations stay as they are. */
export function annotateFileOrigin(resource: Resource, origin: Origin): void {
  const value = new ScalarNode(originText(origin), '!!str');
  applyFieldSpec(resource, annotationsField, {
    set: (node) => setField(node, originAnnotation, value),
    createAs: 'mapping',
    createTag: '!!map',
  });
}

/** Notes where the configuration of a plug-in is written. */
export function setConfigOrigin(resource: Resource, origin: Origin): void {
  resource.setNote(originAnnotation, originText(origin));
}

const annotationsField = fieldSpec({ path: 'metadata/annotations', create: true });

/** Notes who generated the resource, unless it says where it came from. */
export function setGeneratorOrigin(resource: Resource, configured: Configured): void {
  if (annotationOf(resource.root, originAnnotation) === undefined)
    resource.setNote(originAnnotation, configuredText(configured));
}

/** Notes that a transformer ran over the resource. */
export function addTransformation(resource: Resource, configured: Configured): void {
  if (annotationOf(resource.root, originAnnotation) === undefined) {
    resource.setNote(originAnnotation, configuredText(configured));
    return;
  }
  const entry = configuredText(configured).trimEnd().split('\n').join('\n  ');
  const before = annotationOf(resource.root, transformationsAnnotation) ?? '';
  resource.setNote(transformationsAnnotation, `${before}- ${entry}\n`);
}

/** The path that an origin annotation names; `undefined` when there is none. */
export function originOf(resource: Resource): Origin | undefined {
  const text = annotationOf(resource.root, originAnnotation);
  if (text === undefined) return undefined;
  const value = (key: string) => new RegExp(`^${key}: (.*)$`, 'm').exec(text)?.[1];
  const [repo, ref] = [value('repo'), value('ref')];
  return { path: value('path') ?? '', ...(repo === undefined ? {} : { repo }), ...(ref === undefined ? {} : { ref }) };
}

function originText({ path, repo, ref }: Origin): string {
  return lines({ path, repo, ref });
}

function configuredText({ repo, ref, configuredIn, apiVersion, kind, name, namespace }: Configured): string {
  const by = lines({ apiVersion, kind, name, namespace }).trimEnd().split('\n').join('\n  ');
  return `${lines({ repo, ref, configuredIn })}configuredBy:\n  ${by}\n`;
}

function lines(fields: Readonly<Record<string, string | undefined>>): string {
  return Object.entries(fields)
    .filter(([, value]) => value !== undefined && value !== '')
    .map(([key, value]) => `${key}: ${stringify(value ?? '').trimEnd()}\n`)
    .join('');
}
