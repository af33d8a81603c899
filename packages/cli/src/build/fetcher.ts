import { KustomizeError, type RemoteFetcher } from '@sluice/kustomize';

/** What fetches remote bases and files for a build. Refuses everything when the network may not be asked. */
export async function openFetcher({
  isAllowed,
}: {
  isAllowed: boolean;
  signal: AbortSignal;
}): Promise<RemoteFetcher & AsyncDisposable> {
  const refuse = (url: string): never => {
    const why = isAllowed ? 'nothing here can fetch it' : '--no-remote is given';
    throw new KustomizeError(`remote '${withoutPassword(url)}' is not fetched: ${why}`, {
      hint: 'copy the base into the repository',
    });
  };
  return {
    file: async (url) => refuse(url),
    repository: async ({ raw }) => refuse(raw),
    [Symbol.asyncDispose]: async () => {},
  };
}

function withoutPassword(url: string): string {
  return url.replace(/\/\/[^/@]*@/, '//');
}
