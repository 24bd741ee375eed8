/**
 * The Ising model on a square lattice with periodic boundary, E(s) = −J Σ s s' − h Σ s over the two bonds of each site, to the right and
 * down; p(s) ∝ e^(−βE). On a side of two sites both neighbours along it are the same one, which then counts twice.
 *
 * Its sweeps draw the two colours of the checkerboard in turn, in Wasm. It reports either all spins, or energy and magnetisation a
 * site: their statistics, not 2^N states, are what is asked of a large lattice. Onsager (1944), Yang (1952): critical at
 * β J = ½ ln(1 + √2) = 0.4407.
 */
import { z } from "zod";
import { InputError } from "../../numerics/errors.ts";
import { requireSides } from "../../numerics/ising/lattice.ts";
import type { ModelDefinition } from "../model.ts";
import { isingTarget } from "./ising/target.ts";

const LARGEST_ENERGY = 1e6; // sums over 4096² sites stay exact to some digits
const MOST_SPINS = 1 << 20; // reported one by one

const side = z.number().int();
const energy = z.number().min(-LARGEST_ENERGY).max(LARGEST_ENERGY);

const config = z.strictObject({
  kind: z.literal("ising"),
  size: z.union([side, z.tuple([side, side])])
    .describe("Sites of a side, or [rows, columns]; even, from 2 to 4096. Multiples of 32 columns are the fastest."),
  coupling: energy.default(1).describe("J: positive where neighbours are alike."),
  field: energy.default(0).describe("h: positive favours +1."),
  beta: z.number().min(0).max(LARGEST_ENERGY).optional().describe(
    "Inverse temperature; 1 where there is no temperature either.",
  ),
  temperature: z.number().min(1e-6).max(1e6).optional().describe("T = 1/β, in place of beta."),
  report: z.enum(["observables", "spins"]).default("observables")
    .describe("energy and magnetisation a site and |magnetisation|, or every spin."),
  start: z.enum(["random", "ordered"]).default("random").describe(
    "Each spin by a coin, or all alike by one: below the critical temperature random spins can stay in stripes for long.",
  ),
});

export const ising: ModelDefinition<typeof config> = {
  kind: "ising",
  summary:
    "Ising model on a periodic square lattice: coupling, field and temperature; energies and magnetisations, or spins.",
  config,
  build({ size, coupling, field, beta, temperature, report, start }) {
    if (beta !== undefined && temperature !== undefined) {
      throw new InputError("temperature", "beta is given, and temperature is 1/beta; leave one of them out");
    }
    const [rows, columns] = typeof size === "number" ? [size, size] : size;
    try {
      requireSides(rows, columns);
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      throw new InputError(typeof size === "number" ? "size" : `size.${error.path}`, error.message);
    }
    if (report === "spins" && rows * columns > MOST_SPINS) {
      throw new InputError(
        "report",
        `${rows * columns} spins are too many to report one by one (at most ${MOST_SPINS}); ask for observables`,
      );
    }
    return isingTarget({
      rows,
      columns,
      coupling,
      field,
      beta: beta ?? (temperature === undefined ? 1 : 1 / temperature),
      report,
      start,
    });
  },
};
