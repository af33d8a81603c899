import { readFileSync } from 'node:fs';
import type { ManagedFieldsEntry, ObjectMeta } from '@sluice/api';
import { corpusMissing, corpusPath } from '@sluice/testkit';
import { expect, test } from 'vitest';
import { lastTakenOver, needsTakeOver, takeOverPatch, type PatchOperation } from './take-over.ts';

interface Case {
  readonly name: string;
  readonly input: { readonly steps: readonly { readonly do: string; readonly overrideManagers?: string[] }[] };
  readonly want: readonly { readonly object?: { readonly metadata: ObjectMeta }; readonly patch?: PatchOperation[] }[];
}

const path = corpusPath('vectors/ssa.json');
const cases =
  path === undefined
    ? []
    : (JSON.parse(readFileSync(path, 'utf8')) as { cases: Case[] }).cases.flatMap(({ name, input, want }) => {
        const step = input.steps.findIndex((candidate) => candidate.do === 'flux-takeover');
        const live = want[step - 1]?.object?.metadata;
        const patch = want[step]?.patch;
        const managers = input.steps[step]?.overrideManagers ?? [];
        return live === undefined || patch === undefined ? [] : [{ name, live, patch, managers }];
      });

// Flux writes our entry twice when it stands behind another, and merges into a status entry when that comes last; the
// server keeps the last of two. Ours is written once. @see spec kustomization-controller §11.4
const intended = new Set(['flux-managers/several', 'flux-managers/own-status-entry']);

// kustomization 23-108, 23-110
test('takes over as Flux does', ({ skip }) => {
  skip(path === undefined, corpusMissing);
  const compared = cases.filter(({ name }) => !intended.has(name));
  expect(compared.length).toBeGreaterThan(30);
  const wrong = compared.filter(({ live, patch, managers }) => {
    const got = takeOverPatch(live, managers);
    return !same(got, patch) || needsTakeOver(live, managers) !== patch.length > 0;
  });
  expect(wrong.map(({ name }) => name)).toEqual([]);
});

const entry = (manager: string, operation: 'Apply' | 'Update', fields: string[], subresource?: string) => ({
  manager,
  operation,
  apiVersion: 'v1',
  fieldsType: 'FieldsV1',
  fieldsV1: { 'f:data': Object.fromEntries(fields.map((field) => [`f:${field}`, {}])) },
  ...(subresource !== undefined && { subresource }),
});
const managers = (patch: PatchOperation[]) => patch.find(({ path: p }) => p === '/metadata/managedFields')?.value;

test('merges all into our one entry', () => {
  const managedFields = [
    entry('kubectl', 'Apply', ['c']),
    entry('kustomize-controller', 'Apply', ['d']),
    entry('kubectl-edit', 'Update', ['a']),
    entry('hpa', 'Update', ['h']),
  ];
  expect(managers(takeOverPatch({ name: 'x', managedFields }))).toEqual([
    entry('kustomize-controller', 'Apply', ['a', 'c', 'd']),
    entry('hpa', 'Update', ['h']),
  ]);
});

test('neither takes over entries of subresources nor merges into one', () => {
  const managedFields = [
    entry('kustomize-controller', 'Apply', ['s'], 'status'),
    entry('kubectl-edit', 'Update', ['a']),
    entry('kubectl', 'Update', ['r'], 'scale'),
  ];
  expect(managers(takeOverPatch({ name: 'x', managedFields }))).toEqual([
    entry('kustomize-controller', 'Apply', ['s'], 'status'),
    entry('kustomize-controller', 'Apply', ['a']),
    entry('kubectl', 'Update', ['r'], 'scale'),
  ]);
});

// kustomization 23-107
test('leaves other managers alone', () => {
  const managedFields = [
    entry('kustomize-controller', 'Apply', ['a']),
    entry('flux-client-side-apply', 'Update', ['b']),
  ];
  expect(takeOverPatch({ name: 'x', managedFields })).toEqual([]);
  expect(needsTakeOver({ name: 'x', managedFields })).toBe(false);
});

function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(sorted(a)) === JSON.stringify(sorted(b));
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, item]) => [key, sorted(item)]));
}

test('names the last manager that is taken over, and a field of it', () => {
  const fields = (name: string) => ({ 'f:metadata': { 'f:labels': { [`f:${name}`]: {} } } });
  const entry = (manager: string, time: string, label: string): ManagedFieldsEntry => ({
    manager,
    operation: 'Update',
    apiVersion: 'v1',
    time,
    fieldsType: 'FieldsV1',
    fieldsV1: fields(label),
  });
  const managedFields = [
    entry('kubectl-label', '2026-01-01T00:00:02Z', 'tier'),
    entry('kubectl-edit', '2026-01-01T00:00:01Z', 'old'),
    entry('kube-controller-manager', '2026-01-01T00:00:03Z', 'other'),
  ];
  expect(lastTakenOver({ name: 'a', managedFields })).toEqual({
    manager: 'kubectl-label',
    field: '.metadata.labels.tier',
  });
  expect(lastTakenOver({ name: 'a' })).toBeUndefined();
});
