/** The no-U-turn sampler, by hamiltonian/no_u_turn.ts. */
import { z } from "zod";
import { adaptationOptions } from "./adaptation/options.ts";
import { noUTurn, type NutsInfo, type NutsState } from "./hamiltonian/no_u_turn.ts";
import type { KernelDefinition } from "./kernel.ts";

const config = z.strictObject({
  kind: z.literal("nuts"),
  ...adaptationOptions(0.8),
  maxTreeDepth: z.int().min(1).max(15).default(10).describe(
    "The most doublings of a trajectory: it has at most 2^maxTreeDepth − 1 leapfrog steps.",
  ),
});

export const nuts: KernelDefinition<typeof config, NutsState, NutsInfo> = {
  kind: "nuts",
  summary: "No-U-turn sampler: Hamiltonian trajectories of self-tuned length; the default for smooth densities.",
  config,
  requires: () => ["gradient"],
  ...noUTurn,
};
