/** A `metav1.Condition` as it is stored. */
export interface Condition {
  readonly type: string;
  readonly status: 'True' | 'False' | 'Unknown';
  readonly reason: string;
  readonly message: string;
  /** RFC 3339, whole seconds. */
  readonly lastTransitionTime: string;
  readonly observedGeneration?: number;
}

export type NewCondition = Omit<Condition, 'lastTransitionTime'>;

const maxMessageLength = 32_768;
const shownFirst = ['Stalled', 'Reconciling', 'Ready'];

export function findCondition(list: readonly Condition[] | undefined, type: string): Condition | undefined {
  return list?.find((condition) => condition.type === type);
}

export function isTrue(list: readonly Condition[] | undefined, type: string): boolean {
  return findCondition(list, type)?.status === 'True';
}

/** `list` with `next` in it. `lastTransitionTime` moves only when status, reason or message change. */
export function setCondition(list: readonly Condition[], next: NewCondition, now: Date): Condition[] {
  const old = findCondition(list, next.type);
  const message = cutMessage(next.message);
  const same = old?.status === next.status && old.reason === next.reason && old.message === message;
  const lastTransitionTime = same ? old.lastTransitionTime : toRfc3339(now);
  return sortConditions([...list.filter((c) => c.type !== next.type), { ...next, message, lastTransitionTime }]);
}

export function removeConditions(list: readonly Condition[], ...types: string[]): Condition[] {
  return list.filter((condition) => !types.includes(condition.type));
}

/** RFC 3339 in UTC with whole seconds, as `metav1.Time` prints it. */
export function toRfc3339(time: Date): string {
  return `${time.toISOString().slice(0, 19)}Z`;
}

/** Stalled, Reconciling, Ready, then by observedGeneration descending and type. @see spec source, "How Ready is computed" */
function sortConditions(list: Condition[]): Condition[] {
  const rank = (condition: Condition): number => {
    const index = shownFirst.indexOf(condition.type);
    return index < 0 ? shownFirst.length : index;
  };
  return list.toSorted(
    (a, b) =>
      rank(a) - rank(b) ||
      (b.observedGeneration ?? 0) - (a.observedGeneration ?? 0) ||
      (a.type < b.type ? -1 : Number(a.type > b.type)),
  );
}

function cutMessage(message: string): string {
  return message.length <= maxMessageLength ? message : `${message.slice(0, maxMessageLength - 3)}...`;
}
