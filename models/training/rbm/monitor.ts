/** The metrics of an RBM's training, and early stopping on one of them. */
import { Purpose } from "../../../numerics/random/random.ts";
import {
  advanceRun,
  estimateLogPartition,
  inverseTemperatures,
  type LogPartition,
  startForward,
  sumWeights,
} from "../../energy/annealed_importance.ts";
import { rbmAnnealing } from "../../energy/rbm/annealing.ts";
import { ROWS_AT_ONCE } from "../../energy/rbm/block_gibbs.ts";
import { parseClamp } from "../../energy/rbm/clamp.ts";
import { enumeratedUnits, logPartition } from "../../energy/rbm/enumeration.ts";
import { type Layers, lazyLayers } from "../../energy/rbm/layers.ts";
import type { RbmParameters } from "../../energy/rbm/parameters.ts";
import type { RbmData } from "./data.ts";
import { meanFreeEnergy, pseudoLogLikelihood, reconstructionError, type Rows } from "./monitors.ts";
import { scoreOf } from "../early_stopping.ts";
import type { Options } from "./options.ts";

/** The most units of a layer that log Z is summed out over at each record: 4096 states. */
const MOST_SUMMED = 12;

export interface Monitor {
  readonly metrics: readonly string[];
  /** Writes the metrics after record number `record` (from 1); NaN for those that are not measured at this one. */
  measure(
    parameters: RbmParameters,
    at: { update: number; epoch: number; record: number; rate: number },
    out: Float64Array,
    alive?: () => void,
  ): void;
  /** The metric of early stopping, negated where less is better; null where it was not measured. */
  score(metrics: Float64Array): number | null;
}

export function buildMonitor(
  options: Options,
  data: RbmData,
  shape: RbmParameters,
  records: number,
  seed: number,
): Monitor {
  const { monitorRows, ais, earlyStopping } = options;
  const gaussian = shape.variances !== null;
  const exact = enumeratedUnits(shape) <= MOST_SUMMED;
  const { validationRows, trainRows } = data;
  const metrics = [
    "epoch",
    "learning_rate",
    "reconstruction_error",
    ...(gaussian ? [] : ["pseudo_log_likelihood"]),
    ...(validationRows > 0 ? ["free_energy_gap"] : []),
    "log_partition",
    "log_partition_error",
    "train_log_likelihood",
    ...(validationRows > 0 ? ["validation_log_likelihood"] : []),
  ];
  const rows = (from: number, count: number): Rows => ({ data, from, count: Math.min(count, monitorRows) });
  const train = rows(0, trainRows), held = rows(trainRows, validationRows);
  const unseen = validationRows > 0 ? held : train;
  const whole: Rows = { data, from: trainRows, count: validationRows };

  // Of no use to the law that anneals: that one has its own visible bias.
  const open = lazyLayers(shape, ROWS_AT_ONCE), openAnnealed = lazyLayers(shape, ROWS_AT_ONCE, { biasBelow: false });

  const logZ = (
    parameters: RbmParameters,
    at: { update: number; record: number },
    alive?: () => void,
  ): LogPartition | null => {
    if (exact) return exactly(logPartition(parameters));
    const due = at.record === records || (ais.every > 0 && at.record % ais.every === 0);
    if (!due) return null;
    const layers = openAnnealed();
    layers.setParameters(parameters);
    return annealedLogPartition(parameters, data, ais, { seed, run: at.update }, { open: () => layers, alive });
  };

  return {
    metrics,
    measure(parameters, at, out, alive) {
      const layers = open();
      layers.setParameters(parameters);
      const key = { seed, purpose: Purpose.fantasy, stream: 0, step: at.update };
      const partition = logZ(parameters, at, alive);
      const values: Record<string, number> = {
        epoch: at.epoch,
        learning_rate: at.rate,
        reconstruction_error: reconstructionError(layers, unseen, key),
        log_partition: partition?.value ?? NaN,
        log_partition_error: partition?.standardError ?? NaN,
      };
      const trainEnergy = meanFreeEnergy(parameters, layers, train);
      values.train_log_likelihood = -trainEnergy - values.log_partition;
      if (!gaussian) values.pseudo_log_likelihood = pseudoLogLikelihood(parameters, layers, unseen, key);
      if (validationRows > 0) {
        values.free_energy_gap = trainEnergy - meanFreeEnergy(parameters, layers, held);
        values.validation_log_likelihood = partition
          ? -meanFreeEnergy(parameters, layers, whole) - partition.value
          : NaN;
      }
      metrics.forEach((name, k) => out[k] = values[name]);
    },
    score: (values) => scoreOf(earlyStopping, metrics, values),
  };
}

function exactly(value: number): LogPartition {
  return { value, standardError: 0, lower: value, upper: value, effectiveSampleSize: Infinity };
}

/** log Z by annealed importance sampling from independent units with the data's rates. */
export function annealedLogPartition(
  parameters: RbmParameters,
  data: Pick<RbmData, "base">,
  { temperatures, particles }: { readonly temperatures: number; readonly particles: number },
  /** Runs of one seed with different numbers are independent. */
  { seed, run: number }: { readonly seed: number; readonly run: number },
  /** alive: called at every temperature. */
  { open, alive }: { readonly open?: () => Layers; readonly alive?: () => void } = {},
): LogPartition {
  const annealing = rbmAnnealing(parameters, parseClamp(undefined, parameters), data.base, open);
  const key = { seed, purpose: Purpose.anneal, stream: 0, step: number * (temperatures + 1) };
  const run = startForward(annealing, particles, key);
  const betas = inverseTemperatures(temperatures);
  for (let until = 1; until < betas.length; until++) {
    advanceRun(annealing, betas, run, key, until);
    alive?.();
  }
  return estimateLogPartition(annealing, sumWeights(run.logWeights));
}
