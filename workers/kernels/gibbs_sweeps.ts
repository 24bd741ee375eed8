/**
 * Gibbs sampling of energy models that make their own sweeps, for one chain or for a group of chains at once. A chain gets the same
 * numbers in a group of any size and alone: those of its own stream.
 *
 * With `temperature` the chain is annealed in warmup: step s of W is made at the temperature from^(1 − s/W) (geometric) or
 * from + (1 − from) s/W (linear), in units of the model's own, which is reached at the end of warmup and kept.
 *
 * Kirkpatrick, Gelatt & Vecchi (1983) on annealing; Geman & Geman (1984).
 */
import { z } from "zod";
import { InputError } from "../../numerics/errors.ts";
import { Purpose } from "../../numerics/random/random.ts";
import type { Scan, States, Sweeps } from "../../models/energy/sweeps.ts";
import type { Target } from "../../models/target.ts";
import type { BaseInfo, BaseState, GroupKernel, GroupStep, Kernel, Plan } from "./kernel.ts";

export const annealing = z.strictObject({
  from: z.number().min(1e-3).max(1e6).describe("The temperature at the beginning, in units of the model's own."),
  schedule: z.enum(["geometric", "linear"]).default("geometric").describe("How it goes to 1 over warmup."),
});

/** What a sweep needs to know of the sampler's configuration. */
export interface SweepOptions {
  readonly scan?: Scan | undefined;
  readonly temperature?: z.output<typeof annealing> | undefined;
}

/** A chain alone. */
export interface SweepState extends BaseState {
  /** Transitions made. */
  step: number;
  /** One row. */
  states: States;
}

/** Lanes, a row each. */
export interface SweepGroup {
  states: States;
}

/** The scan asked for, or the model's best. Throws InputError at `scan` where the model cannot serve it. */
export function scanOf(sweeps: Sweeps, scan: Scan | undefined): Scan {
  if (scan === undefined) return sweeps.scans[0];
  if (sweeps.scans.includes(scan)) return scan;
  const reason = scan === "blocks"
    ? "its graph has too many edges for blocks without an edge inside"
    : "it has no such scan";
  throw new InputError("scan", `this model cannot be swept by ${scan}: ${reason}. It has: ${sweeps.scans.join(", ")}.`);
}

/** The inverse temperature of step 1, 2 …, that of the model being 1. */
export function betaAt(step: number, { temperature }: SweepOptions, { warmup }: Plan): number {
  if (!temperature || step >= warmup) return 1;
  const { from, schedule } = temperature;
  const part = step / warmup;
  return 1 / (schedule === "geometric" ? from ** (1 - part) : from + (1 - from) * part);
}

export function buildSweepsChain(
  target: Target,
  sweeps: Sweeps,
  options: SweepOptions,
  plan: Plan,
): Kernel<SweepState, BaseInfo> {
  const scan = scanOf(sweeps, options.scan);
  const beta = new Float64Array(1), energy = new Float64Array(1);
  const info = { nonFinite: 0 };
  return {
    init(position) {
      const states = sweeps.createStates(1);
      sweeps.fromPosition(position, states, 0);
      return { position: position.slice(), logDensity: target.logDensity(position), step: 0, states };
    },
    step(state, random) {
      state.step++;
      beta[0] = betaAt(state.step, options, plan);
      sweeps.sweep(state.states, 1, beta, scan, random.place);
      sweeps.toPosition(state.states, 0, state.position);
      if (sweeps.isWhole) sweeps.energies(state.states, 1, energy);
      state.logDensity = sweeps.isWhole ? -energy[0] : target.logDensity(state.position);
      return info;
    },
    relocate(state, position) {
      state.position.set(position);
      state.logDensity = target.logDensity(position);
      sweeps.fromPosition(position, state.states, 0);
    },
  };
}

export function buildSweepsGroup(
  target: Target,
  sweeps: Sweeps,
  options: SweepOptions,
  plan: Plan,
): GroupKernel<SweepGroup, BaseInfo> {
  const scan = scanOf(sweeps, options.scan);
  const info = { nonFinite: 0 };
  let betas = new Float64Array(0), energies = new Float64Array(0);
  let measured: SweepGroup | null = null; // the state that `energies` are of

  /** As many sweeps as there are at one temperature, `count` at most. Returns how many it made. */
  function sweep({ states }: SweepGroup, { seed, chain, step }: GroupStep, count: number): number {
    measured = null;
    const rows = states.length / sweeps.units;
    if (betas.length !== rows) betas = new Float64Array(rows);
    betas.fill(betaAt(step, options, plan));
    const key = { seed, purpose: Purpose.step, stream: chain, step };
    const isAnnealing = options.temperature !== undefined && step < plan.warmup;
    if (count === 1 || isAnnealing || !sweeps.repeat) {
      sweeps.sweep(states, rows, betas, scan, key);
      return 1;
    }
    sweeps.repeat(states, rows, betas, scan, key, count);
    return count;
  }

  return {
    init(starts) {
      const states = sweeps.createStates(starts.length);
      starts.forEach((position, lane) => sweeps.fromPosition(position, states, lane));
      return { states };
    },
    step(state, at) {
      sweep(state, at, 1);
      return 0;
    },
    run(state, at, count) {
      for (let made = 0; made < count;) made += sweep(state, { ...at, step: at.step + made }, count - made);
      return 0;
    },
    read(state, lane, position) {
      const { states } = state;
      sweeps.toPosition(states, lane, position);
      if (!sweeps.isWhole) return target.logDensity(position);
      if (measured !== state) {
        const rows = states.length / sweeps.units;
        if (energies.length !== rows) energies = new Float64Array(rows);
        sweeps.energies(states, rows, energies);
        measured = state;
      }
      return -energies[lane];
    },
    info: () => info,
  };
}
