export { formatKind, formatSubject, idOf, type ObjectId } from './identity.ts';
export { compareIds, groupByRank, rankOf } from './order.ts';
export { splitStages, type Stage } from './stages.ts';
export { normalise, type NormaliseOptions } from './normalise.ts';
export {
  isForced,
  isKept,
  isLeftAlone,
  isLiteral,
  isMerged,
  isNotDecrypted,
  isOnlyCreated,
  isOwnedBy,
  ownerLabels,
  ownerNameLabel,
  ownerNamespaceLabel,
  type Owner,
} from './policy.ts';
export {
  formatInventoryId,
  hasSameEntries,
  parseInventoryId,
  staleEntries,
  tryParseInventoryId,
  unionEntries,
  type InventoryEntry,
} from './inventory.ts';
export { entryOf, formatChange, formatChanges, isChanged, type Action, type Change } from './change-set.ts';
export { fieldManager, lastTakenOver, needsTakeOver, takeOverPatch, type PatchOperation } from './take-over.ts';
export { observe, shortHash, type Known, type Observed } from './observed.ts';
export { blame } from './blame.ts';
export { findDrift, judgeDrift, leavesEntry, type Verdict } from './drift.ts';
export { yieldFields } from './ignored-fields.ts';
export { formatDryRunRefusal, isImmutableRefusal, type Refusal } from './refusal.ts';
export { maskSecrets } from './mask.ts';
export { isPrunable, orderPrune, type StaleObject } from './prune.ts';
