import type { Condition, ObjectKey } from '@sluice/api';
import type { CommonStatus, Context, Outcome, Reconciled } from '../kind.ts';

export const appGvk = { group: 'test.sluice.dev', version: 'v1', kind: 'App' };
export const otherGvk = { group: 'test.sluice.dev', version: 'v1', kind: 'Other' };
export const configMapGvk = { group: '', version: 'v1', kind: 'ConfigMap' };

export interface App extends Reconciled<AppStatus> {
  readonly spec: { readonly suspend?: boolean; readonly text?: string; readonly intervalMs?: number };
}

export interface AppStatus extends CommonStatus {
  readonly text?: string;
  readonly runs?: number;
}

export type AppContext = Context<AppStatus>;
export type AppOutcome = Outcome<AppStatus>;

export function appKey(name: string): ObjectKey {
  return { namespace: 'default', name };
}

/** Says in the status what the spec says, and is ready. */
export async function applyText(app: App, ctx: AppContext): Promise<AppOutcome> {
  const status = ctx.status();
  const text = app.spec.text ?? '';
  if (status.text === text && status.conditions !== undefined) return { type: 'unchanged' };
  const conditions = ready(app, ctx, 'True', 'Succeeded', `applied '${text}'`);
  return { type: 'done', status: { ...status, text, runs: (status.runs ?? 0) + 1, conditions } };
}

export function ready(
  { metadata }: App,
  ctx: AppContext,
  status: Condition['status'],
  reason: string,
  message: string,
): Condition[] {
  const lastTransitionTime = `${ctx.now().toISOString().slice(0, 19)}Z`;
  const others = (ctx.status().conditions ?? []).filter(({ type }) => type !== 'Ready');
  const generation = metadata.generation ?? 0;
  return [...others, { type: 'Ready', status, reason, message, lastTransitionTime, observedGeneration: generation }];
}
