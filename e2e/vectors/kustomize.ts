import { buildKustomization, KustomizeError, memoryTree } from '@sluice/kustomize';
import type { FamilyModule } from './case.ts';

export const families: FamilyModule['families'] = {
  'smp-kustomize': (input) => buildPatched(input as PatchInput), // the shape that the file's `about` describes
  names: (input) => build((input as { files: Record<string, FileContent> }).files),
};

interface PatchInput {
  readonly object: unknown;
  readonly patch: unknown;
}

type FileContent = string | { readonly base64: string };

/** Folder of the build in the tree; recorded texts call it `{DIR}`. */
const folder = '/tree/build';

function buildPatched({ object, patch }: PatchInput): string {
  return build({
    'kustomization.yaml': JSON.stringify({ resources: ['object.yaml'], patches: [{ path: 'patch.yaml' }] }),
    'object.yaml': asText(object),
    'patch.yaml': asText(patch),
  });
}

function asText(content: unknown): string {
  return typeof content === 'string' ? content : JSON.stringify(content);
}

function build(files: Readonly<Record<string, FileContent>>): string {
  const entries = Object.entries(files).map(([path, content]) => [`${folder}/${path}`, asBytes(content)] as const);
  try {
    return buildKustomization(memoryTree(new Map(entries)), folder).toYaml();
  } catch (error) {
    if (!(error instanceof KustomizeError)) throw error;
    throw new Error(normalised(error.upstream), { cause: error });
  }
}

function asBytes(content: FileContent): Uint8Array {
  return typeof content === 'string' ? new TextEncoder().encode(content) : Buffer.from(content.base64, 'base64');
}

function normalised(text: string): string {
  return text
    .replaceAll(folder, '{DIR}')
    .replaceAll('/tree/', '{DIR}/../')
    .replaceAll(/0x[0-9a-f]+/g, '0xPTR')
    .trimEnd();
}
