/**
 * What is measured of a Boltzmann machine while it learns; each is a mean over rows, those kept back where there are any.
 *
 * - log likelihoods: exact, of machines that can be enumerated; NaN of others.
 * - pseudo-log-likelihood: Σ_i log p(v_i | v_{−i}), hidden units summed out where they are few; NaN where not.
 * - reconstruction error: how probable it is that a visible unit changes when it is drawn again given all other units, the hidden
 *   ones having been drawn given the row. Falls while chains mix badly too: not a likelihood.
 */
import { Purpose, Random } from "../../../numerics/random/random.ts";
import { SingleSite } from "../../../numerics/boltzmann/single_site.ts";
import { expit, softplus } from "../../../numerics/special/logarithms.ts";
import { type Couplings, fieldOf } from "../../energy/boltzmann/couplings.ts";
import { enumerate } from "../../energy/boltzmann/enumeration.ts";
import type { SpinData } from "../spin_data.ts";
import { couplingsOf, distinctRows, type WeightedRow, type Weights } from "./gradient.ts";
import { scoreOf } from "../early_stopping.ts";
import type { Options } from "./options.ts";

/** The most units whose states are walked through at a record. */
const MOST_SUMMED = 16;
/** The most hidden units that are summed out for each visible unit of each row. */
const MOST_SUMMED_A_UNIT = 6;

export interface Monitor {
  readonly metrics: readonly string[];
  /** Writes the metrics of the machine after `update` updates. */
  measure(machine: Weights, at: { update: number; epoch: number; rate: number }, out: Float64Array): void;
  /** The metric of early stopping, negated where less is better; null where it is not measured. */
  score(metrics: Float64Array): number | null;
}

export function buildMonitor(options: Options, data: SpinData, seed: number): Monitor {
  const { hidden, monitorRows, earlyStopping, clampedSteps } = options;
  const { columns, trainRows, validationRows, values } = data;
  const exact = columns + hidden <= MOST_SUMMED;
  const held = validationRows > 0;
  const metrics = [
    "epoch",
    "learning_rate",
    "reconstruction_error",
    "pseudo_log_likelihood",
    "log_partition",
    "train_log_likelihood",
    ...(held ? ["validation_log_likelihood"] : []),
  ];
  const train = distinctRows(data, 0, Math.min(trainRows, monitorRows));
  const unseenFrom = held ? trainRows : 0;
  const unseenCount = Math.min(held ? validationRows : trainRows, monitorRows);
  const unseen = held ? distinctRows(data, unseenFrom, unseenCount) : train;
  const open = lazyMachine();
  const rows = values.subarray(unseenFrom * columns, (unseenFrom + unseenCount) * columns);

  return {
    metrics,
    measure(machine, at, out) {
      const couplings = couplingsOf(machine), units = columns + hidden;
      const logZ = exact ? enumerate(couplings, 1, [...machine.bias.keys()], new Int8Array(units)).logZ : NaN;
      const likelihood = (of: readonly WeightedRow[]) =>
        exact ? meanOf(of, (row) => logMarginal(couplings, row)) - logZ : NaN;
      const measured: Record<string, number> = {
        epoch: at.epoch,
        learning_rate: at.rate,
        reconstruction_error: reconstructionError(
          open(machine),
          couplings,
          rows,
          unseenCount,
          clampedSteps,
          seed,
          at.update,
        ),
        pseudo_log_likelihood: hidden <= MOST_SUMMED_A_UNIT
          ? meanOf(unseen, (row) => pseudoLogLikelihood(couplings, row))
          : NaN,
        log_partition: logZ,
        train_log_likelihood: likelihood(train),
      };
      if (held) measured.validation_log_likelihood = likelihood(unseen);
      metrics.forEach((name, k) => out[k] = measured[name]);
    },
    score: (values) => scoreOf(earlyStopping, metrics, values),
  };
}

function meanOf(rows: readonly WeightedRow[], of: (row: Int8Array) => number): number {
  return rows.reduce((sum, { row, weight }) => sum + weight * of(row), 0);
}

/** log Σ_h exp(−E(v, h)) */
export function logMarginal(couplings: Couplings, row: Int8Array): number {
  const { units } = couplings;
  const state = new Int8Array(units);
  state.set(row);
  const hidden = Array.from({ length: units - row.length }, (_, k) => row.length + k);
  return enumerate(couplings, 1, hidden, state).logZ;
}

/** Σ_i log p(v_i | v_{−i}) of one row. */
export function pseudoLogLikelihood(couplings: Couplings, row: Int8Array): number {
  if (row.length === couplings.units) {
    // p(y_i | others) = σ(2 y_i z_i)
    return row.reduce((sum, spin, i) => sum - softplus(-2 * spin * fieldOf(couplings, i, row)), 0);
  }
  const there = logMarginal(couplings, row), flipped = row.slice();
  let sum = 0;
  for (let i = 0; i < row.length; i++) {
    flipped[i] = -row[i];
    sum -= softplus(logMarginal(couplings, flipped) - there);
    flipped[i] = row[i];
  }
  return sum;
}

function reconstructionError(
  machine: SingleSite,
  couplings: Couplings,
  rows: Int8Array,
  count: number,
  clampedSteps: number,
  seed: number,
  update: number,
): number {
  const columns = rows.length / count;
  const states = statesOf(rows, count, columns, couplings.units, new Random(seed), update);
  drawHidden(machine, states, count, columns, clampedSteps, {
    seed,
    purpose: Purpose.test,
    step: update * clampedSteps,
  });
  let sum = 0;
  for (let at = 0; at < states.length; at += couplings.units) {
    for (let i = 0; i < columns; i++) sum += expit(-2 * states[at + i] * fieldOf(couplings, i, states, at));
  }
  return sum / (count * columns);
}

/** Whole states, [count × units]: the rows with hidden units that are fair coins, those of row r from stream r. */
export function statesOf(
  rows: Int8Array,
  count: number,
  columns: number,
  units: number,
  random: Random,
  update: number,
): Int8Array {
  if (units === columns) return rows;
  const states = new Int8Array(count * units);
  for (let r = 0; r < count; r++) {
    states.set(rows.subarray(r * columns, (r + 1) * columns), r * units);
    random.at(r, update, Purpose.start);
    for (let j = columns; j < units; j++) states[r * units + j] = random.uint32() >>> 31 ? 1 : -1;
  }
  return states;
}

/** Gibbs sweeps of the hidden units with the visible ones clamped, in place. */
export function drawHidden(
  machine: SingleSite,
  states: Int8Array,
  count: number,
  columns: number,
  sweeps: number,
  key: { readonly seed: number; readonly purpose: Purpose; readonly step: number },
): void {
  if (machine.units === columns) return;
  const clamped = new Uint8Array(machine.units).fill(1, 0, columns);
  const betas = new Float64Array(count).fill(1);
  machine.sweep(states, count, betas, "systematic", clamped, { ...key, stream: 0 }, sweeps);
}

/** A machine that is opened when it is first asked for, and then has whatever parameters it is asked for. */
export function lazyMachine(): (parameters: Weights) => SingleSite {
  let machine: SingleSite | undefined;
  return ({ weights, bias }) => {
    if (!machine) return machine = new SingleSite(weights, bias);
    machine.setParameters(weights, bias);
    return machine;
  };
}
