/** What an object says about itself. `NotFound` and `Unknown` are said about it by its reader. */
export type ObjectStatus = 'Current' | 'InProgress' | 'Failed' | 'Terminating';

/** The standard condition that an object with this status should show. */
export type StandardCondition = {
  readonly type: 'Reconciling' | 'Stalled';
  readonly status: 'True';
  readonly reason: string;
  readonly message: string;
};

export type ComputedStatus = {
  readonly status: ObjectStatus;
  readonly message: string;
  /** One condition while it is in progress or failed, else none. */
  readonly conditions: readonly StandardCondition[];
};

export function current(message: string): ComputedStatus {
  return { status: 'Current', message, conditions: [] };
}

export function terminating(message: string): ComputedStatus {
  return { status: 'Terminating', message, conditions: [] };
}

export function inProgress(reason: string, message: string): ComputedStatus {
  return { status: 'InProgress', message, conditions: [{ type: 'Reconciling', status: 'True', reason, message }] };
}

/** @param detail message of the condition, when it says more than the status */
export function failed(reason: string, message: string, detail = message): ComputedStatus {
  return { status: 'Failed', message, conditions: [{ type: 'Stalled', status: 'True', reason, message: detail }] };
}
