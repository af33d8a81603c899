import { KustomizeError, type RemoteFetcher } from '@sluice/kustomize';

/** Whoever runs the command may reach what this machine reaches. */
const everywhere = ['0.0.0.0/0', '::/0'];

/** What fetches remote bases and files for a build. Refuses everything when the network may not be asked. */
export function createFetcher({ isAllowed, signal }: { isAllowed: boolean; signal: AbortSignal }): RemoteFetcher {
  if (!isAllowed) return { file: async (url) => refuse(url), repository: async ({ raw }) => refuse(raw) };
  // Most builds refer to nothing: git is loaded when one does.
  const load = async (): Promise<RemoteFetcher> => {
    const { createRemoteFetcher } = await import('@sluice/remote-bases');
    return createRemoteFetcher({ signal, egressAllow: everywhere });
  };
  return {
    file: async (url) => (await load()).file(url),
    repository: async (url) => (await load()).repository(url),
  };
}

function refuse(url: string): never {
  throw new KustomizeError(`remote '${withoutPassword(url)}' is not fetched: --no-remote is given`, {
    hint: 'copy the base into the repository',
  });
}

function withoutPassword(url: string): string {
  return url.replace(/\/\/[^/@]*@/, '//');
}
