import type { KubeObject } from '@sluice/api';
import type { Core } from '../core.ts';
import { StatusError } from '../errors.ts';
import { adminUser } from '../http/authenticate.ts';
import { deepCopy, type JsonRecord } from '../json.ts';
import type { WriteContext } from '../operations/context.ts';
import { createObject } from '../operations/create.ts';
import { deleteObject, type Propagation } from '../operations/delete.ts';
import { updateObject } from '../operations/update.ts';
import type { Draft, Resource } from '../registry/resource.ts';
import { storeKey } from '../store/store.ts';

/** Writes of the server's own controllers, under a manager of theirs and through the same pipeline as everybody's. */
export class SystemClient {
  readonly core: Core;
  readonly #manager: string;

  constructor(core: Core, manager: string) {
    this.core = core;
    this.#manager = manager;
  }

  /** Reads from the storage of a resource (`apps/deployments`, `/pods`). */
  get(storageKey: string, namespace: string, name: string): KubeObject | undefined {
    return this.core.store.collection(storageKey).get(storeKey(namespace, name));
  }

  list(storageKey: string, namespace?: string): KubeObject[] {
    const all = [...this.core.store.collection(storageKey).values()];
    return namespace === undefined ? all : all.filter((object) => object.metadata.namespace === namespace);
  }

  /** @throws StatusError, as for any other client */
  create(storageKey: string, object: JsonRecord): KubeObject {
    const resource = this.#resource(storageKey);
    const draft = resource.strategy.decode(object, []);
    resource.strategy.applyDefaults(draft);
    const { namespace } = draft.metadata;
    const request = { namespace: typeof namespace === 'string' ? namespace : '', draft, tracked: false };
    return createObject(this.core, resource, request, this.#context(''));
  }

  /**
   * Changes the present state of an object; nothing when it has gone.
   * @param change edits a copy of the object
   */
  change(
    storageKey: string,
    { namespace = '', name }: { readonly namespace?: string; readonly name: string },
    change: (draft: Draft) => void,
    subresource = '',
  ): KubeObject | undefined {
    const stored = this.get(storageKey, namespace, name);
    if (stored === undefined) return undefined;
    const resource = this.#resource(storageKey);
    const old = resource.strategy.read(stored);
    const draft = deepCopy(old) as unknown as Draft;
    change(draft);
    // A change goes through the type like any other write, so that what Go leaves out is left out here.
    const decoded = resource.strategy.decode(draft, []);
    return updateObject(
      this.core,
      resource,
      { old, draft: decoded, tracked: false, isPatch: true },
      this.#context(subresource),
    );
  }

  changeStatus(storageKey: string, object: KubeObject, status: JsonRecord): void {
    this.change(storageKey, object.metadata, (draft) => (draft.status = status), 'status');
  }

  /** Being gone already is fine. */
  delete(
    storageKey: string,
    object: KubeObject,
    propagation: Propagation | undefined = 'Background',
    graceSeconds?: number,
  ): void {
    const { namespace = '', name, uid } = object.metadata;
    const options = {
      propagation,
      gracePeriodSeconds: graceSeconds,
      uid,
      resourceVersion: undefined,
      keepsDependents: undefined,
    };
    try {
      deleteObject(this.core, this.#resource(storageKey), { namespace, name }, options, this.#context(''));
    } catch (error) {
      if (!(error instanceof StatusError) || (error.code !== 404 && error.code !== 409)) throw error;
    }
  }

  #resource(storageKey: string): Resource {
    const resource = this.core.registry.ofStorage(storageKey);
    if (resource === undefined) throw new Error(`${storageKey} is not served`);
    return resource;
  }

  #context(subresource: string): WriteContext {
    return {
      user: adminUser,
      now: this.core.now(),
      dryRun: false,
      fieldValidation: 'Ignore',
      manager: this.#manager,
      explicitManager: true,
      force: false,
      subresource,
      warnings: new Set(),
    };
  }
}
