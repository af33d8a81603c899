import { setImmediate } from 'node:timers/promises';
import { createEgressPolicy } from '@sluice/egress';
import { parseImageName } from '@sluice/image-policy';
import {
  hasProgram,
  startRegistry,
  type RegistryFault,
  type TestRegistry,
  type TestRegistryOptions,
  type TestRegistryRequest,
} from '@sluice/testkit';
import { createRegistry, type RegistryAccess, type RegistryClient, type RegistryOptions } from '../registry.ts';

export const isRegistryMissing = !hasProgram('docker-registry');
export const image = 'team/app';

export interface Rig extends AsyncDisposable {
  readonly server: TestRegistry;
  readonly client: RegistryClient;
  /** Tags of `image`, sorted: the order is the registry's. */
  tags(access?: RegistryAccess, registryHost?: string): Promise<readonly string[]>;
  /** The first request of this kind, once it is there. */
  untilAsked(isWanted: (request: TestRegistryRequest) => boolean): Promise<TestRegistryRequest>;
  /** What was asked for, as `GET /v2/`. */
  asked(): string[];
}

/** A registry where `image` has the tags 1.0.0, 1.1.0, 1.2.0, 1.3.0 and latest, and a client that tries again at once. */
export async function startRig(options: TestRegistryOptions = {}, clientOptions: RegistryOptions = {}): Promise<Rig> {
  await using stack = new AsyncDisposableStack();
  const server = stack.use(await startRegistry(options));
  const client = stack.use(
    createRegistry({
      egress: createEgressPolicy(['127.0.0.0/8']),
      ...clientOptions,
      limits: { retryDelaysMs: [1, 1], ...clientOptions.limits },
    }),
  );
  await server.push(image, ['1.0.0', '1.1.0', '1.2.0', '1.3.0', 'latest']);
  const running = stack.move();
  return {
    server,
    client,
    async tags(access, registryHost = server.host) {
      const repository = client.repository(parseImageName(`${registryHost}/${image}`), access);
      return (await repository.tags(AbortSignal.timeout(15_000))).tags.toSorted();
    },
    async untilAsked(isWanted) {
      for (;;) {
        const found = server.requests.find(isWanted);
        if (found !== undefined) return found;
        await setImmediate();
      }
    },
    asked: () => server.requests.map(({ method, path }) => `${method} ${path}`),
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

/** An answer instead of the registry's own. */
export function answer(status: number, headers: Record<string, string | string[]> = {}, body = ''): RegistryFault {
  return { type: 'answer', status, headers, body };
}

/** The message and the details of the error that a promise ends with. */
export async function failureOf(
  promise: Promise<unknown>,
): Promise<{ message: string; failure?: string; retry?: unknown }> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof Error) return error;
  }
  throw new Error('it did not fail');
}
