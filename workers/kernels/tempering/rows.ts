/**
 * Parallel tempering of an energy model: the replicas are rows of its Gibbs sweeps, each at its own temperature, and a swap exchanges two
 * rows, hidden units included, with probability min(1, exp((β_k − β_{k+1}) (E_k − E_{k+1}))).
 *
 * Replica k of chain c has the random numbers of stream (replicas · c + k), the swaps those of stream c and their own purpose.
 */
import { InputError } from "../../../numerics/errors.ts";
import { Purpose } from "../../../numerics/random/random.ts";
import type { Target } from "../../../models/target.ts";
import type { States } from "../../../models/energy/sweeps.ts";
import { scanOf, type SweepOptions } from "../gibbs_sweeps.ts";
import type { Kernel, Plan } from "../kernel.ts";
import type { Info, State } from "../parallel_tempering.ts";
import { adapt, adaptationRounds, createLadder, initialBetas, type LadderOptions, swapRound } from "./ladder.ts";

interface RowState extends State {
  /** [replicas] rows. */
  states: States;
}

export function buildTemperedRows(
  target: Target,
  options: LadderOptions,
  inner: SweepOptions | undefined,
  plan: Plan,
): Kernel<RowState, Info> {
  const { sweeps } = target;
  if (!sweeps) {
    throw new InputError(
      "inner.kind",
      "gibbs inside parallel-tempering needs an energy model that makes its own Gibbs sweeps.",
    );
  }
  if (inner?.temperature) {
    throw new InputError("inner.temperature", "the ladder says which temperatures there are; leave out annealing");
  }
  const { units } = sweeps;
  const scan = innerScan(sweeps, inner);
  const firstBetas = initialBetas(options, target.dim);
  const count = firstBetas.length;
  const roundEnds = adaptationRounds(options, plan);
  const energies = new Float64Array(count);
  const info: Info = {
    acceptanceRate: NaN,
    diverging: 0,
    evaluations: count,
    swapAcceptance: 0,
    start: 0,
    nonFinite: 0,
  };

  function exchangeRows(states: States, k: number): void {
    const colder = states.slice(k * units, (k + 1) * units);
    states.copyWithin(k * units, (k + 1) * units, (k + 2) * units);
    states.set(colder, (k + 1) * units);
  }

  return {
    init(position) {
      const states = sweeps.createStates(count);
      for (let k = 0; k < count; k++) sweeps.fromPosition(position, states, k);
      return {
        position: position.slice(),
        logDensity: target.logDensity(position),
        step: 0,
        betas: firstBetas.slice(),
        replicas: [],
        states,
        starts: Int32Array.from(firstBetas, (_, k) => k),
        ladder: roundEnds.length === 0 ? null : createLadder(count),
      };
    },

    step(state, random) {
      const { states, betas, starts } = state;
      const { seed, purpose, stream, step } = random.place;
      sweeps.sweep(states, count, betas, scan, { seed, purpose, stream: stream * count, step });
      state.step++;
      info.swapAcceptance = NaN;
      if (state.step % options.swapEvery === 0) {
        const round = state.step / options.swapEvery;
        sweeps.energies(states, count, energies);
        random.at(stream, step, Purpose.swap);
        info.swapAcceptance = swapRound(
          count,
          round,
          state.ladder,
          (k) => Math.min(1, Math.exp((betas[k] - betas[k + 1]) * (energies[k] - energies[k + 1]))),
          (k, acceptance) => {
            if (random.uniform() >= acceptance) return;
            exchangeRows(states, k);
            [starts[k], starts[k + 1]] = [starts[k + 1], starts[k]];
          },
        );
        if (state.ladder && adapt(state.ladder, betas, round, roundEnds) && round === roundEnds.at(-1)) {
          state.ladder = null;
        }
      }
      sweeps.toPosition(states, 0, state.position);
      state.logDensity = target.logDensity(state.position);
      info.start = starts[0];
      return info;
    },
  };
}

function innerScan(sweeps: NonNullable<Target["sweeps"]>, inner: SweepOptions | undefined) {
  try {
    return scanOf(sweeps, inner?.scan);
  } catch (error) {
    if (error instanceof InputError) throw new InputError(`inner.${error.path}`, error.message);
    throw error;
  }
}
