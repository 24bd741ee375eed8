/**
 * What all chains learn together at a barrier: a flow, by maximum likelihood on the positions that they have kept. A tenth of them is
 * held back, and the flow is the one that had the best log-likelihood there: what the chains have visited is few rows, of which a flow
 * that goes on learning remembers each.
 *
 * It begins anew at every barrier: the law of the chains has changed, and a flow that forgot a mode would not find it again.
 */
import { z } from "zod";
import { InputError } from "../../../numerics/errors.ts";
import type { Dataset } from "../../../models/data/dataset.ts";
import { nice, planar, realNvp } from "../../../models/training/flows.ts";
import { encodeTrained } from "../../../models/training/trained.ts";
import type { Training, TrainingDefinition } from "../../../models/training/training.ts";
import type { BaseState, Pool } from "../kernel.ts";
import type { History } from "./history.ts";

const HELD_BACK = 10; // one row in ten
const UPDATES_A_SLICE = 5;
const DEFAULT_UPDATES = 2_000;
const BATCH = 256;
const MOST_UPDATES = 100_000; // minutes, in which no other job of the service learns

/** A flow that proposes to chains learns from where they were, and has no classes. */
const elsewhere = { objective: true, classConditional: true } as const;

export const flowOptions = z.discriminatedUnion("kind", [
  realNvp.config.omit(elsewhere),
  nice.config.omit(elsewhere),
  planar.config.omit(elsewhere),
]);
export type FlowOptions = z.output<typeof flowOptions>;

const definitions = { "real-nvp": realNvp, "nice": nice, "planar": planar } as const;

/** A chain that keeps positions to learn from. */
export interface Remembering extends BaseState {
  readonly history: History | null;
}

/** What learns where the options name no flow: DEFAULT_UPDATES times at most. A coupling needs two coordinates. */
function defaultFlow(dim: number, rows: number): FlowOptions {
  return flowOptions.parse({
    ...(dim === 1 ? { kind: "planar" } : { kind: "real-nvp", couplings: 6, hidden: [24, 24] }),
    base: { kind: "mixture", components: 4 },
    batchSize: BATCH,
    epochs: DEFAULT_UPDATES / Math.ceil(rows / BATCH),
    learningRate: 2e-3,
    schedule: "cosine",
    clip: 10,
    averaging: 0.98,
    optimizer: { kind: "adamw", weightDecay: 1 },
    earlyStopping: { patience: 30 },
  });
}

/** Throws InputError where the flow does not fit a model of so many coordinates, or would learn from `rows` positions for too long. */
export function expectFlowFits(flow: FlowOptions, dim: number, rows: number): void {
  const { epochs = 100 } = flow, updates = epochs * Math.ceil(rows / flow.batchSize);
  if (updates > MOST_UPDATES) {
    throw new InputError(
      "flow.epochs",
      `a flow may learn for ${MOST_UPDATES} updates at a barrier, found ${
        Math.ceil(updates)
      }: ${epochs} epochs of ${rows} positions in ` +
        `batches of ${flow.batchSize}. Use fewer epochs, or larger batches.`,
    );
  }
  const positions = { name: "the positions of all chains", rows: 4, columns: dim, values: new Float32Array(4 * dim) };
  try {
    begin(flow, { ...positions, validationRows: 1 }, 0).init();
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    throw new InputError(error.path === "data" ? "flow" : `flow.${error.path}`, error.message);
  }
}

function begin(options: FlowOptions, data: Dataset, seed: number): Training {
  const definition: TrainingDefinition = definitions[options.kind];
  return definition.build(options, data, seed);
}

/** The bytes of the flow that the chains share from now on. Yields every few updates. */
export function* learnFlow(
  flow: FlowOptions | undefined,
  { states, seed, barrier }: Pool<Remembering>,
): Generator<void, Uint8Array<ArrayBuffer>> {
  const dim = states[0].position.length;
  const data = pooled(states, dim);
  const options = flow ?? defaultFlow(dim, data.rows - data.validationRows);
  const training = begin(options, data, (seed + barrier) % Number.MAX_SAFE_INTEGER);
  const state = training.init();
  const metrics = new Float64Array(training.metrics.length);
  for (let update = 1; update <= training.updates; update++) {
    training.update(state, update);
    if (update % UPDATES_A_SLICE === 0) yield;
    if (update % training.updatesARecord !== 0) continue;
    training.record(state, update, metrics);
    if (training.shouldStop(state)) break;
  }
  return encodeTrained(training.parameters(state));
}

/** The positions of all chains, those that are held back last: every tenth of each chain. */
function pooled(states: readonly Remembering[], dim: number): Dataset {
  const kept = states.map(({ history }) => history?.positions.subarray(0, history.kept * dim) ?? new Float64Array(0));
  const rows = kept.reduce((sum, { length }) => sum + length / dim, 0);
  const values = new Float32Array(rows * dim);
  let next = 0;
  for (const heldBack of [false, true]) {
    for (const positions of kept) {
      for (let row = 0; row * dim < positions.length; row++) {
        if ((row % HELD_BACK === HELD_BACK - 1) !== heldBack) continue;
        values.set(positions.subarray(row * dim, (row + 1) * dim), next);
        next += dim;
      }
    }
  }
  const validationRows = kept.reduce((sum, { length }) => sum + Math.floor(length / dim / HELD_BACK), 0);
  return { name: "the positions of all chains", rows, columns: dim, values, validationRows };
}
