/**
 * Runs one segment: from a checkpoint (or a start) to the block of its draws and the next checkpoint. Pure: no clock, no
 * I/O, no state between calls, so it gives the same bytes wherever and whenever it runs.
 */
import { type Block, COLUMN_ARRAYS, VALUE_ARRAYS } from "./block.ts";
import type { BatchProcess, Process } from "./process.ts";

/** Steps (from, to] of chains `chain` … chain + lanes − 1, which are advanced together. */
export interface Segment {
  readonly chain: number;
  /** 1 where absent. */
  readonly lanes?: number;
  readonly from: number;
  readonly to: number;
}

export interface SegmentResult<State = unknown> {
  readonly block: Block;
  readonly state: State;
}

/**
 * Runs a segment a few steps at a time: `next(n)` makes up to n of them, so that the caller can answer a cancel between.
 * `state` is the checkpoint at `from`, or null for a chain's first segment; it is taken over and changed.
 */
export function* runSegment<State>(
  process: Process<State>,
  segment: Segment,
  state: State | null,
): Generator<void, SegmentResult<State>, number> {
  const { values: valueCount, warmup, thin } = process;
  const { chain, lanes = 1, from, to } = segment;
  process.takeTerms?.(); // those of a segment that was left off
  const current = state ?? process.start(chain, lanes);

  const draws = keptUpTo(to, warmup, thin) - keptUpTo(from, warmup, thin);
  const values = new VALUE_ARRAYS[process.valueType](lanes * valueCount * draws);
  const columns = process.statistics.map(({ type }) => new COLUMN_ARRAYS[type](lanes * draws));
  const row = new Float64Array(valueCount);
  const statisticsRow = new Float64Array(columns.length);
  let nonFinite = 0;
  let kept = 0;
  let step = from;
  while (step < to) {
    const pause = Math.min(to, step + (yield));
    while (step < pause) {
      const count = process.run ? Math.min(pause, nextKept(step, warmup, thin)) - step : 1;
      nonFinite += process.run
        ? process.run(current, chain, step + 1, count)
        : process.advance(current, chain, step + 1);
      step += count;
      if (step <= warmup || (step - warmup) % thin !== 0) continue;
      for (let lane = 0; lane < lanes; lane++) {
        process.record(current, lane, row, statisticsRow);
        const first = lane * valueCount;
        for (let v = 0; v < valueCount; v++) values[(first + v) * draws + kept] = row[v];
        for (let s = 0; s < columns.length; s++) columns[s][lane * draws + kept] = statisticsRow[s];
      }
      kept++;
    }
  }
  const { numericClass } = process;
  const terms = process.takeTerms?.() ?? [];
  const noted = terms.length > 0 ? { terms } : {};
  return { block: { lanes, draws, values, statistics: columns, numericClass, nonFinite, ...noted }, state: current };
}

/**
 * Runs a segment of independent draws a batch at a time, so that the caller can answer a cancel between. Batches end at multiples of their
 * size, counted from the chain's first draw, wherever segments begin. The state is null.
 */
export async function* runBatches(process: BatchProcess, segment: Segment): AsyncGenerator<void, SegmentResult<null>> {
  const { values: valueCount, warmup, thin, numericClass } = process;
  const { chain, from, to } = segment;
  const before = keptUpTo(from, warmup, thin);
  const draws = keptUpTo(to, warmup, thin) - before;
  const values = new VALUE_ARRAYS[process.valueType](valueCount * draws);
  const columns = process.statistics.map(({ type }) => new COLUMN_ARRAYS[type](draws));
  const rows = new Float64Array(process.rows * valueCount);
  const statistics = new Float64Array(process.rows * columns.length);
  let nonFinite = 0;
  for (let first = 0; first < draws;) {
    yield;
    const count = Math.min(process.rows - (before + first) % process.rows, draws - first);
    nonFinite += await process.fill(chain, before + first, count, rows, statistics);
    for (let r = 0; r < count; r++) {
      for (let v = 0; v < valueCount; v++) values[v * draws + first + r] = rows[r * valueCount + v];
      for (let s = 0; s < columns.length; s++) columns[s][first + r] = statistics[r * columns.length + s];
    }
    first += count;
  }
  return { block: { draws, values, statistics: columns, numericClass, nonFinite }, state: null };
}

/** The first step after `step` whose state is kept. */
function nextKept(step: number, warmup: number, thin: number): number {
  return step < warmup ? warmup + thin : step + thin - (step - warmup) % thin;
}

/** Kept draws among the first `steps` steps. */
function keptUpTo(steps: number, warmup: number, thin: number): number {
  return Math.max(0, Math.floor((steps - warmup) / thin));
}
