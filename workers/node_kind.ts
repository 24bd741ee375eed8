/**
 * Kinds of node. What runs in one process shares its memory, its flags and its fate, so code that is trusted differently never does: `own` runs this
 * project's code, `graphs` the runtimes of ONNX graphs, `modules` what users wrote.
 */
export const NODE_KINDS = ["own", "graphs", "modules"] as const;
export type NodeKind = typeof NODE_KINDS[number];

/** The exit status of a node that was told to use vectors of 256 bits and found them wrong. */
export const WRONG_VECTORS = 3;
