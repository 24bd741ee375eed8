/**
 * An RBM as the samplers see it: the coordinates are the visible units, the hidden ones summed out, so that the log density is
 * −F(v), up to log Z. Clamped units are coordinates that do not move: elsewhere the density is zero.
 */
import { InputError } from "../../../numerics/errors.ts";
import { expit } from "../../../numerics/special/logarithms.ts";
import { checkStart } from "../../posteriors/coordinates.ts";
import type { Target, Variable } from "../../target.ts";
import { rbmAnnealing } from "./annealing.ts";
import type { BaseRate } from "./base_rate.ts";
import { blockGibbs } from "./block_gibbs.ts";
import type { Clamp } from "./clamp.ts";
import { freeEnergy, freeEnergyGradient, sumSoftplus } from "./energy.ts";
import { canSampleExactly, exactSampler } from "./exact_sampler.ts";
import { hiddenFields, type RbmParameters, type Reals, visibleFields } from "./parameters.ts";

export interface Machine {
  readonly parameters: RbmParameters;
  readonly clamp: Clamp;
  /** Where annealing begins. */
  readonly base: BaseRate;
  /** Hidden bits of which one row, at random, draws the visible units that a chain starts at; [rows × hiddenUnits]. Fair bits where null. */
  readonly starts: Reals | null;
  /** `both`: beside the visible units, p(h_j = 1 | v) of each hidden one. */
  readonly report: "visible" | "both";
}

export function rbmTarget({ parameters, clamp, base, starts, report }: Machine): Target {
  const { visibleUnits, hiddenUnits, weights, visibleBias, variances } = parameters;
  const fields = new Float64Array(hiddenUnits), moved = new Float64Array(hiddenUnits);
  // Of a start: fair bits, or the Gaussian units' own biases, unless there are hidden bits to start from.
  const below = variances ? Float64Array.from(visibleBias) : new Float64Array(visibleUnits);
  const variables: Variable[] = [{ name: "v", shape: [visibleUnits] }];
  if (report === "both") variables.push({ name: "h", shape: [hiddenUnits] });
  const isHeld = (x: ArrayLike<number>) => clamp.held.every((i) => x[i] === clamp.values[i]);

  /** b_i + Σ_j [softplus(a_j + W_ij) − softplus(a_j)], a the fields at v_i = 0. */
  const logOdds = (i: number, x: Float64Array) => {
    const { [i]: held } = clamp.values;
    if (!Number.isNaN(held)) return held === 1 ? Infinity : -Infinity;
    hiddenFields(parameters, x.with(i, 0), fields);
    for (let j = 0; j < hiddenUnits; j++) moved[j] = fields[j] + weights[i * hiddenUnits + j];
    const before = sumSoftplus(fields), after = sumSoftplus(moved);
    const odds = visibleBias[i] + (after - before);
    const rounding = Number.EPSILON * (Math.abs(visibleBias[i]) + before + after);
    return Math.abs(odds) <= rounding ? 0 : odds;
  };
  const bits: Partial<Target> = {
    coding: "bits",
    ...(report === "visible" ? { valueType: "int8" } : {}),
    logOdds,
    sampleConditional: (i, x, random) => random.uniform() < expit(logOdds(i, x)) ? 1 : 0,
  };
  const reals: Partial<Target> = clamp.held.length > 0 ? { hasFixedCoordinates: true } : {
    logDensityAndGradient(x, gradient) {
      const value = -freeEnergyGradient(parameters, x, fields, gradient);
      for (let i = 0; i < visibleUnits; i++) gradient[i] = -gradient[i];
      return value;
    },
  };

  let draw: ReturnType<typeof exactSampler> | undefined;
  const sample: Target["sample"] = (random, out) => (draw ??= exactSampler(parameters, clamp))(random, out);
  return {
    dim: visibleUnits,
    variables,
    numericClass: "wasm",
    ...(variances ? reals : bits),
    constrain(x, out) {
      out.set(x);
      if (report === "visible") return;
      hiddenFields(parameters, x, fields);
      for (let j = 0; j < hiddenUnits; j++) out[visibleUnits + j] = expit(fields[j]);
    },
    unconstrain(values) {
      checkStart(values, visibleUnits);
      values.forEach((value, i) => {
        if (!variances && value !== 0 && value !== 1) {
          throw new InputError(`${i}`, `v[${i + 1}] is a bit: expected 0 or 1, found ${value}`);
        }
        if (!Number.isNaN(clamp.values[i]) && Math.fround(value) !== clamp.values[i]) {
          throw new InputError(
            `${i}`,
            `v[${i + 1}] is clamped to ${
              Number(clamp.values[i].toPrecision(7))
            }, so a start must have it there; found ${value}`,
          );
        }
      });
      const x = Float64Array.from(values);
      for (const i of clamp.held) x[i] = clamp.values[i];
      return x;
    },
    logDensity: (x) => isHeld(x) ? -freeEnergy(parameters, x, fields) : -Infinity,
    sweeps: blockGibbs(parameters, clamp),
    annealing: rbmAnnealing(parameters, clamp, base),
    ...(canSampleExactly(parameters, clamp) ? { sample } : {}),
    start(random, out) {
      const row = starts ? random.integer(starts.length / hiddenUnits) : 0;
      if (starts) visibleFields(parameters, starts.subarray(row * hiddenUnits, (row + 1) * hiddenUnits), below);
      for (let i = 0; i < visibleUnits; i++) {
        if (variances) out[i] = Math.fround(below[i] + Math.sqrt(variances[i]) * random.normal());
        else out[i] = random.uniform() < expit(below[i]) ? 1 : 0;
      }
      for (const i of clamp.held) out[i] = clamp.values[i];
    },
  };
}
