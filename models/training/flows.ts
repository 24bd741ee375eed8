/**
 * Trains normalizing flows: by maximum likelihood on rows of data, or by reverse Kullback–Leibler divergence on a registered model. Adam follows
 * gradients that are walked back by hand. Every registered kind of flow is a training of its name.
 *
 * Dinh, Krueger & Bengio (2015); Kingma & Ba (2015), "Adam: a method for stochastic optimization"; pixels are dequantised as in Theis, van den
 * Oord & Bethge (2016), "A note on the evaluation of generative models". The two objectives: flows/likelihood.ts, flows/reverse_kl.ts.
 */
import { z } from "zod";
import { openSingle } from "../../numerics/arithmetic/single.ts";
import type { Arithmetic } from "../../numerics/arithmetic/arithmetic.ts";
import { arrayBytes } from "../../numerics/dense/kernels.ts";
import { InputError } from "../../numerics/errors.ts";
import type { Dataset } from "../data/dataset.ts";
import type { DataShape, Network, Preprocess } from "../flows/definition.ts";
import { flows } from "../flows/registry.ts";
import { buildNetwork, flowBytes, type FlowConfig } from "../flows/trained.ts";
import { noteScore, shouldStop } from "./early_stopping.ts";
import { Board, MOST_PARTS } from "./flows/board.ts";
import { flowData } from "./flows/data.ts";
import { burdenOf, firstNetwork } from "./flows/first_network.ts";
import { joinBoard } from "./flows/helper.ts";
import { Learner, LEARNER_ARRAYS, learnerSize } from "./flows/learner.ts";
import { Likelihood, likelihoodMetrics } from "./flows/likelihood.ts";
import { type Objective, roomSize } from "./flows/objective.ts";
import { TrainingOptions, trainingOptions } from "./flows/options.ts";
import { Parts, rowsOfPart } from "./flows/parts.ts";
import { REVERSE_KL_METRICS, ReverseKl } from "./flows/reverse_kl.ts";
import { copyOf, firstState, type FlowState, reported, trainedParameters } from "./flows/state.ts";
import { targetOf } from "./flows/target.ts";
import { expectMemory, expectQuick, expectState, lengthOf } from "./limits.ts";
import { minibatches } from "./minibatches.ts";
import { rateFactor } from "./schedule.ts";
import type { Training, TrainingDefinition } from "./training.ts";

const EPOCHS = 100;
const REVERSE_KL_UPDATES = 5000;
const RECORDS = 100;
const MOST_STATE_MEGABYTES = 256;
const MOST_PART_PRODUCTS = 2e10; // a second or two, in which nothing else is heard of the worker
const MOST_UPDATE_PRODUCTS = 1e11; // some seconds: cancelled between two updates

export const planar = flowTraining("planar", flows["planar"].config.extend(trainingOptions));
export const nice = flowTraining("nice", flows["nice"].config.extend(trainingOptions));
export const glow = flowTraining("glow", flows["glow"].config.extend(trainingOptions));
export const realNvp = flowTraining("real-nvp", flows["real-nvp"].config.extend(trainingOptions));

function flowTraining<Config extends z.ZodObject>(
  kind: FlowConfig["kind"],
  config: Config,
): TrainingDefinition<Config> {
  const { summary } = flows[kind];
  return {
    kind,
    summary: `${summary} Learns rows of data, or a model from noise alone.`,
    config,
    build: (options, data, seed) =>
      likelihoodTraining(architectureOf(options), TrainingOptions.parse(options), data, seed),
    buildAlone: (options, seed) => reverseKlTraining(architectureOf(options), TrainingOptions.parse(options), seed),
  };
}

const architectures = Object.values(flows).map(({ config }) => config.strip());
const Architecture = z.discriminatedUnion(
  "kind",
  architectures as [typeof architectures[number], ...typeof architectures[number][]],
);

/** The flow's own part of the options. */
function architectureOf(options: Record<string, unknown>): FlowConfig {
  return Architecture.parse(options);
}

function likelihoodTraining(flow: FlowConfig, options: TrainingOptions, rows: Dataset, seed: number) {
  if (options.objective !== "likelihood") {
    throw new InputError("data", "reverse-kl learns from its model alone: leave `data` out, or the objective");
  }
  if (options.earlyStopping && rows.validationRows === 0) {
    throw new InputError("earlyStopping", "early stopping looks at held-out rows: keep some back (data.validation)");
  }
  // A rescaling is all that moves volumes in NICE: it takes pixels as they are.
  const fallback: Preprocess = flow.kind === "nice" ? "dequantize" : "logit";
  const data = flowData(rows, options, fallback, seed);
  const batches = minibatches(data.trainRows, options.batchSize, seed);
  const { epochs = EPOCHS, recordEvery } = options;
  return flowTrainingOf({
    flow,
    options,
    seed,
    shape: data.shape,
    first: () => firstNetwork(flow, data.shape, data.standardization, seed),
    batch: Math.min(options.batchSize, data.trainRows),
    updatesAnEpoch: batches.count,
    ...lengthOf({ epochs, recordEvery }, batches.count),
    metrics: likelihoodMetrics(data),
    open: (network, place) => new Likelihood(network, data, batches, options.monitorRows, place),
  });
}

function reverseKlTraining(flow: FlowConfig, options: TrainingOptions, seed: number) {
  const { objective, batchSize, monitorRows, epochs = REVERSE_KL_UPDATES } = options;
  if (objective === "likelihood") {
    throw new InputError(
      "data",
      "likelihood is that of rows: name the data to learn, or give an objective that needs none",
    );
  }
  for (const name of ["earlyStopping", "preprocess"] as const) {
    if (options[name] !== undefined) throw new InputError(name, "reverse-kl has no data to look at: leave this out");
  }
  if (options.classConditional) throw new InputError("classConditional", "reverse-kl has no classes: leave this out");
  const target = targetOf(objective.model);
  const shape: DataShape = { dim: target.dim, classes: 0, preprocess: "none" };
  const first = () => firstNetwork(flow, shape, null, seed);
  expectBuildable(flow, shape);
  expectFixedBase(first());
  const recordEvery = options.recordEvery ?? Math.ceil(epochs / RECORDS);
  return flowTrainingOf({
    flow,
    options,
    seed,
    shape,
    first,
    batch: batchSize,
    updatesAnEpoch: 1,
    ...lengthOf({ epochs: Math.ceil(epochs), recordEvery }, 1),
    metrics: REVERSE_KL_METRICS,
    // A target has room of its own for what it computes: each objective has a target of its own.
    open: (network, place) =>
      new ReverseKl(network, targetOf(objective.model), { batchSize, monitorRows, ...objective }, seed, place),
  });
}

/** Before any of it is built. A network holds its parameters and their gradients, a state three arrays of them at least; half of that is told here. */
function expectBuildable(flow: FlowConfig, shape: DataShape): void {
  expectState("", 0.75 * flowBytes(flow, shape, 1), MOST_STATE_MEGABYTES);
}

/** The gradient of a draw with respect to what its base has learned is not walked back. */
function expectFixedBase({ base }: Network): void {
  if (base.parameters.length === 0) return;
  throw new InputError("base", `reverse-kl draws from a base that learns nothing, normal say; ${base.kind} learns`);
}

interface Plan {
  readonly flow: FlowConfig;
  readonly options: TrainingOptions;
  readonly seed: number;
  readonly shape: DataShape;
  /** As it begins. It is large, and so made again where it is needed. */
  readonly first: () => Network;
  /** Rows of the largest update. */
  readonly batch: number;
  readonly updates: number;
  readonly updatesARecord: number;
  readonly updatesAnEpoch: number;
  /** Of the objective. */
  readonly metrics: readonly string[];
  open(network: Network, place: { arithmetic: Arithmetic; capacity: number }): Objective;
}

function flowTrainingOf(plan: Plan): Training<FlowState> {
  const { flow, options, seed, shape, batch, updates, updatesARecord, updatesAnEpoch } = plan;
  expectBuildable(flow, shape);
  const { learned, all, arrays, products } = burdenOf(plan.first());
  const stateBytes = 4 * (all + 2 * learned + all * (Number(options.averaging > 0) + Number(!!options.earlyStopping)));
  expectState("", stateBytes, MOST_STATE_MEGABYTES);
  const sizeOf = (rows: number) => flowBytes(flow, shape, rows) + 4 * roomSize(shape.dim, shape.classes, rows);
  const capacity = rowsOfPart({
    batch,
    parameters: learned,
    products,
    room: (rows) => sizeOf(rows) - sizeOf(0),
  });
  const parts = Math.ceil(batch / capacity);
  const passes = 3; // on the way there, and back to what was given and to the parameters
  expectQuick("batchSize", "rows × products of a row", passes * batch * products, MOST_UPDATE_PRODUCTS);
  expectQuick("batchSize", "rows of a part × products of a row", passes * capacity * products, MOST_PART_PRODUCTS);
  const bytes = sizeOf(capacity) + 4 * learnerSize(all) + arrays * LEARNER_ARRAYS * arrayBytes(1);
  expectMemory("batchSize", bytes);

  const build = () => {
    const arithmetic = openSingle({ bytes, relaxed: options.relaxed });
    const network = buildNetwork(flow, shape, { arithmetic, capacity }, seed);
    return { arithmetic, parts: new Parts(network, plan.open(network, { arithmetic, capacity }), capacity) };
  };
  let learner: Learner | undefined; // opened by the first update: whoever only asks how long it takes needs none
  let board: Board | undefined;
  const opened = () => {
    if (learner) return learner;
    const { arithmetic, parts } = build();
    learner = new Learner(parts, options, arithmetic);
    if (board) learner.openBoard(board);
    return learner;
  };
  const rateAt = (update: number) =>
    options.learningRate * Math.min(1, update / Math.max(1, options.warmup)) *
    rateFactor(options.schedule, update, updates);
  const stopping = options.earlyStopping &&
    { monitor: "validation_log_likelihood" as const, patience: options.earlyStopping.patience };
  return {
    metrics: ["epoch", ...plan.metrics, "gradient_norm", "learning_rate"],
    numericClass: options.relaxed ? "wasm-relaxed" : "wasm",
    updates,
    updatesARecord,
    stateBytes,
    ...(parts > 1 && parts <= MOST_PARTS
      ? {
        sharing: {
          bytes: Board.bytes(parts, all),
          open(buffer: SharedArrayBuffer) {
            board = new Board(buffer, parts, all);
            learner?.openBoard(board);
          },
          join: (buffer: SharedArrayBuffer) => joinBoard(new Board(buffer, parts, all), build().parts),
        },
      }
      : {}),
    init: () => firstState(plan.first(), options),
    update: (state, update, alive) => opened().update(state, update, rateAt(update), alive),
    record(state, update, out, alive) {
      const { values, score } = opened().measure(state, reported(state), update, alive);
      out.set([update / updatesAnEpoch, ...values, state.gradientNorm, rateAt(update)]);
      state.valueSum = 0;
      state.updates = 0;
      state.diverged = state.values.some((array) => !array.every(Number.isFinite));
      noteScore(state, stopping ? score : null, (value) => ({ value, values: copyOf(reported(state)) }));
    },
    shouldStop: (state) => shouldStop(state, stopping),
    parameters: (state) => trainedParameters(plan.first(), { kind: "flow", flow, shape }, state),
  };
}
