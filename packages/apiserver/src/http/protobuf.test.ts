import { expect, test } from 'vitest';
import { startTestServer, type Json } from '../test/client.ts';
import { WireError } from './protobuf-wire.ts';
import { parseProtobuf } from './protobuf.ts';

// Written by the protobuf serializer of apimachinery 0.36.3.
const configMap =
  'azhzAAoPCgJ2MRIJQ29uZmlnTWFwEjsKGgoCcGISABoAIgAqADIAOABCAFoGCgFhEgFiEgYKAWsSAXYSCgoCw58SBPCfmIAaBwoBeBICAP8gARoAIgA=';
const job =
  'azhzAAoPCghiYXRjaC92MRIDSm9iEm4KHAoCcGISABoAIgAqADIAOABCAEoICIDiz6oGEAASRBiAgICAgCAyMAoQCgASABoAIgAqADIAOABCABIcGgAyAEIASgBSAFgAYABoAIIBAIoBAJoBAMIBADj///////////8BGgggACgAMAA6ABoAIgA=';
const role =
  'azhzAAokChxyYmFjLmF1dGhvcml6YXRpb24uazhzLmlvL3YxEgRSb2xlEikKEgoCcGISABoAIgAqADIAOABCABITCgNnZXQKBGxpc3QSABoEcG9kcxoAIgA=';
const deployment =
  'azhzAAoVCgdhcHBzL3YxEgpEZXBsb3ltZW50EuoBChIKAnBiEgAaACIAKgAyADgAQgASxQEIABIICgYKAWESAWIamQEKGAoAEgAaACIAKgAyADgAQgBaBgoBYRIBYhJ9Cg4KAWMSCZoBBgoECgJjbRJICgFjEgFpKgBCDwoNCgNjcHUSBgoEMTAwbVIdChESDwoBLxIGCAAQUBoAGgAiABAAGAAgBSgAMABqAHIAgAEAiAEAkAEAogEAGgAyAEIASgBSAFgAYABoAHIFIAEgrAKCAQCKAQCaAQDCAQAiFwoAEhMKCQgBEAAaAzUwJRIGCAAQARoAKAA4ABoMCAAQABgAIAAoADgAGgAiAA==';
const deleteOptions = 'azhzAAoYCgdhcHBzL3YxEg1EZWxldGVPcHRpb25zEhESBwoFb3RoZXIiBk9ycGhhbhoAIgA=';

const bytes = (text: string): Buffer => Buffer.from(text, 'base64');

test('reads texts, maps, bytes, flags and numbers below zero', () => {
  expect(parseProtobuf(bytes(configMap))).toMatchObject({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'pb', labels: { a: 'b' }, creationTimestamp: null },
    data: { k: 'v', ß: '😀' },
    binaryData: { x: 'AP8=' },
    immutable: true,
  });
  expect(parseProtobuf(bytes(job))).toMatchObject({
    apiVersion: 'batch/v1',
    metadata: { deletionTimestamp: '2023-11-14T22:13:20Z' },
    spec: { backoffLimit: -1, activeDeadlineSeconds: 2 ** 40 },
  });
  expect(parseProtobuf(bytes(role)).rules).toEqual([{ verbs: ['get', 'list'], apiGroups: [''], resources: ['pods'] }]);
});

test('reads messages within messages', () => {
  const { spec } = parseProtobuf(bytes(deployment)) as Json;
  expect(spec).toMatchObject({
    replicas: 0,
    strategy: { rollingUpdate: { maxSurge: 1, maxUnavailable: '50%' } },
    template: {
      spec: {
        volumes: [{ name: 'c', configMap: { name: 'cm' } }],
        securityContext: { supplementalGroups: [1, 300] },
        containers: [
          {
            resources: { limits: { cpu: '100m' } },
            livenessProbe: { httpGet: { path: '/', port: 80 }, periodSeconds: 5 },
          },
        ],
      },
    },
  });
  expect(spec.template.spec.volumes[0].secret).toBeUndefined();
});

test('refuses what is damaged', () => {
  expect(() => parseProtobuf(Buffer.from('{}'))).toThrow(WireError);
  const whole = bytes(deployment);
  for (const at of [5, 20, 40, 100, whole.length - 20]) {
    expect(() => parseProtobuf(whole.subarray(0, at))).toThrow(WireError);
  }
  // Whatever a flipped byte makes of it, reading it ends, and no other error comes of it.
  for (let at = 4; at < whole.length; at += 1) {
    const flipped = Buffer.from(whole);
    flipped[at] = flipped[at]! ^ 0x85;
    try {
      expect(parseProtobuf(flipped).kind).toBeTypeOf('string');
    } catch (error) {
      expect(error).toBeInstanceOf(WireError);
    }
  }
});

test('is taken where kube-apiserver takes it', async () => {
  await using api = await startTestServer();
  const type = 'application/vnd.kubernetes.protobuf';
  const base = '/apis/apps/v1/namespaces/default/deployments';
  const send = async (method: string, path: string, body: string) => {
    const { code, body: answer } = await api.call(method, path, { body: bytes(body), type });
    return [code, answer.reason ?? answer.spec?.strategy.type ?? answer.rules];
  };
  const rules = [{ verbs: ['get', 'list'], apiGroups: [''], resources: ['pods'] }];
  expect(await send('POST', '/apis/rbac.authorization.k8s.io/v1/namespaces/default/roles', role)).toEqual([201, rules]);
  expect(await send('POST', base, deployment)).toEqual([201, 'RollingUpdate']);
  expect(await send('PUT', `${base}/pb`, deployment)).toEqual([200, 'RollingUpdate']);
  expect(await send('POST', base, configMap)).toEqual([400, 'BadRequest']);
  expect(await send('POST', base, Buffer.from('{}').toString('base64'))).toEqual([400, 'BadRequest']);
  expect(await send('DELETE', `${base}/pb`, deleteOptions)).toEqual([409, 'Conflict']); // another uid
  const definitions = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
  expect(await send('POST', definitions, configMap)).toEqual([415, 'UnsupportedMediaType']);
});
