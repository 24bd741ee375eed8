/** A chain, or a group of chains, advanced by a kernel over a target. */
import { Purpose, Random } from "../numerics/random/random.ts";
import { type BatchSampler, countValues, type Target } from "../models/target.ts";
import type { BaseInfo, BaseState, GroupKernel, Kernel, StatisticColumn } from "./kernels/kernel.ts";
import type { BatchProcess, Process } from "./process.ts";
import { startOf, type Starts } from "./starts.ts";

/** A job as the workers see it, whichever kernel advances it. */
interface Chains extends Starts {
  readonly target: Target;
  readonly statistics: readonly StatisticColumn<BaseInfo>[];
  readonly seed: number;
  readonly warmup: number;
  /** Steps that make one draw. */
  readonly thin: number;
}

/** Chains that are advanced one by one. */
export interface Sampling extends Chains {
  readonly kernel: Kernel<BaseState, BaseInfo>;
}

/** Chains that are advanced in groups. */
export interface GroupSampling extends Chains {
  readonly kernel: GroupKernel<unknown, BaseInfo>;
}

/** Draws that are independent of each other. */
export interface BatchSampling extends Chains {
  readonly batches: BatchSampler;
}

/** What all processes over a target report; "lp" is the first statistic. */
function report({ target, statistics, warmup, thin }: Chains) {
  return {
    values: countValues(target.variables),
    valueType: target.valueType ?? "float64",
    statistics: [{ name: "lp", type: "float64" } as const, ...statistics.map(({ name, type }) => ({ name, type }))],
    numericClass: target.numericClass,
    warmup,
    thin,
  };
}

export function chainProcess(sampling: Sampling): Process<BaseState> {
  const { target, kernel, statistics } = sampling;
  const random = new Random(sampling.seed);
  let info: BaseInfo | null = null; // of the last step: a kept one is recorded right after it
  return {
    ...report(sampling),
    start(chain) {
      const position = startOf(target, sampling, chain, random);
      return kernel.init(position, random.at(chain, 0, Purpose.start));
    },
    advance(state, chain, step) {
      info = kernel.step(state, random.at(chain, step));
      return info.nonFinite;
    },
    share: (shared) => kernel.share?.(shared),
    record(state, _lane, values, row) {
      target.constrain(state.position, values);
      row[0] = state.logDensity;
      if (info) { for (let s = 0; s < statistics.length; s++) row[s + 1] = statistics[s].read(info); }
    },
    ...(target.takeNonFiniteTerms ? { takeTerms: () => target.takeNonFiniteTerms?.() ?? [] } : {}),
    close: () => target.close?.(),
  };
}

export function groupProcess(sampling: GroupSampling): Process {
  const { target, kernel, statistics, seed } = sampling;
  const random = new Random(seed);
  const position = new Float64Array(target.dim);
  return {
    ...report(sampling),
    start(chain, lanes) {
      const starts = Array.from({ length: lanes }, (_, lane) => startOf(target, sampling, chain + lane, random));
      return kernel.init(starts, { seed, chain, step: 0 });
    },
    advance: (state, chain, step) => kernel.step(state, { seed, chain, step }),
    ...(kernel.run
      ? { run: (state, chain, step, count) => kernel.run?.(state, { seed, chain, step }, count) ?? 0 }
      : {}),
    record(state, lane, values, row) {
      row[0] = kernel.read(state, lane, position);
      target.constrain(position, values);
      const info = kernel.info(state, lane);
      for (let s = 0; s < statistics.length; s++) row[s + 1] = statistics[s].read(info);
    },
    ...(target.takeNonFiniteTerms ? { takeTerms: () => target.takeNonFiniteTerms?.() ?? [] } : {}),
    close: () => target.close?.(),
  };
}

export function batchProcess(sampling: BatchSampling): BatchProcess {
  const { target, batches, seed, warmup, thin } = sampling;
  const { dim } = target;
  const about = report(sampling);
  const positions = new Float64Array(batches.rows * dim), logDensity = new Float64Array(batches.rows);
  const places = Array.from({ length: batches.rows }, (_, r) => positions.subarray(r * dim, (r + 1) * dim));
  const row = new Float64Array(about.values);
  return {
    ...about,
    rows: batches.rows,
    async fill(chain, first, count, values, statistics) {
      const at = { index: first, seed, stream: chain, step: warmup + (first + 1) * thin, stride: thin };
      await batches.draw(count, at, positions.subarray(0, count * dim), logDensity.subarray(0, count));
      let nonFinite = 0;
      for (let r = 0; r < count; r++) {
        target.constrain(places[r], row);
        for (let v = 0; v < row.length; v++) values[r * row.length + v] = row[v]; // a view of each row would take longer
        statistics[r] = logDensity[r];
        if (!batches.isUnscored && (Number.isNaN(logDensity[r]) || logDensity[r] === Infinity)) nonFinite++;
      }
      return nonFinite;
    },
    close: async () => await batches.close?.(),
  };
}
