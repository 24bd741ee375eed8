/**
 * Runs one segment: from a checkpoint (or a start) to the block of its draws and the next checkpoint. Pure: no clock, no
 * I/O, no state between calls, so it gives the same bytes wherever and whenever it runs.
 */
import { InputError } from "../numerics/errors.ts";
import { Purpose, Random } from "../numerics/random/random.ts";
import { countValues, type Target } from "../models/target.ts";
import { type Block, COLUMN_ARRAYS } from "./block.ts";
import type { BaseInfo, BaseState, Kernel, StatisticColumn } from "./kernels/kernel.ts";

/** A job as the workers see it: built once from its spec, used for every segment of it. */
export interface Sampling {
  readonly target: Target;
  readonly kernel: Kernel<BaseState, BaseInfo>;
  readonly statistics: readonly StatisticColumn<BaseInfo>[];
  readonly seed: number;
  readonly warmup: number;
  readonly thin: number;
  /** Consecutive chains that share a start; 1 where each has its own. */
  readonly superchain: number;
  /** A user's start for each chain, in reported values. */
  readonly init?: readonly (readonly number[])[];
}

/** Steps (from, to] of a chain. */
export interface Segment {
  readonly chain: number;
  readonly from: number;
  readonly to: number;
}

export interface SegmentResult {
  readonly block: Block;
  readonly state: BaseState;
}

const START_ATTEMPTS = 100;

/**
 * Runs a segment a few steps at a time: `next(n)` makes up to n of them, so that the caller can answer a cancel between.
 * `state` is the checkpoint at `from`, or null for a chain's first segment; it is taken over and changed.
 */
export function* runSegment(
  sampling: Sampling,
  segment: Segment,
  state: BaseState | null,
): Generator<void, SegmentResult, number> {
  const { target, kernel, statistics, warmup, thin } = sampling;
  const { chain, from, to } = segment;
  const random = new Random(sampling.seed);
  const current = state ?? start(sampling, chain, random);

  const valueCount = countValues(target.variables);
  const draws = keptUpTo(to, warmup, thin) - keptUpTo(from, warmup, thin);
  const values = new Float64Array(valueCount * draws);
  const row = new Float64Array(valueCount);
  const logDensities = new Float64Array(draws);
  const columns = statistics.map(({ type }) => new COLUMN_ARRAYS[type](draws));
  let nonFinite = 0;
  let kept = 0;
  let step = from;
  while (step < to) {
    const pause = Math.min(to, step + (yield));
    while (step < pause) {
      step++;
      const info = kernel.step(current, random.at(chain, step));
      nonFinite += info.nonFinite;
      if (step <= warmup || (step - warmup) % thin !== 0) continue;
      target.constrain(current.position, row);
      for (let v = 0; v < valueCount; v++) values[v * draws + kept] = row[v];
      logDensities[kept] = current.logDensity;
      for (let s = 0; s < columns.length; s++) columns[s][kept] = statistics[s].read(info);
      kept++;
    }
  }
  const block = {
    draws,
    values,
    statistics: [logDensities, ...columns],
    numericClass: target.numericClass,
    nonFinite,
  };
  return { block, state: current };
}

/** Kept draws among the first `steps` steps. */
function keptUpTo(steps: number, warmup: number, thin: number): number {
  return Math.max(0, Math.floor((steps - warmup) / thin));
}

/** The state at a chain's start: the user's, or the first of 100 tries at which density and gradient are finite. */
function start(sampling: Sampling, chain: number, random: Random): BaseState {
  const { target, kernel, superchain } = sampling;
  const given = sampling.init?.[chain];
  if (given) {
    const position = target.unconstrain(given);
    if (!isUsable(target, position)) {
      throw new InputError(`init.${chain}`, "the log density is not finite there. Give a start inside the support.");
    }
    return kernel.init(position, random.at(chain, 0, Purpose.start));
  }
  const position = new Float64Array(target.dim);
  for (let attempt = 1; attempt <= START_ATTEMPTS; attempt++) {
    random.at(Math.floor(chain / superchain), attempt, Purpose.start);
    if (target.start) target.start(random, position);
    else for (let i = 0; i < position.length; i++) position[i] = 4 * random.uniform() - 2;
    if (isUsable(target, position)) return kernel.init(position, random.at(chain, 0, Purpose.start));
  }
  throw new InputError(
    "model",
    `the log density is finite at none of ${START_ATTEMPTS} starts drawn from (-2, 2) in every coordinate. ` +
      "Check the density, or give starts with `init`.",
  );
}

function isUsable(target: Target, position: Float64Array): boolean {
  if (!target.logDensityAndGradient) return Number.isFinite(target.logDensity(position));
  const gradient = new Float64Array(target.dim);
  return Number.isFinite(target.logDensityAndGradient(position, gradient)) && gradient.every(Number.isFinite);
}
