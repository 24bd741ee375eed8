/**
 * Kinds of node. What runs in one process shares its memory, its flags and its fate, so code that is trusted differently never does: `own` runs this
 * project's code, `graphs` the runtimes of ONNX graphs, `modules` what users wrote.
 */
export const NODE_KINDS = ["own", "graphs", "modules"] as const;
export type NodeKind = typeof NODE_KINDS[number];
