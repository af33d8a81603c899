import { expect, test } from 'vitest';
import { fromScale, toScale } from './scale.ts';

const paths = { 'apps/v1': ['f:spec', 'f:replicas'], 'example.org/v1': ['f:spec', 'f:size'] };

const entry = (manager: string, operation: string, fieldsV1: object, more: object = {}) => ({
  manager,
  operation,
  apiVersion: 'apps/v1',
  time: '2026-11-21T12:00:00Z',
  fieldsType: 'FieldsV1',
  fieldsV1,
  ...more,
});
const replicas = { 'f:spec': { 'f:replicas': {} } };

// kube-api F-187
test('who owns the replicas owns those of the scale', () => {
  const parent = [
    entry('alpha', 'Apply', { 'f:spec': { 'f:replicas': {}, 'f:paused': {} } }),
    entry('b', 'Apply', { 'f:spec': {} }),
  ];
  expect(toScale(parent, paths)).toEqual([entry('alpha', 'Apply', replicas, { apiVersion: 'autoscaling/v1' })]);
});

// kube-api F-187, F-370
test('an autoscaler takes the replicas, into an entry without a time', () => {
  const parent = [entry('alpha', 'Apply', { 'f:spec': { 'f:replicas': {}, 'f:paused': {} } })];
  const scale = [entry('hpa', 'Update', replicas, { apiVersion: 'autoscaling/v1', subresource: 'scale' })];
  const { time: _, ...timeless } = entry('hpa', 'Update', replicas, { subresource: 'scale' });
  expect(fromScale(parent, { scale, paths, apiVersion: 'apps/v1' })).toEqual([
    entry('alpha', 'Apply', { 'f:spec': { 'f:paused': {} } }),
    timeless,
  ]);
});

// kube-api F-188
test('of a custom resource the replicas are where its scale says', () => {
  const parent = [entry('alpha', 'Apply', { 'f:spec': { 'f:size': {} } }, { apiVersion: 'example.org/v1' })];
  const scale = toScale(parent, paths);
  expect(scale).toMatchObject([{ apiVersion: 'autoscaling/v1', fieldsV1: replicas }]);
  expect(fromScale(parent, { scale, paths, apiVersion: 'example.org/v1' })).toEqual(parent);
});

test('an applier of the scale that already has an entry there keeps its time', () => {
  const own = entry('alpha', 'Apply', replicas, { subresource: 'scale' });
  const scale = toScale([own], paths);
  expect(fromScale([own], { scale, paths, apiVersion: 'apps/v1' })).toEqual([own]);
});

test('entries of unknown versions are dropped', () => {
  const parent = [entry('old', 'Apply', replicas, { apiVersion: 'apps/v1beta1' })];
  expect(fromScale(parent, { scale: [], paths, apiVersion: 'apps/v1' })).toEqual([]);
});
