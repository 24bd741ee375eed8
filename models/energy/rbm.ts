/**
 * Restricted Boltzmann machine: visible units v, hidden bits h, no edges inside a layer,
 *
 *   E(v, h) = −bᵀv − cᵀh − vᵀWh with bits as visibles;
 *   E(v, h) = Σ_i (v_i − b_i)² / 2σ_i² − cᵀh − Σ_ij v_i W_ij h_j / σ_i² with Gaussian visibles.
 *
 * The target is p(v) ∝ exp(−F(v)), the hidden units summed out: F(v) = −bᵀv − Σ_j softplus(c_j + (vᵀW)_j). Block Gibbs alternates the
 * layers; its temperatures act on the joint energy E(v, h). Visible units may be clamped, and the others are then completed.
 *
 * Smolensky (1986); Hinton (2002), "Training products of experts by minimizing contrastive divergence".
 */
import { z } from "zod";
import { InputError } from "../../numerics/errors.ts";
import type { Assets, ModelDefinition } from "../model.ts";
import { decodeTrained } from "../training/trained.ts";
import type { TrainedParameters } from "../training/training.ts";
import { type BaseRate, plainBase } from "./rbm/base_rate.ts";
import { parseClamp } from "./rbm/clamp.ts";
import type { RbmParameters, Reals } from "./rbm/parameters.ts";
import { rbmTarget } from "./rbm/target.ts";

const MOST_UNITS = 100_000;

const numbers = z.array(z.number()).min(1).max(MOST_UNITS);

const config = z.strictObject({
  kind: z.literal("rbm"),
  weights: z.array(numbers).min(1).max(MOST_UNITS).optional()
    .describe("The weights, a list of rows: one row a visible unit, one column a hidden unit."),
  visibleBias: numbers.optional().describe("The bias of each visible unit. Default: zero."),
  hiddenBias: numbers.optional().describe("The bias of each hidden unit. Default: zero."),
  visible: z.enum(["bits", "gaussian"]).optional().describe("What visible units are. Default: bits, or as trained."),
  variances: z.array(z.number().positive()).min(1).max(MOST_UNITS).optional()
    .describe("The variance of each Gaussian visible unit given the hidden ones. Default: one."),
  sha256: z.string().regex(/^[0-9a-f]{64}$/).optional()
    .describe("In place of weights and biases: the parameters that a training gave."),
  clamp: z.array(z.number().nullable()).min(1).max(MOST_UNITS).optional()
    .describe("For each visible unit the value that it keeps, or null where it is free: the others are completed."),
  report: z.enum(["visible", "both"]).default("visible")
    .describe("Report the visible units v alone, or with them h, the probability that each hidden unit is 1 given v."),
});
type Config = z.output<typeof config>;

export const rbm: ModelDefinition<typeof config> = {
  kind: "rbm",
  summary: "Restricted Boltzmann machine with bits or Gaussian visible units, inline or trained; units may be clamped.",
  config,
  build(options, assets) {
    const { parameters, base, starts } = options.sha256 === undefined
      ? { parameters: given(options), base: undefined, starts: null }
      : trained(options, options.sha256, assets);
    return rbmTarget({
      parameters,
      clamp: parseClamp(options.clamp, parameters),
      base: base ?? plainBase(parameters),
      starts,
      report: options.report,
    });
  },
};

function given({ weights, visibleBias, hiddenBias, visible, variances }: Config): RbmParameters {
  if (!weights) {
    throw new InputError("weights", "a machine is given by its weights, or by the sha256 of a training; found neither");
  }
  const visibleUnits = weights.length, hiddenUnits = weights[0].length;
  weights.forEach((row, i) => {
    if (row.length !== hiddenUnits) {
      throw new InputError(
        `weights.${i}`,
        `the first row has ${hiddenUnits} entries, one a hidden unit, so every row must; this one has ${row.length}`,
      );
    }
  });
  const layer = (path: string, values: number[] | undefined, units: number, which: string) => {
    if (values && values.length !== units) {
      throw new InputError(path, `the weights have ${units} ${which} units, so ${path} must; found ${values.length}`);
    }
    return values && Float64Array.from(values);
  };
  if (variances && visible !== "gaussian") {
    throw new InputError(
      "variances",
      'only Gaussian visible units have variances: add visible: "gaussian", or leave them out',
    );
  }
  return {
    visibleUnits,
    hiddenUnits,
    weights: Float64Array.from(weights.flat()),
    visibleBias: layer("visibleBias", visibleBias, visibleUnits, "visible") ?? new Float64Array(visibleUnits),
    hiddenBias: layer("hiddenBias", hiddenBias, hiddenUnits, "hidden") ?? new Float64Array(hiddenUnits),
    variances: visible === "gaussian"
      ? layer("variances", variances, visibleUnits, "visible") ?? new Float64Array(visibleUnits).fill(1)
      : null,
  };
}

function trained(options: Config, sha256: string, assets: Assets | undefined) {
  for (const name of ["weights", "visibleBias", "hiddenBias", "variances"] as const) {
    if (options[name]) throw new InputError(name, `the trained parameters have ${name}: leave it out, or sha256`);
  }
  if (!assets) throw new InputError("sha256", "trained parameters are not at hand here");
  const machine = fromTrained(decodeTrained(assets.get(sha256)));
  const visible = machine.parameters.variances ? "gaussian" : "bits";
  if (options.visible && options.visible !== visible) {
    throw new InputError("visible", `the trained machine's visible units are ${visible}: leave this out`);
  }
  return machine;
}

/** The machine that a training gave. Throws InputError with the path `sha256` where it is of another kind. */
export function fromTrained({ config, arrays }: TrainedParameters): {
  parameters: RbmParameters;
  base: BaseRate | undefined;
  starts: Reals | null;
} {
  if (config.kind !== "rbm") {
    throw new InputError("sha256", `these are the parameters of a model of kind ${config.kind}, not of an rbm`);
  }
  const [visibleUnits, hiddenUnits] = arrays.weights?.shape ?? [];
  const array = (name: string, ...shape: number[]): Reals | null => {
    if (!Object.hasOwn(arrays, name)) return null;
    if (arrays[name].shape.join() !== shape.join()) {
      throw new InputError("sha256", `the trained ${name} have shape [${arrays[name].shape}], not [${shape}]`);
    }
    return arrays[name].values;
  };
  const required = (name: string, ...shape: number[]): Reals => {
    const values = array(name, ...shape);
    if (!values) throw new InputError("sha256", `the trained parameters have no ${name}`);
    return values;
  };
  const variances = array("variances", visibleUnits);
  const parameters: RbmParameters = {
    visibleUnits,
    hiddenUnits,
    weights: required("weights", visibleUnits, hiddenUnits),
    visibleBias: required("visibleBias", visibleUnits),
    hiddenBias: required("hiddenBias", hiddenUnits),
    variances,
  };
  const bias = array("baseBias", visibleUnits);
  const base = bias ? { bias, variances: array("baseVariances", visibleUnits) ?? variances } : undefined;
  return { parameters, base, starts: array("particles", arrays.particles?.shape[0], hiddenUnits) };
}
