/** Early stopping of a training: on one of its metrics, with patience; what was best is kept. */
import { z } from "zod";

const HIGHER_IS_BETTER = {
  reconstruction_error: false,
  pseudo_log_likelihood: true,
  validation_log_likelihood: true,
} as const;

export const earlyStopping = z.strictObject({
  monitor: z.enum(["reconstruction_error", "pseudo_log_likelihood", "validation_log_likelihood"]),
  patience: z.int().min(1).describe("Records without a better value after which the training ends."),
}).optional().describe("End early and keep the parameters of the best record.");
export type EarlyStopping = z.output<typeof earlyStopping>;

/** What a training's state holds of it. */
export interface Stopping<Best extends { readonly value: number }> {
  /** The best that was seen, more being better. */
  best: Best | null;
  /** Records since then. */
  waited: number;
  diverged: boolean;
}

/** The metric that stops, negated where less is better; null where none does, or where it was not measured. `metrics`: their names. */
export function scoreOf(options: EarlyStopping, metrics: readonly string[], values: Float64Array): number | null {
  if (!options) return null;
  const value = values[metrics.indexOf(options.monitor)];
  if (!Number.isFinite(value)) return null;
  return HIGHER_IS_BETTER[options.monitor] ? value : -value;
}

/** Notes a record's score; null where there is none at this record. `keep` copies the parameters of a better one. */
export function noteScore<Best extends { readonly value: number }>(
  state: Stopping<Best>,
  score: number | null,
  keep: (value: number) => Best,
): void {
  if (score === null || state.diverged) return;
  if (state.best && score <= state.best.value) {
    state.waited++;
    return;
  }
  state.best = keep(score);
  state.waited = 0;
}

/** Diverged parameters never come back; with early stopping, patience ends too. */
export function shouldStop(
  { diverged, waited }: { readonly diverged: boolean; readonly waited: number },
  options: EarlyStopping,
): boolean {
  return diverged || (options !== undefined && waited >= options.patience);
}
