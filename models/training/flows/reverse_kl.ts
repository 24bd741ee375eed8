/**
 * Reverse Kullback–Leibler divergence: the value of a row of noise z is log p̃(x) − log q(x) at x = f(z), log q(x) = log p_z(z) − log|det ∂x/∂z|.
 * Its mean is log Z − KL(q ‖ p), a lower bound of log Z = log ∫ p̃ (the ELBO). The gradient is walked back by hand from data to noise of the
 * layers' forward direction; noise of row r in update u is a function of (seed, u, r), so no data are needed.
 *
 * The target may be warmed up: β log p̃ in place of log p̃, β rising along a line from a first value to 1, so that modes are found before the
 * flow commits itself (Rezende & Mohamed 2015, "Variational inference with normalizing flows", equation 20).
 *
 * What is measured, on draws that are always the same: the ELBO with its standard error; log Z by importance sampling from the flow,
 * log mean exp(value), with that error (by the delta method); and the effective fraction of these draws, (Σw)² / (n Σw²).
 */
import type { Arithmetic } from "../../../numerics/arithmetic/arithmetic.ts";
import { Purpose, Random } from "../../../numerics/random/random.ts";
import type { Network } from "../../flows/definition.ts";
import { walkToData } from "../../flows/network.ts";
import type { Differentiable } from "../../target.ts";
import { cotangents, type Objective, openRoom, type Room, sumOf } from "./objective.ts";

export const REVERSE_KL_METRICS = [
  "elbo",
  "elbo_error",
  "log_evidence",
  "log_evidence_error",
  "effective_fraction",
  "inverse_temperature",
] as const;

export interface ReverseKlOptions {
  /** Rows of noise of an update, and of what is measured. */
  readonly batchSize: number;
  readonly monitorRows: number;
  readonly annealing: { readonly from: number; readonly updates: number };
}

export class ReverseKl implements Objective {
  readonly #network: Network;
  readonly #target: Differentiable;
  readonly #options: ReverseKlOptions;
  readonly #random: Random;
  readonly #room: Room;
  readonly #capacity: number;
  readonly #row: Float64Array;
  readonly #slope: Float64Array;

  constructor(
    network: Network,
    target: Differentiable,
    options: ReverseKlOptions,
    seed: number,
    { arithmetic, capacity }: { arithmetic: Arithmetic; capacity: number },
  ) {
    this.#network = network;
    this.#target = target;
    this.#options = options;
    this.#random = new Random(seed);
    this.#room = openRoom(arithmetic, target.dim, 0, capacity);
    this.#capacity = capacity;
    this.#row = new Float64Array(target.dim);
    this.#slope = new Float64Array(target.dim);
  }

  rowsIn(): number {
    return this.#options.batchSize;
  }

  /** Nothing is known before the first draws: actnorm begins as the identity. */
  initialize(): void {}

  gradient(update: number, from: number, to: number): number {
    const count = to - from, { dim } = this.#target, { weight, dx } = this.#room, share = 1 / this.#options.batchSize;
    const beta = this.#inverseTemperature(update);
    const value = this.#values(Purpose.step, update, from, to, beta, (r) => {
      for (let j = 0; j < dim; j++) dx[r * dim + j] = -share * beta * this.#slope[j];
    });
    weight.fill(-share, 0, count);
    const way = cotangents(this.#room, count), { layers } = this.#network;
    for (let i = layers.length - 1; i >= 0; i--) layers[i].forwardBack(way);
    return value;
  }

  measure(update: number, _mean: number, alive?: () => void) {
    const { monitorRows } = this.#options, values = new Float64Array(monitorRows);
    for (let start = 0; start < monitorRows; start += this.#capacity) {
      const end = Math.min(start + this.#capacity, monitorRows);
      this.#values(Purpose.fantasy, 0, start, end, 1);
      values.set(this.#room.logDensity.subarray(0, end - start), start);
      alive?.();
    }
    const elbo = sumOf(values, monitorRows) / monitorRows;
    const most = values.reduce((a, b) => Math.max(a, b), -Infinity);
    let squares = 0, weights = 0, weightSquares = 0;
    for (const value of values) {
      squares += (value - elbo) ** 2;
      weights += Math.exp(value - most);
      weightSquares += Math.exp(2 * (value - most));
    }
    const fraction = weights * weights / (monitorRows * weightSquares);
    return {
      values: [
        elbo,
        Math.sqrt(squares / (monitorRows - 1) / monitorRows),
        most + Math.log(weights / monitorRows),
        Math.sqrt(Math.max(0, (1 / fraction - 1) / monitorRows)), // sd(w) / (mean(w) √n)
        fraction,
        this.#inverseTemperature(update),
      ],
      score: null,
    };
  }

  #inverseTemperature(update: number): number {
    const { from, updates } = this.#options.annealing;
    return updates === 0 ? 1 : Math.min(1, from + (1 - from) * (update - 1) / updates);
  }

  /**
   * β log p̃ − log q of rows [from, to) of noise, left in the room; returns their sum. With `each`, for the way back: it is told each row whose
   * ∇ log p̃ has just been found.
   */
  #values(purpose: Purpose, step: number, from: number, to: number, beta: number, each?: (r: number) => void): number {
    const { dim } = this.#target, count = to - from;
    const rows = { ...this.#room.rows, rows: count }, logs = this.#room.logDensity, { base } = this.#network;
    for (let r = 0; r < count; r++) {
      base.draw(this.#random.at(from + r, step, purpose), 1, null, this.#row);
      rows.x.set(this.#row, r * dim);
    }
    logs.fill(0, 0, count);
    base.logDensity(rows.x, count, null, logs);
    walkToData(this.#network, rows, each !== undefined);
    for (let r = 0; r < count; r++) {
      for (let j = 0; j < dim; j++) this.#row[j] = rows.x[r * dim + j];
      const logTarget = this.#target.logDensityAndGradient(this.#row, this.#slope);
      logs[r] = beta * logTarget - (logs[r] - rows.logDet[r]);
      each?.(r);
    }
    return sumOf(logs, count);
  }
}
