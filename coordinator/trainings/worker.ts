/**
 * The Comlink entry of the worker that reads and prepares the data of trainings, and takes what was learned out of their last
 * states: seconds of work and hundreds of megabytes.
 */
import * as Comlink from "comlink";
import type { Dataset } from "../../models/data/dataset.ts";
import { encodeDataset } from "../../models/data/encoding.ts";
import { encodeTrained } from "../../models/training/trained.ts";
import { InputError } from "../../numerics/errors.ts";
import { decodeTail } from "../../workers/block.ts";
import { trainingState } from "../../workers/training_process.ts";
import { buildTraining, buildTrainingOn } from "../../workers/work.ts";
import { loadDataset, prepareRows } from "../datasets/load.ts";
import type { Fault } from "../schema/errors.ts";
import type { FixedTrainSpec } from "../schema/training.ts";
import { AssetFolder, type AssetPlace } from "../store/assets.ts";
import { exportAndKeep } from "../uploads/exported.ts";
import type { StoredGraph } from "../uploads/stored.ts";

/** A training whose data are still to be read. */
export type UnpreparedSpec = Omit<FixedTrainSpec, "dataset" | "course">;

/** What follows from the data: where they are kept, and how the training goes with them. */
export type Prepared = Pick<FixedTrainSpec, "dataset" | "course">;

/** Trained parameters that are kept as an asset. */
export interface Learned {
  readonly kind: string;
  readonly sha256: string;
  readonly arrays: readonly { readonly name: string; readonly shape: readonly number[] }[];
  /** Of a flow: its ONNX files, which are assets too, and the law of its noise. */
  readonly graphs?: StoredGraph[];
  readonly base?: string;
  /** Why there are none. */
  readonly notExported?: string;
}

/** Error classes are lost across Comlink, so failure is a value. */
export type Result<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly fault: Fault }
  | { readonly ok: false; readonly message: string };

const api = {
  /** Reads the data that a spec names, or prepares `rows` that came along, and keeps them as an asset. */
  prepare(spec: UnpreparedSpec, rows: Dataset | null, place: AssetPlace): Promise<Result<Prepared>> {
    return settled(async () => {
      const data = await inData(() => dataOf(spec, rows));
      const { metrics, numericClass, updates, updatesARecord, stateBytes } = buildTrainingOn(data, spec);
      const course = { updates, updatesARecord, metrics: [...metrics], stateBytes, numericClass };
      if (!data) return { course };
      const { rows: count, columns, validationRows } = data;
      const sha256 = new AssetFolder(place).put(...encodeDataset(data));
      return { dataset: { sha256, rows: count, columns, validationRows }, course };
    });
  },

  /** Keeps what was learned as an asset. `checkpoint`: the last one of the training, encoded. */
  learned(spec: FixedTrainSpec, checkpoint: Uint8Array, place: AssetPlace): Promise<Result<Learned>> {
    return settled(() => {
      const assets = new AssetFolder(place);
      const { training } = trainingState(decodeTail(checkpoint).state);
      const { config, arrays } = buildTraining(spec, assets).parameters(training);
      return {
        kind: config.kind,
        sha256: assets.put(encodeTrained({ config, arrays })),
        arrays: Object.entries(arrays).map(([name, { shape }]) => ({ name, shape })),
        ...(config.kind === "flow" ? exportAndKeep({ config, arrays }, assets) : {}),
      };
    });
  },
};
export type TrainingApi = typeof api;

/** Null where the training names none. */
async function dataOf({ data }: UnpreparedSpec, rows: Dataset | null): Promise<Dataset | null> {
  if (!data) return null;
  if (rows) return prepareRows(rows, data);
  if (data.kind === "inline" || data.kind === "file") throw new Error(`data of kind ${data.kind} came without rows`);
  return await loadDataset(data);
}

/** What is said of the data's spec is said of `data`. */
async function inData<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    throw new InputError(error.path === "" ? "data" : `data.${error.path}`, error.message);
  }
}

async function settled<T>(work: () => T | Promise<T>): Promise<Result<T>> {
  try {
    return { ok: true, value: await work() };
  } catch (error) {
    if (error instanceof InputError) return { ok: false, fault: { path: error.path, message: error.message } };
    return { ok: false, message: error instanceof Error ? error.message : String(error) };
  }
}

Comlink.expose(api);
