/** How deep collections may be nested, in a text and in a tree with its aliases expanded. */
export const maxDepth = 1000;

/** How many nodes a document may have after its aliases were expanded. */
export const maxExpandedNodes = 1_000_000;
