/** What is measured of a flow at a record: held-out log-likelihood on a bounded set of rows, with noise that is always the same. */
import type { FlowData } from "./data.ts";
import { bitsPerDimension } from "./data.ts";
import type { Learner } from "./learner.ts";
import { type FlowState, reported } from "./state.ts";

const MOST_ROWS = 10_000; // of those that are kept back

export interface RecordPlace {
  readonly epoch: number;
  readonly rate: number;
}

/** Log-likelihoods are means a row, in nats; bits per dimension where the data are pixels. */
export function metricsOf({ validationRows, hasBits }: FlowData): string[] {
  return [
    "epoch",
    "train_log_likelihood",
    ...(hasBits ? ["train_bits_per_dimension"] : []),
    ...(validationRows > 0 ? ["validation_log_likelihood"] : []),
    ...(validationRows > 0 && hasBits ? ["validation_bits_per_dimension"] : []),
    "gradient_norm",
    "learning_rate",
  ];
}

/** Writes the metrics of a state, in their order, and begins the next record's sums. Returns the held-out log-likelihood, null for none. */
export function measure(
  learner: Learner,
  data: FlowData,
  state: FlowState,
  { epoch, rate }: RecordPlace,
  out: Float64Array,
  alive?: () => void,
): number | null {
  const { shape: { dim }, trainRows, validationRows, hasBits } = data;
  const train = state.logLikelihoodSum / state.batches; // NaN where there was no update
  const rows = Uint32Array.from({ length: Math.min(validationRows, MOST_ROWS) }, (_, r) => trainRows + r);
  const heldOut = rows.length > 0 ? learner.meanLogLikelihood(state, reported(state), rows, alive) : null;
  const values = [epoch, train];
  if (hasBits) values.push(bitsPerDimension(train, dim));
  if (heldOut !== null) values.push(heldOut);
  if (heldOut !== null && hasBits) values.push(bitsPerDimension(heldOut, dim));
  out.set([...values, state.gradientNorm, rate]);
  state.logLikelihoodSum = 0;
  state.batches = 0;
  return heldOut;
}
