import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { systemClock } from './clock.ts';
import { EventRecorder } from './events.ts';
import { createLogger } from './logger.ts';
import { startCluster, until, type Cluster } from './test/cluster.ts';
import { appKey } from './test/app.ts';

function record(cluster: Cluster) {
  let dropped = 0;
  const recorder = new EventRecorder({
    kube: cluster.kube,
    log: createLogger({ write: () => {} }),
    clock: systemClock,
    instance: 'host-1',
    onDropped: () => (dropped += 1),
  });
  return { recorder, dropped: () => dropped };
}

const failed = { severity: 'error', reason: 'Failed', message: 'no' } as const;

test('an event says what happened to which object', async () => {
  await using cluster = await startCluster();
  const annotations = { 'event.toolkit.fluxcd.io/env': 'prod', other: 'x' };
  const object = await cluster.create('a', {}, { annotations });
  const { recorder } = record(cluster);
  const metadata = { 'source.toolkit.fluxcd.io/revision': 'main@sha1:1' };
  const event = { severity: 'info', reason: 'NewArtifact', message: 'stored', metadata } as const;
  recorder.send({ object, component: 'app-controller', event });
  recorder.send({ object, component: 'app-controller', event: { ...event, severity: 'trace', reason: 'Trace' } });
  await recorder.close(5000);
  const [first, second] = (await cluster.events('a')).toSorted((a, b) =>
    String(a['reason']) < String(b['reason']) ? -1 : 1,
  );
  // kustomization 23-181, source 20.14-216
  expect(first).toMatchObject({
    metadata: { namespace: 'default', annotations: { ...metadata, 'event.toolkit.fluxcd.io/env': 'prod' } },
    involvedObject: { apiVersion: 'test.sluice.dev/v1', kind: 'App', name: 'a', uid: object.metadata.uid },
    type: 'Normal',
    reason: 'NewArtifact',
    message: 'stored',
    source: { component: 'app-controller' },
    reportingComponent: 'app-controller',
    reportingInstance: 'host-1',
    count: 1,
  });
  expect(first!.metadata.annotations).not.toHaveProperty('other');
  expect(second).toMatchObject({ type: 'Normal', reason: 'Trace' });
});

// kube-api K-342
test('a repeated event is counted on the first one, and stored anew when that is gone', async () => {
  await using cluster = await startCluster();
  const object = await cluster.create('a');
  const { recorder } = record(cluster);
  for (let i = 0; i < 5; i++) recorder.send({ object, component: 'c', event: failed });
  const [event] = await until(async () => {
    const events = await cluster.events('a');
    return events[0]?.['count'] === 5 ? events : undefined;
  }, 'the count');
  expect(event).toMatchObject({ type: 'Warning', count: 5 });
  const resource = await cluster.resource({ group: '', version: 'v1', kind: 'Event' });
  await cluster.kube.delete(resource, appKey(event!.metadata.name));
  recorder.send({ object, component: 'c', event: failed });
  await recorder.close(5000);
  expect(await cluster.events('a')).toMatchObject([{ count: 1 }]);
});

// kube-api K-342, kustomization 23-182
test('an event that cannot be stored is dropped, and the next one is sent', async () => {
  await using cluster = await startCluster();
  const object = await cluster.create('a');
  const { recorder, dropped } = record(cluster);
  const elsewhere = { ...object, metadata: { ...object.metadata, namespace: 'no-such-namespace' } };
  recorder.send({ object: elsewhere, component: 'c', event: failed });
  recorder.send({ object, component: 'c', event: failed });
  await recorder.close(5000);
  expect(dropped()).toBe(1);
  expect(await cluster.events('a')).toHaveLength(1);
});

test('a flood keeps the errors', async () => {
  await using cluster = await startCluster();
  const object = await cluster.create('a');
  const { recorder, dropped } = record(cluster);
  recorder.send({ object, component: 'c', event: failed });
  for (let i = 0; i < 1500; i++) {
    recorder.send({ object, component: 'c', event: { severity: 'info', reason: 'Progressing', message: `m${i % 3}` } });
  }
  recorder.send({ object, component: 'c', event: { ...failed, message: 'last' } });
  await recorder.close(5000);
  expect(dropped()).toBeGreaterThan(500);
  const messages = (await cluster.events('a')).map((event) => event['message']);
  expect(messages).toContain('no');
  await sleep(0);
});
