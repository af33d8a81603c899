/** `InvalidPolicy`: the spec is at fault, only its change helps. `Failure`: no tag can be chosen from those there are. */
export type PolicyReason = 'InvalidPolicy' | 'Failure';

/** Why a policy chooses no tag; `message` is the text of the condition. */
export class PolicyError extends Error {
  override readonly name = 'PolicyError';
  readonly reason: PolicyReason;

  constructor(reason: PolicyReason, message: string, options?: ErrorOptions) {
    super(message, options);
    this.reason = reason;
  }
}
