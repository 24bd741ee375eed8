/**
 * Maximum likelihood: the value of a row is log p(x) = log p_z(z) + log|det ∂z/∂x|, its gradient walked back by hand from data to noise.
 *
 * Held-out rows are measured with dequantisation noise that is always the same, and is none that was learned from.
 */
import type { Arithmetic } from "../../../numerics/arithmetic/arithmetic.ts";
import type { Network } from "../../flows/definition.ts";
import { walkToNoise } from "../../flows/network.ts";
import type { Minibatches } from "../minibatches.ts";
import { bitsPerDimension, type FlowData } from "./data.ts";
import { cotangents, type Objective, openRoom, type Room, sumOf } from "./objective.ts";

/** In place of an update's number. */
const MEASURED = 0;

/** Log-likelihoods are means a row, in nats; bits per dimension where the data are pixels. */
export function likelihoodMetrics({ validationRows, hasBits }: FlowData): string[] {
  return [
    "train_log_likelihood",
    ...(hasBits ? ["train_bits_per_dimension"] : []),
    ...(validationRows > 0 ? ["validation_log_likelihood"] : []),
    ...(validationRows > 0 && hasBits ? ["validation_bits_per_dimension"] : []),
  ];
}

export class Likelihood implements Objective {
  readonly #network: Network;
  readonly #data: FlowData;
  readonly #batches: Minibatches;
  readonly #heldOut: Uint32Array;
  readonly #room: Room;
  readonly #capacity: number;

  /** monitorRows: the most held-out rows that are measured. */
  constructor(
    network: Network,
    data: FlowData,
    batches: Minibatches,
    monitorRows: number,
    { arithmetic, capacity }: { arithmetic: Arithmetic; capacity: number },
  ) {
    this.#network = network;
    this.#data = data;
    this.#batches = batches;
    this.#heldOut = Uint32Array.from(
      { length: Math.min(data.validationRows, monitorRows) },
      (_, row) => data.trainRows + row,
    );
    this.#room = openRoom(arithmetic, data.shape.dim, data.shape.classes, capacity);
    this.#capacity = capacity;
  }

  rowsIn(update: number): number {
    return this.#batches.rowsOf(update).length;
  }

  /** Each layer sees the rows as the layers before it, which are set by then, leave them. */
  initialize(update: number, most: number): void {
    const { layers } = this.#network;
    const which = this.#batches.rowsOf(update).subarray(0, most);
    const rows = { ...this.#room.rows, rows: which.length };
    this.#data.fill(which, update, rows.x, rows.context);
    for (let i = layers.length - 1; i >= 0; i--) {
      layers[i].initialize?.(rows);
      layers[i].inverse(rows);
    }
  }

  gradient(update: number, from: number, to: number): number {
    const batch = this.#batches.rowsOf(update), count = to - from, { dx, weight } = this.#room;
    const value = this.#values(batch.subarray(from, to), update, true);
    const { layers, base } = this.#network, { x } = this.#room.rows;
    weight.fill(-1 / batch.length, 0, count);
    dx.fill(0, 0, count * this.#data.shape.dim);
    base.back(x, count, weight, dx);
    const way = cotangents(this.#room, count);
    for (const layer of layers) layer.inverseBack(way);
    return value;
  }

  measure(_update: number, mean: number, alive?: () => void) {
    const { hasBits, shape: { dim } } = this.#data;
    const values = [mean, ...(hasBits ? [bitsPerDimension(mean, dim)] : [])];
    const rows = this.#heldOut;
    if (rows.length === 0) return { values, score: null };
    let sum = 0;
    for (let start = 0; start < rows.length; start += this.#capacity) {
      sum += this.#values(rows.subarray(start, start + this.#capacity), MEASURED, false);
      alive?.();
    }
    const score = sum / rows.length;
    return { values: [...values, score, ...(hasBits ? [bitsPerDimension(score, dim)] : [])], score };
  }

  /** Σ log p of some rows of the data; z is left in the room. */
  #values(which: Uint32Array, at: number, keep: boolean): number {
    const rows = { ...this.#room.rows, rows: which.length }, logs = this.#room.logDensity;
    this.#data.fill(which, at, rows.x, rows.context);
    walkToNoise(this.#network, rows, keep);
    logs.set(rows.logDet.subarray(0, which.length));
    this.#network.base.logDensity(rows.x, which.length, rows.context, logs, keep);
    return sumOf(logs, which.length);
  }
}
