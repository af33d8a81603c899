import { hash } from 'node:crypto';
import type { ObjectMeta } from '@sluice/api';
import { isLeftAlone, isMerged, ownerNameLabel, ownerNamespaceLabel, policiesOf } from './policy.ts';
import { needsTakeOver, ownEntryOf } from './take-over.ts';

/** All that is kept of a live object to tell later whether it is still as we left it: some 200 bytes. */
export interface Observed {
  readonly uid: string;
  readonly resourceVersion: string;
  /** Hash of our managedFields entry without its time; `''` when there is none. */
  readonly entry: string;
  /** When our entry last changed, by the server's clock, in whole seconds. */
  readonly time: string;
  readonly policies: string;
  readonly isDeleting: boolean;
  /** Whether a policy on it says to neither apply nor delete it. */
  readonly isLeftAlone: boolean;
  /** Whether others left something that an apply first has to clean up. */
  readonly needsTakeOver: boolean;
  /** The Kustomization that the object's labels name. */
  readonly owner: { readonly namespace: string; readonly name: string };
}

export function observe(metadata: ObjectMeta, overrideManagers: readonly string[] = []): Observed {
  const own = ownEntryOf(metadata);
  return {
    uid: metadata.uid ?? '',
    resourceVersion: metadata.resourceVersion ?? '',
    entry: own === undefined ? '' : shortHash({ apiVersion: own.apiVersion, fieldsV1: own.fieldsV1 }),
    time: own?.time ?? '',
    policies: policiesOf(metadata),
    isDeleting: metadata.deletionTimestamp !== undefined,
    isLeftAlone: isLeftAlone(metadata),
    needsTakeOver: !isMerged(metadata) && needsTakeOver(metadata, overrideManagers),
    owner: {
      namespace: metadata.labels?.[ownerNamespaceLabel] ?? '',
      name: metadata.labels?.[ownerNameLabel] ?? '',
    },
  };
}

/** What was found to be right about an object, and when. */
export interface Known extends Pick<Observed, 'uid' | 'resourceVersion' | 'entry' | 'time' | 'policies'> {
  /** Hash of the manifest that it was compared with. */
  readonly manifest: string;
  /** Whether the object was found unchanged in a later second than `time`, so that `time` tells of any later apply. */
  readonly isSettled: boolean;
}

/** Enough of a content to recognise it. */
export function shortHash(value: unknown): string {
  return hash('sha1', JSON.stringify(value, bigIntAsText), 'base64url');
}

function bigIntAsText(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? `${value}n` : value;
}
