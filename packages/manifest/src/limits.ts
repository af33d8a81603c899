/** How deep collections may be nested, in a text and in a tree with its aliases expanded. */
export const maxDepth = 1000;

/** Texts longer than this, in characters, are no numbers. */
export const maxNumberLength = 65_536;

/** How many pairs of equal keys an error lists. */
export const maxListedDuplicates = 1000;

/** How many nodes a document may have after its aliases were expanded. */
export const maxExpandedNodes = 1_000_000;
