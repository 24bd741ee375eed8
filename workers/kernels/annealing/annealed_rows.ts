/**
 * Annealed importance sampling of energy models along their own path, many chains at once, forwards and in reverse.
 *
 * Forwards, a run begins at a draw of the base law; step k adds log f_{β_k}(s) − log f_{β_{k−1}}(s) to the log weight and moves s at
 * β_k. In reverse it begins at a draw of the target and goes the same way back, each move before its weight: the mean weight then
 * estimates the reciprocal of the normalizer. A row gets the numbers of its own stream, whichever rows are in the call.
 */
import type { Annealing } from "../../../models/energy/annealing.ts";
import type { States, SweepKey } from "../../../models/energy/sweeps.ts";
import type { Target } from "../../../models/target.ts";
import { Purpose, Random } from "../../../numerics/random/random.ts";
import type { BaseInfo, BaseState, GroupKernel, GroupStep, Kernel, Plan } from "../kernel.ts";

export interface RowsInfo extends BaseInfo {
  /** Includes the base's normalizer. */
  logWeight: number;
}

/** Lanes, a row each. */
export interface RowsState {
  states: States;
  /** [lanes], of the present run. */
  logWeights: Float64Array;
  /** In reverse: a chain of the target each, which the runs begin at where it cannot be drawn exactly, and where they began. */
  targets: States | null;
  starts: States | null;
}

export interface RowsOptions {
  /** From 0 to 1. */
  readonly betas: Float64Array;
  /** Transitions at each temperature. */
  readonly moves: number;
  readonly reverse: boolean;
}

export function annealedRows(
  target: Target,
  annealing: Annealing,
  { betas, moves, reverse }: RowsOptions,
  { warmup }: Plan,
): GroupKernel<RowsState, RowsInfo> {
  const temperatures = betas.length - 1;
  const info: RowsInfo = { logWeight: NaN, nonFinite: 0 };
  const position = new Float64Array(target.dim);
  const random = { seed: -1, generator: new Random(0) };

  /** The key of a step's m-th transition. Chains of the target in reverse runs are another stream of numbers. */
  const keyOf = ({ seed, chain, step }: GroupStep, m: number, purpose: Purpose): SweepKey => ({
    seed,
    purpose,
    stream: chain,
    step: step * moves + m,
  });

  function advance(state: RowsState, at: GroupStep, k: number): void {
    const { states, logWeights } = state, rows = logWeights.length;
    const increments = new Float64Array(rows);
    if (k === 1) {
      annealing.start(states, rows, keyOf(at, 0, Purpose.anneal));
      logWeights.fill(0);
    }
    annealing.advance(states, rows, betas[k - 1], betas[k], keyOf(at, 0, Purpose.step), increments);
    for (let m = 1; m < moves; m++) annealing.move(states, rows, betas[k], keyOf(at, m, Purpose.step));
    for (let r = 0; r < rows; r++) logWeights[r] += increments[r];
  }

  function retreat(state: RowsState, at: GroupStep, k: number): void {
    const { states, logWeights, targets, starts } = state, rows = logWeights.length;
    if (!targets || !starts) throw new Error("a reverse run has chains of its target");
    const increments = new Float64Array(rows), from = betas[temperatures - k + 1], to = betas[temperatures - k];
    if (k === 1) {
      if (target.sample) drawTargets(targets, rows, at);
      states.set(targets);
      starts.set(targets);
      logWeights.fill(0);
    }
    if (!target.sample) moveTargets(targets, rows, at);
    for (let m = 0; m < moves; m++) annealing.move(states, rows, from, keyOf(at, m, Purpose.step));
    annealing.weigh(states, rows, from, to, increments);
    for (let r = 0; r < rows; r++) logWeights[r] += increments[r];
  }

  function drawTargets(targets: States, rows: number, { seed, chain, step }: GroupStep): void {
    if (random.seed !== seed) Object.assign(random, { seed, generator: new Random(seed) });
    for (let r = 0; r < rows; r++) {
      target.sample?.(random.generator.at(chain + r, step, Purpose.anneal), position);
      annealing.fromPosition(position, targets, r);
    }
  }

  function moveTargets(targets: States, rows: number, at: GroupStep): void {
    for (let m = 0; m < moves; m++) annealing.move(targets, rows, 1, keyOf(at, m, Purpose.anneal));
  }

  return {
    init(starts) {
      const rows = starts.length;
      const of = () => annealing.createStates(rows);
      const targets = reverse ? of() : null;
      if (targets) starts.forEach((start, r) => annealing.fromPosition(start, targets, r));
      return { states: of(), logWeights: new Float64Array(rows), targets, starts: reverse ? of() : null };
    },

    step(state, at) {
      if (at.step <= warmup) {
        // Only what a reverse run begins at has something to forget.
        if (state.targets && !target.sample) moveTargets(state.targets, state.logWeights.length, at);
        return 0;
      }
      const k = (at.step - warmup - 1) % temperatures + 1;
      if (reverse) retreat(state, at, k);
      else advance(state, at, k);
      return 0;
    },

    read(state, lane, out) {
      annealing.toPosition(state.starts ?? state.states, lane, out);
      return target.logDensity(out);
    },

    info(state, lane) {
      info.logWeight = state.logWeights[lane] + (reverse ? -1 : 1) * annealing.logBaseNormalizer;
      return info;
    },
  };
}

/** A chain of the group kernel by itself. */
export interface RowState extends BaseState {
  group: RowsState;
}

export function annealedRow(kernel: GroupKernel<RowsState, RowsInfo>): Kernel<RowState, RowsInfo> {
  return {
    init(position, random) {
      const { seed, stream, step } = random.place;
      const group = kernel.init([position], { seed, chain: stream, step });
      return { position: position.slice(), logDensity: NaN, group };
    },
    step(state, random) {
      const { seed, stream, step } = random.place;
      kernel.step(state.group, { seed, chain: stream, step });
      state.logDensity = kernel.read(state.group, 0, state.position);
      return kernel.info(state.group, 0);
    },
  };
}
