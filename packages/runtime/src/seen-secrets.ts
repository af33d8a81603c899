import type { KubeObject } from '@sluice/api';
import type { KubeClient } from '@sluice/kube';
import type { Redactor } from './redact.ts';

/** Keys of Secrets whose values are no secrets: hiding them would blank ordinary words. */
const publicKeys = new Set([
  'username',
  'ca.crt',
  'caFile',
  'tls.crt',
  'certFile',
  'known_hosts',
  'identity.pub',
  'address',
]);

/** `kube`, but the redactor learns each value of each Secret that is read through it. */
export function withSeenSecrets(kube: KubeClient, redact: Redactor): KubeClient {
  return {
    ...bound(kube),
    async get<T extends KubeObject>(...args: Parameters<KubeClient['get']>): Promise<T | undefined> {
      const object = await kube.get<T>(...args);
      if (object !== undefined) hideSecret(object, redact);
      return object;
    },
    async list<T extends KubeObject>(...args: Parameters<KubeClient['list']>) {
      const list = await kube.list<T>(...args);
      for (const object of list.items) hideSecret(object, redact);
      return list;
    },
    as: (identity) => withSeenSecrets(kube.as(identity), redact),
  };
}

function bound(kube: KubeClient): KubeClient {
  return {
    resource: (...args) => kube.resource(...args),
    get: (...args) => kube.get(...args),
    list: (...args) => kube.list(...args),
    watch: (...args) => kube.watch(...args),
    create: (...args) => kube.create(...args),
    update: (...args) => kube.update(...args),
    patch: (...args) => kube.patch(...args),
    delete: (...args) => kube.delete(...args),
    as: (identity) => kube.as(identity),
    [Symbol.asyncDispose]: () => kube[Symbol.asyncDispose](),
  };
}

function hideSecret(object: KubeObject, redact: Redactor): void {
  if (object.kind !== 'Secret' || object.apiVersion !== 'v1') return;
  const { data } = object;
  if (typeof data !== 'object' || data === null) return;
  for (const [key, value] of Object.entries(data)) {
    if (typeof value !== 'string' || publicKeys.has(key)) continue;
    redact.hide(value);
    redact.hide(Buffer.from(value, 'base64').toString('utf8'));
  }
}
