import { KustomizeError, buildKustomization, memoryTree } from '@sluice/kustomize';
import { YamlError, parseDocument, toData, toJson } from '@sluice/manifest';
import type { FamilyRunner, VectorCase } from './case.ts';

interface Recorded {
  readonly buildError?: string;
  readonly jsonError?: string;
}

export const families: Record<string, FamilyRunner> = { 'yaml-scalars': run, 'yaml-documents': run };

/** What kustomize prints for the text as its only resource, and what the text is as JSON. */
function run(input: unknown, kase: VectorCase): unknown {
  const { yaml } = input as { yaml: string };
  const recorded = kase.want as Recorded;
  return { ...build(yaml, recorded.buildError), ...json(yaml) };
}

function build(yaml: string, recorded: string | undefined): object {
  try {
    return { build: buildKustomization(memoryTree(filesWith(yaml)), '/build').toYaml() };
  } catch (error) {
    if (!(error instanceof KustomizeError)) throw error;
    return { buildError: withRecordedDump(error.upstream.replaceAll('/build', '{DIR}'), recorded) };
  }
}

function filesWith(yaml: string): Map<string, Uint8Array> {
  const encoder = new TextEncoder();
  return new Map([
    ['build/kustomization.yaml', encoder.encode('resources: [r.yaml]\n')],
    ['build/r.yaml', encoder.encode(yaml)],
  ]);
}

/** Before the reason the original prints the whole resource as a Go value, which ours does not: the reason is compared. */
function withRecordedDump(message: string, recorded: string | undefined): string {
  if (recorded?.startsWith('map[string]interface {}') !== true) return message;
  const reason = recorded.slice(recorded.search(/(?:json|yaml): /));
  return message.endsWith(reason) ? recorded : message;
}

function json(yaml: string): object {
  try {
    return { json: toJson(toData(parseDocument(yaml, { setting: 'json' }))) };
  } catch (error) {
    if (!(error instanceof YamlError)) throw error;
    return { jsonError: error.message };
  }
}
