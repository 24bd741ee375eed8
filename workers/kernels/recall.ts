/**
 * Recall in a network of units with two values: downhill from the start to a state that no single change improves. A chain is one
 * recall and a step one sweep; after a fixed point nothing changes. Many recalls are many chains.
 *
 * It searches: its states are not draws of the model. Asynchronous recall takes one unit after another and always ends;
 * synchronous recall takes all at once and may go to and fro between two states, which `cycle` tells.
 *
 * The energy is −(log density), E/T of a network with a temperature. Hopfield (1982); of other binary models these are the
 * iterated conditional modes of Besag (1986).
 */
import { z } from "zod";
import { InputError } from "../../numerics/errors.ts";
import { type Landscape, Recaller } from "../../models/energy/hopfield/recall.ts";
import type { Target } from "../../models/target.ts";
import type { BaseInfo, BaseState, Kernel, KernelDefinition } from "./kernel.ts";

export const config = z.strictObject({
  kind: z.literal("recall"),
  mode: z.enum(["asynchronous", "synchronous"]).default("asynchronous").describe(
    "One unit after another, which always ends; or all at once, which may end in a cycle of two states.",
  ),
  order: z.enum(["systematic", "random"]).default("systematic").describe(
    "Of asynchronous sweeps: units in turn, or in an order drawn anew for each sweep.",
  ),
});

export interface State extends BaseState {
  /** Since the start. */
  flips: number;
  /** 1 at a fixed point, 2 in a cycle of two states, 0 before. */
  cycle: number;
  /** Of synchronous recall: the position before the last sweep; null before the first. */
  previous: Float64Array | null;
}

export interface Info extends BaseInfo {
  energy: number;
  flips: number;
  cycle: number;
}

function build(target: Target, { mode, order }: z.output<typeof config>): Kernel<State, Info> {
  const landscape = landscapeOf(target);
  const recaller = new Recaller(landscape);
  const before = new Float64Array(target.dim);
  const info: Info = { energy: 0, flips: 0, cycle: 0, nonFinite: 0 };

  return {
    init: (position) => ({
      position: position.slice(),
      logDensity: target.logDensity(position),
      flips: 0,
      cycle: 0,
      previous: null,
    }),

    step(state, random) {
      info.nonFinite = 0;
      if (state.cycle !== 1) {
        const { position, previous } = state;
        before.set(position);
        const result = mode === "synchronous"
          ? recaller.synchronous(position)
          : recaller.asynchronous(position, order, random);
        info.nonFinite = result.nonFinite;
        state.flips += result.flips;
        if (result.flips === 0) state.cycle = 1;
        else if (mode === "synchronous") {
          if (previous?.every((value, i) => value === position[i])) state.cycle = 2;
          state.previous = before.slice();
        }
        state.logDensity = target.logDensity(position);
      }
      info.energy = -state.logDensity;
      info.flips = state.flips;
      info.cycle = state.cycle;
      return info;
    },
  };
}

/** A unit's log odds have the sign of its field. */
function landscapeOf({ dim, coding, logOdds, logDensity }: Target): Landscape {
  if (!logOdds || (coding !== "spins" && coding !== "bits")) {
    throw new InputError("kind", "recall needs a model whose coordinates have two values, with their log odds.");
  }
  return { units: dim, low: coding === "spins" ? -1 : 0, high: 1, field: logOdds, energy: (y) => -logDensity(y) };
}

export const recall: KernelDefinition<typeof config, State, Info> = {
  kind: "recall",
  summary: "Recall in a network of two-valued units: downhill from each chain's start, one sweep a step.",
  config,
  requires: () => ["odds"],
  statistics: [
    { name: "energy", type: "float64", read: (info) => info.energy },
    { name: "flips", type: "int32", read: (info) => info.flips },
    { name: "converged", type: "uint8", read: (info) => info.cycle === 1 ? 1 : 0 },
    { name: "cycle", type: "int32", read: (info) => info.cycle },
  ],
  build,
  keepsTarget: false,
};
