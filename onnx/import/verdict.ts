/** What the process that checks an uploaded graph is asked, and what it answers: JSON both. */
import { z } from "zod";
import { BASES, DIRECTIONS, Hints, ROLES } from "./hints.ts";

const Tensor = z.strictObject({
  name: z.string(),
  type: z.string(),
  shape: z.array(z.int()),
  role: z.enum(ROLES).optional(),
});

/** A graph that was found good, and what it is. */
export const CheckedGraph = z.strictObject({
  kind: z.enum(["flow", "density", "other"]),
  direction: z.enum(DIRECTIONS).optional(),
  base: z.enum(BASES).optional(),
  dim: z.int().optional(),
  contextDim: z.int().optional(),
  inputs: z.array(Tensor),
  outputs: z.array(Tensor),
  warnings: z.array(z.strictObject({ code: z.string(), message: z.string() })),
  opset: z.int(),
  nodes: z.int(),
  parameters: z.int(),
});
export type CheckedGraph = z.infer<typeof CheckedGraph>;

const File = z.strictObject({ path: z.string(), hints: Hints });

export const Question = z.strictObject({
  graph: File,
  /** The other direction of the same flow, which was found good before. */
  other: File.optional(),
});
export type Question = z.infer<typeof Question>;

export const Verdict = z.discriminatedUnion("is", [
  z.strictObject({ is: z.literal("good"), graph: CheckedGraph }),
  z.strictObject({ is: z.literal("wrong"), path: z.string(), message: z.string() }),
  /** Not ONNX at all. */
  z.strictObject({ is: z.literal("unreadable"), message: z.string() }),
]);
export type Verdict = z.infer<typeof Verdict>;
