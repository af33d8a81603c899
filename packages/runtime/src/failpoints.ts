/** Called at each numbered step of a crash table with its name, such as `kustomize/after-inventory`. */
export type Failpoint = (name: string) => Promise<void>;

export async function noFailpoints(): Promise<void> {}

/**
 * Kills this process without any clean-up when it comes to `name`. Only programs that tests start pass it on, from the
 * environment variable `SLUICE_FAILPOINT`; nothing reads the environment by itself.
 * @param name what to stop at; `name#3` is the third time
 */
export function killAt(name: string | undefined): Failpoint {
  if (name === undefined || name === '') return noFailpoints;
  const [wanted, count = '1'] = name.split('#');
  let left = Number(count);
  return async (reached) => {
    if (reached !== wanted) return;
    left -= 1;
    if (left > 0) return;
    process.kill(process.pid, 'SIGKILL');
    // The signal may take a moment; nothing may happen in it.
    await new Promise(() => {});
  };
}
