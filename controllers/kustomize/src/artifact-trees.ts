import type { Artifact } from '@sluice/api';
import { fetchArtifact, type FetchOptions } from '@sluice/artifact';
import type { Compute } from '@sluice/compute';
import type { PackedTree } from './packed-tree.ts';

const maxCachedBytes = 67_108_864;
const unpackTimeoutMs = 300_000;
const unpackTask = new URL('./unpack-artifact-task.ts', import.meta.url);

interface Entry {
  readonly tree: Promise<PackedTree>;
  /** `0` until it is there. */
  bytes: number;
}

/** The files of artifacts, fetched and unpacked once for all that use the same one. */
export class ArtifactTrees {
  readonly #compute: Compute;
  readonly #fetch: Omit<FetchOptions, 'signal'>;
  /** In the order of last use. */
  readonly #entries = new Map<string, Entry>();

  constructor(compute: Compute, fetch: Omit<FetchOptions, 'signal'> = {}) {
    this.#compute = compute;
    this.#fetch = fetch;
  }

  /** @throws ArtifactNotFound, or ArtifactError (by name, where it comes from a thread) */
  async open(artifact: Artifact, signal: AbortSignal): Promise<PackedTree> {
    for (;;) {
      const shared = this.#entries.get(artifact.digest);
      if (shared === undefined) return await this.#start(artifact, signal).tree;
      this.#entries.delete(artifact.digest);
      this.#entries.set(artifact.digest, shared);
      try {
        return await shared.tree;
      } catch (error) {
        // Whoever asked first may have been cancelled; that is no failure of the artifact.
        signal.throwIfAborted();
        if (!(error instanceof DOMException)) throw error;
      }
    }
  }

  #start(artifact: Artifact, signal: AbortSignal): Entry {
    const entry: Entry = { tree: this.#load(artifact, signal), bytes: 0 };
    this.#entries.set(artifact.digest, entry);
    entry.tree.then(
      (tree) => {
        entry.bytes = tree.bytes.byteLength + tree.paths.length * 100;
        this.#shrink();
      },
      () => this.#entries.delete(artifact.digest),
    );
    return entry;
  }

  async #load(artifact: Artifact, signal: AbortSignal): Promise<PackedTree> {
    const archive = await fetchArtifact(artifact, { ...this.#fetch, signal });
    return await this.#compute.run<Uint8Array, PackedTree>(unpackTask, archive, { signal, timeoutMs: unpackTimeoutMs });
  }

  #shrink(): void {
    let total = this.#entries.values().reduce((sum, { bytes }) => sum + bytes, 0);
    for (const [digest, { bytes }] of this.#entries) {
      if (total <= maxCachedBytes) return;
      if (bytes === 0) continue;
      this.#entries.delete(digest);
      total -= bytes;
    }
  }
}
