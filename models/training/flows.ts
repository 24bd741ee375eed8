/**
 * Trains normalizing flows by maximum likelihood: minimises −E log p(x) over the rows by Adam, the gradient walked back by hand. Every registered
 * kind of flow is a training of its name.
 *
 * Dinh, Krueger & Bengio (2015); Kingma & Ba (2015), "Adam: a method for stochastic optimization"; pixels are dequantised as in Theis, van den
 * Oord & Bethge (2016), "A note on the evaluation of generative models".
 */
import { z } from "zod";
import { InputError } from "../../numerics/errors.ts";
import { openDouble } from "../../numerics/arithmetic/double.ts";
import { openSingle } from "../../numerics/arithmetic/single.ts";
import type { Dataset } from "../data/dataset.ts";
import type { Network, Preprocess } from "../flows/definition.ts";
import { Standardization } from "../flows/layers/standardization.ts";
import { parametersOf } from "../flows/network.ts";
import { flows } from "../flows/registry.ts";
import { buildNetwork, flowBytes, type FlowConfig } from "../flows/trained.ts";
import { noteScore, shouldStop } from "./early_stopping.ts";
import { type FlowData, flowData } from "./flows/data.ts";
import { Learner, learnerSize } from "./flows/learner.ts";
import { measure, metricsOf } from "./flows/monitor.ts";
import { TrainingOptions, trainingOptions } from "./flows/options.ts";
import { copyOf, type FlowState, reported } from "./flows/state.ts";
import { expectMemory, lengthOf } from "./limits.ts";
import { minibatches } from "./minibatches.ts";
import { rateFactor } from "./schedule.ts";
import type { TrainedParameters, Training, TrainingDefinition } from "./training.ts";

const MOST_STATE_MEGABYTES = 256;
const SHARD_ROWS = 64; // rows whose pass is held in memory at once

/** What is done to bytes where the options say nothing. */
const BYTES_FALLBACK: Record<FlowConfig["kind"], Preprocess> = {
  "planar": "logit",
  "nice": "dequantize",
  "real-nvp": "logit",
};

export const planar = flowTraining("planar", flows["planar"].config.extend(trainingOptions));
export const nice = flowTraining("nice", flows["nice"].config.extend(trainingOptions));
export const realNvp = flowTraining("real-nvp", flows["real-nvp"].config.extend(trainingOptions));

function flowTraining<Config extends z.ZodObject>(
  kind: FlowConfig["kind"],
  config: Config,
): TrainingDefinition<Config> {
  const { summary } = flows[kind];
  return {
    kind,
    summary: `${summary} Trained by maximum likelihood.`,
    config,
    build: (options, data, seed) =>
      likelihoodTraining(architectureOf(options), TrainingOptions.parse(options), data, seed),
  };
}

/** The flow's own part of the options. */
function architectureOf(options: Record<string, unknown>): FlowConfig {
  const union = z.discriminatedUnion("kind", [
    flows["planar"].config.strip(),
    flows["nice"].config.strip(),
    flows["real-nvp"].config.strip(),
  ]);
  return union.parse(options);
}

function likelihoodTraining(
  flow: FlowConfig,
  options: TrainingOptions,
  dataset: Dataset,
  seed: number,
): Training<FlowState> {
  if (options.earlyStopping && dataset.validationRows === 0) {
    throw new InputError("earlyStopping", "early stopping looks at held-out rows: keep some back (data.validation)");
  }
  const data = flowData(dataset, options, BYTES_FALLBACK[flow.kind], seed);
  const { shape, trainRows } = data;
  const batches = minibatches(trainRows, options.batchSize, seed);
  const length = { epochs: options.epochs, recordEvery: options.recordEvery };
  const { updates, updatesARecord } = lengthOf(length, batches.count);
  const capacity = Math.min(options.batchSize, SHARD_ROWS);
  const first = firstValues(flow, data, seed);
  const count = first.reduce((sum, array) => sum + array.length, 0);
  const groups = 3 + Number(options.averaging > 0) + Number(options.earlyStopping !== undefined);
  if (4 * groups * count > MOST_STATE_MEGABYTES * 2 ** 20) {
    throw new InputError(
      "hidden",
      `parameters, their moments and averages may take ${MOST_STATE_MEGABYTES} MB together; ${count} parameters would take ` +
        `${Math.ceil(4 * groups * count / 2 ** 20)}. Use fewer or narrower layers.`,
    );
  }
  const bytes = flowBytes(flow, shape, capacity) + 4 * learnerSize(count, shape.dim, shape.classes, capacity) +
    64 * 8 * first.length;
  expectMemory("batchSize", bytes);
  let learner: Learner | undefined; // opened by the first update: whoever only asks how long it takes needs none
  const open = () => {
    const arithmetic = openSingle({ bytes, relaxed: options.relaxed });
    return new Learner(buildNetwork(flow, shape, { arithmetic, capacity }, seed), data, options, {
      arithmetic,
      capacity,
    });
  };
  const rateAt = (update: number) =>
    options.learningRate * Math.min(1, update / Math.max(1, options.warmup)) *
    rateFactor(options.schedule, update, updates);
  const stopping = options.earlyStopping &&
    { monitor: "validation_log_likelihood" as const, patience: options.earlyStopping.patience };
  return {
    metrics: metricsOf(data),
    numericClass: options.relaxed ? "wasm-relaxed" : "wasm",
    updates,
    updatesARecord,
    init: () => firstState(flow, data, options, seed),
    update(state, update) {
      learner ??= open();
      learner.update(state, { update, rows: batches.rowsOf(update), rate: rateAt(update) }, capacity);
    },
    record(state, update, out, alive) {
      learner ??= open();
      const score = measure(learner, data, state, { epoch: update / batches.count, rate: rateAt(update) }, out, alive);
      state.diverged = state.values.some((array) => !array.every(Number.isFinite));
      noteScore(state, stopping ? score : null, (value) => ({ value, values: copyOf(reported(state)) }));
    },
    shouldStop: (state) => shouldStop(state, stopping),
    parameters: (state) => trainedParameters(flow, data, state, seed),
  };
}

/** The network in double precision, of which only names, shapes and first values are looked at. */
function plan(flow: FlowConfig, { shape, standardization }: FlowData, seed: number): Network {
  const network = buildNetwork(flow, shape, { arithmetic: openDouble(), capacity: 1 }, seed);
  const end = network.layers.at(-1);
  if (standardization && end instanceof Standardization) {
    end.mean.values.set(standardization.mean);
    end.scale.values.set(standardization.scale);
  }
  return network;
}

function firstValues(flow: FlowConfig, data: FlowData, seed: number): Float32Array[] {
  return parametersOf(plan(flow, data, seed)).map(({ values }) => Float32Array.from(values));
}

function firstState(flow: FlowConfig, data: FlowData, { averaging }: TrainingOptions, seed: number): FlowState {
  const parameters = parametersOf(plan(flow, data, seed));
  const values = () => parameters.map(({ values }) => Float32Array.from(values));
  const moments = () => parameters.map(({ gradient }) => new Float32Array(gradient?.length ?? 0));
  return {
    values: values(),
    first: moments(),
    second: moments(),
    average: averaging > 0 ? values() : null,
    initialized: false,
    logLikelihoodSum: 0,
    batches: 0,
    gradientNorm: 0,
    best: null,
    waited: 0,
    diverged: false,
  };
}

/** The best that were kept, or where none were the last. */
function trainedParameters(flow: FlowConfig, data: FlowData, state: FlowState, seed: number): TrainedParameters {
  const values = state.best?.values ?? reported(state);
  const arrays = parametersOf(plan(flow, data, seed)).map(({ name, shape }, i) =>
    [name, { shape: [...shape], values: values[i].slice() }] as const
  );
  return { config: { kind: "flow", flow, shape: data.shape }, arrays: Object.fromEntries(arrays) };
}
