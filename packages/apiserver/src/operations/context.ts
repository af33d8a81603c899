import type { UserInfo } from '../http/authenticate.ts';

export type FieldValidation = 'Ignore' | 'Warn' | 'Strict';

/** What a write needs to know about the request it belongs to. */
export interface WriteContext {
  readonly user: UserInfo;
  readonly now: Date;
  readonly dryRun: boolean;
  readonly fieldValidation: FieldValidation;
  /** The field manager: as given, or from the user agent. */
  readonly manager: string;
  /** Whether `fieldManager` was given. */
  readonly explicitManager: boolean;
  readonly force: boolean;
  /** `''` for the main resource. */
  readonly subresource: string;
  /** Texts of `Warning` headers; equal ones are sent once. */
  readonly warnings: Set<string>;
}
