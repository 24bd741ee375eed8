/**
 * Trains a Boltzmann machine on rows of ±1 units (or bits), by stochastic gradient ascent on the log-likelihood: the model's means from
 * persistent chains, the data's from the rows, with hidden units drawn while the visible ones are clamped; or by the exact
 * gradient, of machines that can be enumerated.
 *
 * Weights start at N(0, initialScale²), visible biases at what fits the data's means without weights, hidden biases at 0, chains at fair
 * coins. The machine is trained at T = 1.
 *
 * Ackley, Hinton & Sejnowski (1985); persistent chains: Younes (1989), Tieleman (2008).
 */
import { InputError } from "../../numerics/errors.ts";
import type { Dataset } from "../data/dataset.ts";
import { Purpose, Random } from "../../numerics/random/random.ts";
import {
  dataMoments,
  difference,
  distinctRows,
  modelMoments,
  stateMoments,
  type Weights,
} from "./boltzmann/gradient.ts";
import { buildMonitor, drawHidden, lazyMachine, statesOf } from "./boltzmann/monitor.ts";
import { config, type Options } from "./boltzmann/options.ts";
import { ascend, type BoltzmannState, hasDiverged, noteRecord } from "./boltzmann/state.ts";
import { shouldStop } from "./early_stopping.ts";
import { expectMemory, expectQuick, expectState, lengthOf } from "./limits.ts";
import { minibatches } from "./minibatches.ts";
import { momentumAt, rateFactor } from "./schedule.ts";
import { type SpinData, spinData } from "./spin_data.ts";
import type { TrainedParameters, Training, TrainingDefinition } from "./training.ts";

const MOST_ENUMERATED = 16; // 65,536 states in each update

export const boltzmann: TrainingDefinition<typeof config> = {
  kind: "boltzmann",
  summary: "Boltzmann machine, with or without hidden units, by persistent chains, or by exact gradients where small.",
  config,
  build(options, dataset, seed): Training<BoltzmannState> {
    expectBearable(options, dataset);
    const data = spinData(dataset);
    const learn = options.method === "exact" ? exactLearner(options, data) : samplingLearner(options, data, seed);
    const { updates, updatesARecord } = lengthOf(options, learn.updatesAnEpoch);
    const monitor = buildMonitor(options, data, seed);
    const rateAt = (update: number) => options.learningRate * rateFactor(options.schedule, update, updates);
    return {
      metrics: monitor.metrics,
      numericClass: "v8",
      updates,
      updatesARecord,
      stateBytes: stateBytes(options, data.columns),
      init: () => firstState(options, data, seed),
      update(state, update) {
        if (hasDiverged(state)) return;
        ascend(state, learn.gradient(state, update), {
          rate: rateAt(update),
          momentum: momentumAt(options.momentum, (update - 1) / learn.updatesAnEpoch),
          weightDecay: options.weightDecay,
        });
      },
      record(state, update, out) {
        if (hasDiverged(state)) out.fill(NaN);
        else monitor.measure(state, { update, epoch: update / learn.updatesAnEpoch, rate: rateAt(update) }, out);
        noteRecord(state, monitor.score(out));
      },
      shouldStop: (state) => shouldStop(state, options.earlyStopping),
      parameters: (state) => trainedParameters(state.best ?? state, options, data),
    };
  },
};

/** Throws InputError for what no worker could do, or would do for too long, before any of it is begun. */
function expectBearable(options: Options, { columns }: Dataset): void {
  const { hidden, method, steps, clampedSteps, particles, batchSize, monitorRows } = options;
  const units = columns + hidden, edges = units ** 2;
  expectState("hidden", stateBytes(options, columns));
  expectQuick("monitorRows", "monitorRows × units²", monitorRows * edges);
  if (method === "exact") return;
  expectMemory("batchSize", batchSize * (units + columns));
  expectQuick("steps", "(steps × particles + rows of a batch) × units²", (steps * particles + batchSize) * edges);
  expectQuick("clampedSteps", "clampedSteps × rows × hidden × units", clampedSteps * batchSize * hidden * units);
}

/** Bytes of BoltzmannState, but for vectors. */
function stateBytes({ hidden, method, particles, earlyStopping }: Options, columns: number): number {
  const units = columns + hidden, groups = earlyStopping ? 3 : 2;
  return groups * 8 * units ** 2 + (method === "pcd" ? particles * units : 0);
}

/** Where the gradient comes from. */
interface Learner {
  readonly updatesAnEpoch: number;
  /** At the parameters of the state, for update number `update` (from 1); advances the state's chains. */
  gradient(state: BoltzmannState, update: number): Weights;
}

function exactLearner({ hidden }: Options, data: SpinData): Learner {
  const units = data.columns + hidden;
  if (units > MOST_ENUMERATED) {
    throw new InputError(
      "method",
      `exact gradients walk through the states of all units, of which there may be ${MOST_ENUMERATED}; there are ${units}. Use pcd.`,
    );
  }
  const rows = distinctRows(data, 0, data.trainRows);
  return { updatesAnEpoch: 1, gradient: (state) => difference(dataMoments(state, rows), modelMoments(state)) };
}

function samplingLearner(options: Options, { columns, trainRows, values }: SpinData, seed: number): Learner {
  const { hidden, batchSize, steps, clampedSteps, particles } = options;
  const units = columns + hidden;
  const batches = minibatches(trainRows, batchSize, seed);
  const random = new Random(seed);
  const betas = new Float64Array(particles).fill(1);
  const open = lazyMachine();
  return {
    updatesAnEpoch: batches.count,
    gradient(state, update) {
      const chosen = batches.rowsOf(update);
      const rows = new Int8Array(chosen.length * columns);
      chosen.forEach((r, k) => rows.set(values.subarray(r * columns, (r + 1) * columns), k * columns));
      const states = statesOf(rows, chosen.length, columns, units, random, update);
      const machine = open(state);
      drawHidden(machine, states, chosen.length, columns, clampedSteps, {
        seed,
        purpose: Purpose.data,
        step: update * clampedSteps,
      });
      const key = { seed, purpose: Purpose.fantasy, stream: 0, step: update * steps };
      machine.sweep(
        state.particles,
        particles,
        betas,
        "systematic",
        null,
        key,
        steps,
      );
      return difference(stateMoments(states, chosen.length, units), stateMoments(state.particles, particles, units));
    },
  };
}

function firstState(
  { hidden, initialScale, method, particles }: Options,
  data: SpinData,
  seed: number,
): BoltzmannState {
  const { columns, trainRows, values } = data;
  const units = columns + hidden;
  const random = new Random(seed).at(0, 0, Purpose.start);
  const weights = new Float64Array(units * units), bias = new Float64Array(units);
  for (let i = 0; i < units; i++) {
    for (let j = 0; j < i; j++) weights[i * units + j] = weights[j * units + i] = initialScale * random.normal();
  }
  for (let i = 0; i < columns; i++) {
    let sum = 0;
    for (let r = 0; r < trainRows; r++) sum += values[r * columns + i];
    bias[i] = Math.atanh(sum / (trainRows + 1)); // half a row of each value more than were seen: no unit is frozen
  }
  return {
    weights,
    bias,
    weightsVelocity: new Float64Array(units * units),
    biasVelocity: new Float64Array(units),
    particles: Int8Array.from(
      { length: method === "pcd" ? particles * units : 0 },
      () => random.uint32() >>> 31 ? 1 : -1,
    ),
    best: null,
    waited: 0,
    diverged: false,
  };
}

function trainedParameters(
  { weights, bias }: Pick<BoltzmannState, "weights" | "bias">,
  { hidden }: Options,
  { image }: SpinData,
): TrainedParameters {
  const units = bias.length;
  return {
    config: { kind: "boltzmann", hidden, temperature: 1, ...(image ? { image } : {}) },
    arrays: {
      weights: { shape: [units, units], values: weights.slice() },
      bias: { shape: [units], values: bias.slice() },
    },
  };
}
