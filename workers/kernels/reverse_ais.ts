/**
 * Annealed importance sampling in reverse, for energy models: runs from draws of the model back to the law that its path begins at.
 * The mean weight is unbiased for the reciprocal of the normalizer, so that the log normalizer told is above on average: with that of
 * `ais` it encloses the truth. What is reported are the draws that runs begin at.
 *
 * They are exact where the model can be drawn exactly; else those of a chain at the model's own temperature, which makes as many moves
 * as a run between two of them, after a warmup: the bound is then as good as that chain has mixed.
 *
 * Grosse, Ghahramani & Adams (2015), "Sandwiching the marginal likelihood using bidirectional Monte Carlo"; Burda, Grosse &
 * Salakhutdinov (2015), "Accurate and conservative estimates of MRF log-likelihood using reverse annealing".
 */
import { z } from "zod";
import { InputError } from "../../numerics/errors.ts";
import type { Target } from "../../models/target.ts";
import { annealedRow, annealedRows, type RowsInfo, type RowState } from "./annealing/annealed_rows.ts";
import { scheduleOf, scheduleOptions, temperaturesOf } from "./annealing/schedule.ts";
import type { KernelDefinition, Plan } from "./kernel.ts";

export const config = z.strictObject({
  kind: z.literal("reverse-ais"),
  ...scheduleOptions,
  moves: z.int().min(1).max(1000).default(1).describe("Transitions at each temperature."),
});

function rows(target: Target, options: z.output<typeof config>, plan: Plan) {
  if (!target.annealing) throw new InputError("kind", "reverse-ais needs an energy model with a path of its own.");
  return annealedRows(
    target,
    target.annealing,
    { betas: scheduleOf(options), moves: options.moves, reverse: true },
    plan,
  );
}

export const reverseAis: KernelDefinition<typeof config, RowState, RowsInfo> = {
  kind: "reverse-ais",
  summary: "Annealed importance sampling in reverse: the other bound on the log normalizer of an energy model.",
  config,
  requires: () => ["path"],
  statistics: [{ name: "log_reverse_weight", type: "float64", read: (info) => info.logWeight }],
  build: (target, options, plan) => annealedRow(rows(target, options, plan)),
  buildGroup: rows,
  stepsADraw: temperaturesOf,
  defaultWarmup: (_options, target) => target.sample ? 0 : 1000,
};
