/** Chains of which each is a replication of the model's data, and records where the truth lies among its draws (kernels/calibration.ts). */
import { InputError } from "../numerics/errors.ts";
import { Purpose, Random } from "../numerics/random/random.ts";
import type { Replicate } from "../models/replication.ts";
import { countValues, type Replication, type Target, valueNames } from "../models/target.ts";
import type { StatisticType } from "./block.ts";
import type { BaseInfo, BaseState, Kernel, StatisticColumn } from "./kernels/kernel.ts";
import type { Process } from "./process.ts";
import { isUsable, startOf } from "./starts.ts";

export interface Calibration {
  /** The job's own target: what is reported of all. */
  readonly target: Target;
  readonly replicate: Replicate;
  buildKernel(target: Target): Kernel<BaseState, BaseInfo>;
  readonly statistics: readonly StatisticColumn<BaseInfo>[];
  readonly start: "truth" | "warmup";
  readonly seed: number;
  readonly warmup: number;
  readonly draws: number;
  readonly thin: number;
}

/** Of a kept draw: whether its log density is below that of the truth. */
export const LP_BELOW = { name: "lp_below", type: "uint8" } as const satisfies StatisticType;

/** Of a replication: steps of Purpose.replicate at which its numbers are taken; those of ties come after. */
const PARAMETERS_AND_DATA = 0, PLACE = 1, TIES = 2;
const START_ATTEMPTS = 100;

interface OpenReplication {
  readonly chain: number;
  readonly kernel: Kernel<BaseState, BaseInfo>;
  readonly target: Target;
  readonly truth: Float64Array;
  /** Reported values of the truth. */
  readonly values: Float64Array;
  readonly logDensity: number;
  /** Steps before which the chain is put at the truth. */
  readonly returns: readonly number[];
  /** The truth's place among values that equal it. */
  readonly tie: number;
}

export function calibrationProcess(calibration: Calibration): Process<BaseState> {
  const { target, replicate, statistics, start, seed, warmup, draws, thin } = calibration;
  const random = new Random(seed);
  const values = countValues(target.variables);
  let open: OpenReplication | null = null;
  let info: BaseInfo | null = null; // of the last step: a kept one is recorded right after it
  let last = 0;

  /** A replication is made again, the same, wherever one of its segments runs. */
  function replication(chain: number): OpenReplication {
    if (open?.chain === chain) return open;
    const made = replicate(random.at(chain, PARAMETERS_AND_DATA, Purpose.replicate));
    const kernel = calibration.buildKernel(made.target);
    const { logDensity } = kernel.init(requireUsable(made, chain), random.at(chain, PLACE, Purpose.start));
    random.at(chain, PLACE, Purpose.replicate);
    const before = random.integer(draws + 1);
    open = {
      chain,
      kernel,
      target: made.target,
      truth: made.truth,
      values: reported(made, chain),
      logDensity,
      returns: start === "truth" ? [warmup + 1, warmup + before * thin + 1] : [],
      tie: random.uniform(),
    };
    return open;
  }

  /** Where a posterior is too far from 0 for the usual starts, other parameters of the prior are tried. */
  function startFor(made: Target, chain: number): Float64Array {
    try {
      return startOf(made, { superchain: 1 }, chain, random);
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      for (let attempt = 1; attempt <= START_ATTEMPTS; attempt++) {
        const { truth } = replicate(random.at(chain, START_ATTEMPTS + attempt, Purpose.start));
        if (isUsable(made, truth)) return truth;
      }
      throw error;
    }
  }

  const isBelow = (value: number, truth: number, tie: number) =>
    value === truth ? Number(random.uniform() < tie) : Number(value < truth);

  return {
    values,
    valueType: "int8",
    statistics: [
      { name: "lp", type: "float64" },
      ...statistics.map(({ name, type }) => ({ name, type })),
      LP_BELOW,
    ],
    numericClass: target.numericClass,
    warmup,
    thin,
    start(chain) {
      const { kernel, target } = replication(chain);
      return kernel.init(startFor(target, chain), random.at(chain, 0, Purpose.start));
    },
    advance(state, chain, step) {
      const { kernel, truth, returns } = replication(chain);
      if (returns.includes(step)) kernel.relocate?.(state, truth);
      last = step;
      info = kernel.step(state, random.at(chain, step));
      return info.nonFinite;
    },
    record(state, _lane, out, row) {
      if (!open || !info) throw new Error("a draw is recorded before a step was made");
      const { chain, target, values, logDensity, tie } = open;
      random.at(chain, TIES + last, Purpose.replicate);
      target.constrain(state.position, out);
      for (let v = 0; v < values.length; v++) {
        if (Number.isNaN(out[v])) throw unreported(target, v, chain, "a draw");
        out[v] = isBelow(out[v], values[v], tie);
      }
      row[0] = state.logDensity;
      for (let s = 0; s < statistics.length; s++) row[s + 1] = statistics[s].read(info);
      row[statistics.length + 1] = isBelow(state.logDensity, logDensity, tie);
    },
  };
}

function requireUsable({ target, truth }: Replication, chain: number): Float64Array {
  if (isUsable(target, truth)) return truth;
  const at = [...truth.subarray(0, 5)].map((x) => x.toPrecision(4)).join(", ");
  throw new InputError(
    "model",
    `replication ${chain}: the log density, or its gradient, is not finite at parameters that were drawn from the prior ` +
      `(${at}${
        truth.length > 5 ? ", …" : ""
      }) with the data that were simulated from them. Check that the density has the ` +
      "prior's support, and that the prior is not so wide that numbers overflow.",
  );
}

function reported({ target, truth }: Replication, chain: number): Float64Array {
  const values = new Float64Array(countValues(target.variables));
  target.constrain(truth, values);
  const v = values.findIndex(Number.isNaN);
  if (v >= 0) throw unreported(target, v, chain, "the truth");
  return values;
}

function unreported(target: Target, value: number, chain: number, where: string): InputError {
  return new InputError(
    "model",
    `replication ${chain}: ${valueNames(target.variables)[value]} is NaN at ${where}, and has no rank. ` +
      "Report a number for all parameters.",
  );
}
