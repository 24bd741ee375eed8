/** The check of a module: what comes in, and what is found. */
import { z } from "zod";
import { config } from "../../models/modules/definition.ts";
import { boundFaults } from "./bound_faults.ts";

const MOST_TEXT = 1_000;
const text = z.string().max(MOST_TEXT);
const point = z.array(z.number()).describe("The first coordinates of the point.");

export const CheckSpec = z.strictObject({
  source: config.shape.source,
  data: config.shape.data,
  seed: z.int().min(0).max(Number.MAX_SAFE_INTEGER).default(1).describe("Of the points that are looked at."),
}).meta({ id: "CheckSpec" });
boundFaults(CheckSpec);
export type CheckSpec = z.output<typeof CheckSpec>;
export type CheckSpecInput = z.input<typeof CheckSpec>;

const Gradient = z.strictObject({
  kind: z.enum(["given", "derived"]),
  points: z.int().describe("At which density and gradient were finite."),
  nonFinitePoints: z.int().describe("At which they were not."),
  nonFinite: z.array(z.strictObject({
    at: point,
    what: z.enum(["density", "gradient"]),
    value: text,
    term: text.optional().describe("The operation that made it so: its place in the module and its text."),
  })).max(10).describe("The first of these points."),
  derivatives: z.int().describe("Compared with differences in extended steps."),
  relativeError: z.number().describe("The largest |gradient − difference| / max(1, |gradient|, |difference|)."),
  worst: z.strictObject({
    coordinate: text,
    at: point,
    gradient: z.number(),
    difference: z.number(),
    error: z.number().describe("Of the difference, estimated."),
  }).nullable(),
  unsettled: z.int().describe("Differences that do not settle, as at a kink: nothing is said of these."),
  agrees: z.boolean(),
  microseconds: z.number().describe("Of a value with its gradient."),
});

const Transform = z.strictObject({
  name: text,
  calls: z.int().describe("That the module made and that were compared."),
  error: z.number().describe("The largest |log-Jacobian − log |det of differences||, relative above 1."),
  agrees: z.boolean(),
});

/** What a process that ran the module has found: it is believed as far as it has this form. */
export const ModuleFindings = z.strictObject({ gradient: Gradient, transforms: z.array(Transform).max(100) });
export type ModuleFindings = z.output<typeof ModuleFindings>;

export const Check = z.strictObject({
  ok: z.boolean().describe("The gradient and all transforms agree with differences."),
  variables: z.array(text).describe("The names of the coordinates, and of what is generated."),
  simulates: z.boolean().describe(
    "It exports prior and simulate: a job with the sampler calibration can hold its density against them.",
  ),
  warnings: z.array(text),
  ...ModuleFindings.shape,
}).meta({ id: "Check" });
export type Check = z.output<typeof Check>;
