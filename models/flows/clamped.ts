/**
 * A flow of which some columns are known: the law of the others given them, p(x_H | x_O) ∝ p(x_O, x_H), as a target. Where data lie in an
 * interval the coordinates are u = logit((x − low) / (high − low)), with their Jacobian; else they are x. Every sampler of real
 * coordinates draws from it; `inpaint` climbs it.
 */
import { InputError } from "../../numerics/errors.ts";
import type { Random } from "../../numerics/random/random.ts";
import { expit, logit, softplus } from "../../numerics/special/logarithms.ts";
import type { HiddenPart, Target } from "../target.ts";
import type { Batch } from "./flow.ts";

const EDGE = 1e-9; // of the interval: nearer to an end u would be infinite

/** A density of rows, as NetworkFlow is one. */
interface Scored {
  readonly dim: number;
  logDensityAndGradient(x: Batch, gradient: Float64Array, context?: Batch): Float64Array;
}

/** Where data lie. */
interface Interval {
  readonly low: number;
  readonly high: number;
}

export interface Clamped {
  readonly flow: Scored & { readonly numericClass: Target["numericClass"] };
  readonly variables: Target["variables"];
  /** Of each column its value, or null where it is hidden. */
  readonly clamp: readonly (number | null)[];
  /** Where the data lie; null for the whole line. */
  readonly interval: Interval | null;
  /** Of one row; absent where the flow is conditional on nothing. */
  readonly context?: Batch;
  /** A draw of the flow, whose hidden columns are a start on the whole line. */
  sample(random: Random, out: Float64Array): void;
}

/** Throws InputError (path `clamp`). */
export function clampedTarget({ flow, variables, clamp, interval, context, sample }: Clamped): Target {
  const { dim: width } = flow;
  if (clamp.length !== width) {
    throw new InputError(
      "clamp",
      `expected one entry for each of ${width} columns, a value or null; found ${clamp.length}`,
    );
  }
  const columns = Int32Array.from(clamp.flatMap((value, column) => value === null ? [column] : []));
  if (columns.length === 0) throw new InputError("clamp", "nothing is hidden: expected null for at least one column");
  const low = interval?.low ?? -Infinity, high = interval?.high ?? Infinity, range = high - low;
  clamp.forEach((value, column) => {
    if (value !== null && interval && !(value >= low && value <= high)) {
      throw new InputError(`clamp.${column}`, `the flow's data lie between ${low} and ${high}; found ${value}`);
    }
  });
  const dim = columns.length;
  const row = Float64Array.from(clamp, (value) => value ?? 0), batch: Batch = { rows: 1, values: row };
  const rowGradient = new Float64Array(width), x = new Float64Array(dim), slopes = new Float64Array(dim);

  const toPosition = (from: Float64Array, out: Float64Array) => {
    for (let k = 0; k < dim; k++) {
      out[k] = interval ? logit(Math.min(1 - EDGE, Math.max(EDGE, (from[k] - low) / range))) : from[k];
    }
  };
  const fromPosition = (u: Float64Array, out: Float64Array) => {
    for (let k = 0; k < dim; k++) out[k] = interval ? low + range * expit(u[k]) : u[k];
  };
  const hidden: HiddenPart = {
    low,
    high,
    logDensityAndGradient(at, gradient) {
      for (let k = 0; k < dim; k++) row[columns[k]] = at[k];
      const [log] = flow.logDensityAndGradient(batch, rowGradient, context);
      for (let k = 0; k < dim; k++) gradient[k] = rowGradient[columns[k]];
      return log;
    },
    toPosition,
    fromPosition,
    start(random, out) {
      if (interval) { for (let k = 0; k < dim; k++) out[k] = low + range * random.uniform(); }
      else {
        sample(random, rowGradient);
        for (let k = 0; k < dim; k++) out[k] = rowGradient[columns[k]];
      }
    },
  };
  const logDensityAndGradient = (u: Float64Array, gradient: Float64Array) => {
    fromPosition(u, x);
    let log = hidden.logDensityAndGradient(x, gradient);
    if (!interval) return log;
    for (let k = 0; k < dim; k++) {
      const p = expit(u[k]);
      log += Math.log(range) - softplus(u[k]) - softplus(-u[k]);
      gradient[k] = gradient[k] * range * p * (1 - p) + 1 - 2 * p;
    }
    return log;
  };
  return {
    dim,
    variables,
    numericClass: flow.numericClass,
    logDensity: (u) => logDensityAndGradient(u, slopes),
    logDensityAndGradient,
    constrain(u, out) {
      fromPosition(u, x);
      out.set(row);
      for (let k = 0; k < dim; k++) out[columns[k]] = x[k];
    },
    unconstrain(values) {
      values.forEach((value, k) => {
        if (interval && !(value >= low && value <= high)) {
          throw new InputError(`${k}`, `the flow's data lie between ${low} and ${high}; found ${value}`);
        }
      });
      const u = new Float64Array(dim);
      toPosition(Float64Array.from(values), u);
      return u;
    },
    start(random, out) {
      hidden.start(random, x);
      toPosition(x, out);
    },
    hidden,
  };
}
