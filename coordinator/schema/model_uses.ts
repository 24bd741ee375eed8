/** The small, synchronous uses of a flow on the wire: draws, log densities, the way to noise and back. */
import { z } from "zod";
import { boundFaults } from "./bound_faults.ts";

/** Of an answer: more are a job's. */
export const MOST_ROWS = 100_000;
export const MOST_NUMBERS = 2 ** 18;

const chosen = z.int().min(0).optional().describe("Of a flow that is conditional on classes: the class, from 0.");
const temperature = z.number().positive().max(100).default(1).describe("Scales the spread of the noise.");
const rows = (what: string) => z.array(z.array(z.number()).min(1)).min(1).max(MOST_ROWS).describe(what);

export const SampleSpec = z.strictObject({
  count: z.int().min(1).max(MOST_ROWS),
  seed: z.int().min(0).max(Number.MAX_SAFE_INTEGER).optional().describe(
    "Chosen where absent; the one used is returned. The draws are those of a job of one chain with this seed.",
  ),
  temperature,
  class: chosen,
}).meta({ id: "SampleSpec" });
export type SampleSpecInput = z.input<typeof SampleSpec>;

export const Sample = z.strictObject({
  x: z.array(z.array(z.number().nullable())).describe("A row a draw, images row by row."),
  logProb: z.array(z.number().nullable()).optional().describe("Absent where the graph tells no log-determinant."),
  seed: z.int(),
}).meta({ id: "Sample" });
export type Sample = z.infer<typeof Sample>;

export const RowsSpec = z.strictObject({ x: rows("Rows of data."), class: chosen }).meta({ id: "RowsSpec" });
export type RowsSpecInput = z.input<typeof RowsSpec>;
boundFaults(RowsSpec);

export const LogProbs = z.strictObject({
  logProb: z.array(z.number().nullable()).describe(
    "Null for −∞ and what is no number. Of an energy its negative, whose constant is not known.",
  ),
}).meta({ id: "LogProbs" });
export type LogProbs = z.infer<typeof LogProbs>;

export const Encoded = z.strictObject({ z: z.array(z.array(z.number().nullable())) }).meta({ id: "Encoded" });
export type Encoded = z.infer<typeof Encoded>;

export const Reconstruction = z.strictObject({
  x: z.array(z.array(z.number().nullable())),
  error: z.number().nullable().describe("The largest |x − x′| of all rows."),
}).meta({ id: "Reconstruction" });
export type Reconstruction = z.infer<typeof Reconstruction>;

export const InterpolationSpec = z.strictObject({
  from: z.array(z.number()).min(1),
  to: z.array(z.number()).min(1),
  steps: z.int().min(2).max(1000).default(8).describe("Rows, both ends included."),
  class: chosen,
}).meta({ id: "InterpolationSpec" });
export type InterpolationSpecInput = z.input<typeof InterpolationSpec>;
