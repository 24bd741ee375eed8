/**
 * Trains a restricted Boltzmann machine on rows of bits or of real numbers: by persistent contrastive divergence (the default), by
 * contrastive divergence, or by the exact gradient where one layer is small enough to be summed out.
 *
 * Weights start at N(0, initialScale²), visible biases at the log-odds (or means) of the data, hidden biases at 0; persistent chains at
 * fair hidden bits.
 *
 * Hinton (2002; 2010, "A practical guide to training RBMs"); Tieleman (2008), "Training RBMs using approximations to the likelihood
 * gradient". What is measured: monitors.ts; centring: learner.ts.
 */
import { Purpose, Random } from "../../numerics/random/random.ts";
import { openDense } from "../../numerics/dense/dense.ts";
import { InputError } from "../../numerics/errors.ts";
import { enumeratedUnits, MOST_ENUMERATED } from "../energy/rbm/enumeration.ts";
import type { RbmParameters } from "../energy/rbm/parameters.ts";
import type { Dataset } from "../data/dataset.ts";
import { shouldStop } from "./early_stopping.ts";
import { expectEstimate, expectMemory, expectQuick, expectState, lengthOf } from "./limits.ts";
import { minibatches } from "./minibatches.ts";
import { prepareData, type RbmData } from "./rbm/data.ts";
import { exactUpdate } from "./rbm/exact.ts";
import { Learner, learnerBytes, type LearnerOptions, learnerRows } from "./rbm/learner.ts";
import { buildMonitor } from "./rbm/monitor.ts";
import { config, firstRate, type Options } from "./rbm/options.ts";
import { type ParameterArrays, type RbmState, reportedParameters } from "./rbm/state.ts";
import { noteRecord } from "./rbm/stopping.ts";
import { averagingWeight, momentumAt, rateFactor } from "./schedule.ts";
import type { TrainedParameters, Training, TrainingDefinition } from "./training.ts";

export const rbm: TrainingDefinition<typeof config> = {
  kind: "rbm",
  summary:
    "Restricted Boltzmann machine by persistent or plain contrastive divergence, or by exact gradients where small.",
  config,
  build(options, dataset, seed) {
    const gaussian = options.visible === "gaussian";
    if (options.variances === "learned" && !gaussian) {
      throw new InputError("variances", 'only Gaussian visible units have variances: add visible: "gaussian"');
    }
    expectBearable(options, dataset);
    const data = prepareData(dataset, gaussian);
    return options.method === "exact" ? exactTraining(options, data, seed) : sampledTraining(options, data, seed);
  },
};

/** Throws InputError for what no worker could do, or would do for too long, before any of it is begun. */
function expectBearable(options: Options, { columns }: Dataset): void {
  const { hidden, method, steps, ais } = options;
  const edges = columns * hidden;
  expectState("hidden", stateBytes(options, columns));
  const annealing = "temperatures × particles × visible × hidden units";
  expectEstimate("ais", annealing, ais.temperatures * ais.particles * edges);
  if (method === "exact") return;
  const shape = { visibleUnits: columns, hiddenUnits: hidden, gaussian: options.visible === "gaussian" };
  expectMemory("batchSize", learnerBytes(shape, { ...options, method }));
  const rows = learnerRows({ ...options, method });
  expectQuick("steps", "steps × (particles or rows of a batch) × visible × hidden units", steps * rows * edges);
}

/** Bytes of RbmState, but for vectors. */
function stateBytes({ hidden, method, particles, averaging, earlyStopping }: Options, columns: number): number {
  const groups = 2 + Number(averaging > 0 && method !== "exact") + Number(earlyStopping !== undefined);
  return groups * columns * hidden * (method === "exact" ? 8 : 4) + (method === "pcd" ? particles * hidden : 0);
}

function sampledTraining(options: Options, data: RbmData, seed: number): Training<RbmState> {
  const batches = minibatches(data.trainRows, options.batchSize, seed);
  const { updates, updatesARecord } = lengthOf(options, batches.count);
  const shape = { visibleUnits: data.columns, hiddenUnits: options.hidden, gaussian: options.visible === "gaussian" };
  const single = (values: ArrayLike<number>) => Float32Array.from(values);
  const init = () => firstState(options, data, seed, single);
  const view = (arrays: ParameterArrays) => parametersOf(arrays, shape);
  const monitor = buildMonitor(options, data, view(init().parameters), updates / updatesARecord, seed);
  const learnerOptions: LearnerOptions = { ...options, method: options.method === "cd" ? "cd" : "pcd" };
  let learner: Learner | undefined; // opened by the first update: whoever only asks how long it takes needs none
  const rateAt = (update: number) => firstRate(options) * rateFactor(options.schedule, update, updates);
  return {
    metrics: monitor.metrics,
    numericClass: "wasm",
    updates,
    updatesARecord,
    stateBytes: stateBytes(options, data.columns),
    init,
    update(state, update) {
      learner ??= new Learner(openDense({ bytes: learnerBytes(shape, learnerOptions) }), shape, learnerOptions, data);
      learner.update(state, {
        rows: batches.rowsOf(update),
        rate: rateAt(update),
        momentum: momentumAt(options.momentum, (update - 1) / batches.count),
        averagingWeight: averagingWeight(options.averaging, update),
        key: { seed, purpose: Purpose.step, stream: 0, step: update * (options.steps + 1) },
      });
    },
    record(state, update, out, alive) {
      const at = { update, epoch: update / batches.count, record: update / updatesARecord, rate: rateAt(update) };
      monitor.measure(view(reportedParameters(state)), at, out, alive);
      noteRecord(state, monitor.score(out));
    },
    shouldStop: (state) => shouldStop(state, options.earlyStopping),
    parameters: (state) => trainedParameters(view(best(state)), state.particles, data, options),
  };
}

function exactTraining(options: Options, data: RbmData, seed: number): Training<RbmState<Float64Array>> {
  const { updates, updatesARecord } = lengthOf(options, 1);
  const shape = { visibleUnits: data.columns, hiddenUnits: options.hidden, gaussian: options.visible === "gaussian" };
  const double = (values: ArrayLike<number>) => Float64Array.from(values);
  const init = () => firstState(options, data, seed, double);
  const view = (arrays: ParameterArrays<Float64Array>) => parametersOf(arrays, shape);
  const first = view(init().parameters);
  if (enumeratedUnits(first) > MOST_ENUMERATED) {
    throw new InputError(
      "method",
      `exact gradients walk through the states of the smaller layer, which may have at most ${MOST_ENUMERATED} units; ` +
        `it has ${enumeratedUnits(first)}. Use pcd.`,
    );
  }
  const monitor = buildMonitor(options, data, first, updates / updatesARecord, seed);
  const rateAt = (update: number) => firstRate(options) * rateFactor(options.schedule, update, updates);
  return {
    metrics: monitor.metrics,
    numericClass: "wasm", // what is measured passes through the kernels
    updates,
    updatesARecord,
    stateBytes: stateBytes(options, data.columns),
    init,
    update(state, update) {
      exactUpdate(state, view(state.parameters), data, {
        rate: rateAt(update),
        momentum: momentumAt(options.momentum, update - 1),
        weightDecay: options.weightDecay,
        sparseDecay: options.sparseDecay,
        variances: options.variances === "learned",
      });
    },
    record(state, update, out, alive) {
      monitor.measure(
        view(state.parameters),
        { update, epoch: update, record: update / updatesARecord, rate: rateAt(update) },
        out,
        alive,
      );
      noteRecord(state, monitor.score(out));
    },
    shouldStop: (state) => shouldStop(state, options.earlyStopping),
    parameters: (state) => trainedParameters(view(best(state)), state.particles, data, options),
  };
}

function firstState<A extends Float32Array | Float64Array>(
  options: Options,
  { columns, base }: RbmData,
  seed: number,
  as: (values: ArrayLike<number>) => A,
): RbmState<A> {
  const { hidden, initialScale, variances, method, particles, averaging } = options;
  const random = new Random(seed).at(0, 0, Purpose.start);
  const weights = Float64Array.from({ length: columns * hidden }, () => initialScale * random.normal());
  const learned = variances === "learned" && base.variances ? base.variances.map(Math.log) : [];
  const group = (): ParameterArrays<A> => ({
    weights: as(new Float64Array(columns * hidden)),
    visibleBias: as(new Float64Array(columns)),
    hiddenBias: as(new Float64Array(hidden)),
    logVariances: as(new Float64Array(learned.length)),
  });
  const first = () => ({ ...group(), weights: as(weights), visibleBias: as(base.bias), logVariances: as(learned) });
  return {
    parameters: first(),
    average: averaging > 0 && method !== "exact" ? first() : null,
    velocity: group(),
    particles: Int8Array.from({ length: method === "pcd" ? particles * hidden : 0 }, () => random.uint32() >>> 31),
    hiddenMeans: as(new Float64Array(hidden).fill(0.5)),
    best: null,
    waited: 0,
    diverged: false,
  };
}

/** The machine that the arrays are; variances that are not learned are 1. */
function parametersOf(
  { weights, visibleBias, hiddenBias, logVariances }: ParameterArrays<Float32Array | Float64Array>,
  { visibleUnits, hiddenUnits, gaussian }: { visibleUnits: number; hiddenUnits: number; gaussian: boolean },
): RbmParameters {
  const variances = logVariances.length > 0
    ? Float64Array.from(logVariances, Math.exp)
    : new Float64Array(visibleUnits).fill(1);
  return { visibleUnits, hiddenUnits, weights, visibleBias, hiddenBias, variances: gaussian ? variances : null };
}

/** The best parameters that were kept, or where none were the last. */
function best<A extends Float32Array | Float64Array>(state: RbmState<A>): ParameterArrays<A> {
  return state.best?.parameters ?? reportedParameters(state);
}

function trainedParameters(
  machine: RbmParameters,
  particles: Int8Array,
  { base, image }: RbmData,
  { visible }: Options,
): TrainedParameters {
  const { visibleUnits: v, hiddenUnits: h, weights, visibleBias, hiddenBias, variances } = machine;
  return {
    config: { kind: "rbm", visible, ...(image ? { image } : {}) },
    arrays: {
      weights: { shape: [v, h], values: weights.slice() },
      visibleBias: { shape: [v], values: visibleBias.slice() },
      hiddenBias: { shape: [h], values: hiddenBias.slice() },
      ...(variances ? { variances: { shape: [v], values: variances.slice() } } : {}),
      baseBias: { shape: [v], values: base.bias.slice() },
      // Where the persistent chains are, as hidden bits: good starts for sampling.
      ...(particles.length > 0
        ? { particles: { shape: [particles.length / h, h], values: Float32Array.from(particles) } }
        : {}),
      ...(base.variances ? { baseVariances: { shape: [v], values: base.variances.slice() } } : {}),
    },
  };
}
