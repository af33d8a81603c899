import { findCondition, removeConditions, setCondition, type Condition } from '@sluice/api';

/** Which conditions of a kind make up Ready, the one to report first at the front. */
export interface SummaryOrder {
  readonly types: readonly string[];
  /** Types that are bad when True; the others are bad when False. */
  readonly negative: ReadonlySet<string>;
  /** When False, this one decides whatever else is there. */
  readonly overriding: string;
}

/**
 * `conditions` with Ready computed from the others.
 * @see spec source, "How Ready is computed"
 */
export function summarizeReady(
  conditions: readonly Condition[],
  order: SummaryOrder,
  { generation, now }: { generation: number; now: Date },
): Condition[] {
  const present = order.types.flatMap((type) => findCondition(conditions, type) ?? []);
  const worst = present.toSorted((a, b) => severity(a, order) - severity(b, order))[0];
  if (worst === undefined) return removeConditions(conditions, 'Ready');
  const overriding = findCondition(conditions, order.overriding);
  const cause = overriding?.status === 'False' ? overriding : worst;
  const status = cause === overriding && overriding.status === 'False' ? 'False' : readyStatus(worst, order);
  const { reason, message } = cause;
  return setCondition(conditions, { type: 'Ready', status, reason, message, observedGeneration: generation }, now);
}

/** Bad news first, then good news, then what is unknown; what counts as bad by being True before what does by being False. */
function severity(condition: Condition, { negative }: SummaryOrder): number {
  if (condition.status === 'Unknown') return 4;
  const isNegative = negative.has(condition.type);
  if (condition.status === 'True') return isNegative ? 0 : 2;
  return isNegative ? 3 : 1;
}

function readyStatus(condition: Condition, order: SummaryOrder): Condition['status'] {
  const level = severity(condition, order);
  if (level === 4) return 'Unknown';
  return level < 2 ? 'False' : 'True';
}
