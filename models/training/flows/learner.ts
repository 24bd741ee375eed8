/**
 * One update of a flow by maximum likelihood: the gradient of −(1/B) Σ_r log p(x_r) over a minibatch, walked back by hand through the layers, and a
 * step of Adam.
 *
 * A minibatch is taken in shards of consecutive rows, as many as the job says; their gradients are added up in the order of the shards, so
 * that who computes which changes nothing.
 *
 * The state's arrays move into the arithmetic's memory while this learner works on them; another state may come at any time.
 */
import type { Arithmetic, Reals } from "../../../numerics/arithmetic/arithmetic.ts";
import type { Network } from "../../flows/definition.ts";
import type { Cotangents, Parameter, Rows } from "../../flows/layer.ts";
import { parametersOf, reload, walkToNoise } from "../../flows/network.ts";
import type { FlowData } from "./data.ts";
import type { TrainingOptions } from "./options.ts";
import type { FlowState } from "./state.ts";

export interface UpdateStep {
  /** Its number, from 1. */
  readonly update: number;
  /** The data's rows of this update. */
  readonly rows: Uint32Array;
  readonly rate: number;
}

/** In place of an update's number: the noise of what is measured is none that was learned from. */
const MEASURED = 0;

/** Numbers that a learner takes of an arithmetic beside the network: gradients' sum, moments, average, rows. */
export function learnerSize(parameters: number, dim: number, classes: number, capacity: number): number {
  return 4 * parameters + capacity * (2 * dim + classes + 8) + 256;
}

export class Learner {
  readonly parameters: readonly Parameter[];
  readonly #arithmetic: Arithmetic;
  readonly #network: Network;
  readonly #data: FlowData;
  readonly #options: TrainingOptions;
  readonly #sums: readonly Reals[];
  readonly #first: readonly Reals[];
  readonly #second: readonly Reals[];
  readonly #average: readonly Reals[] | null;
  readonly #rows: Rows;
  readonly #dx: Reals;
  readonly #weight: Float64Array;
  readonly #logDensity: Float64Array;
  #owner: FlowState | null = null;

  constructor(
    network: Network,
    data: FlowData,
    options: TrainingOptions,
    { arithmetic, capacity }: { arithmetic: Arithmetic; capacity: number },
  ) {
    const { dim, classes } = data.shape;
    this.parameters = parametersOf(network);
    this.#arithmetic = arithmetic;
    this.#network = network;
    this.#data = data;
    this.#options = options;
    const arrays = () => this.parameters.map(({ gradient }) => arithmetic.reals(gradient?.length ?? 0));
    this.#sums = arrays();
    this.#first = arrays();
    this.#second = arrays();
    this.#average = options.averaging > 0 ? this.parameters.map(({ values }) => arithmetic.reals(values.length)) : null;
    this.#rows = {
      rows: capacity,
      x: arithmetic.reals(capacity * dim),
      logDet: arithmetic.doubles(capacity),
      context: classes === 0 ? null : arithmetic.reals(capacity * classes),
    };
    this.#dx = arithmetic.reals(capacity * dim);
    this.#weight = arithmetic.doubles(capacity);
    this.#logDensity = arithmetic.doubles(capacity);
  }

  /** Takes a state into the arithmetic's memory; the one that was there before gets arrays of its own again. */
  take(state: FlowState): void {
    if (this.#owner === state) return;
    this.#release();
    const move = (to: readonly Reals[], from: readonly Float32Array[]) => to.forEach((array, i) => array.set(from[i]));
    const values = this.parameters.map((parameter) => parameter.values);
    move(values, state.values);
    move(this.#first, state.first);
    move(this.#second, state.second);
    state.values = views(values);
    state.first = views(this.#first);
    state.second = views(this.#second);
    if (state.average && this.#average) {
      move(this.#average, state.average);
      state.average = views(this.#average);
    }
    this.#owner = state;
    reload(this.#network);
  }

  #release(): void {
    const owner = this.#owner;
    if (!owner) return;
    owner.values = owner.values.map((array) => array.slice());
    owner.first = owner.first.map((array) => array.slice());
    owner.second = owner.second.map((array) => array.slice());
    owner.average = owner.average?.map((array) => array.slice()) ?? null;
    this.#owner = null;
  }

  /** Makes an update in place, in shards of at most `shard` rows. */
  update(state: FlowState, { update, rows, rate }: UpdateStep, shard: number): void {
    this.take(state);
    if (!state.initialized) this.#initialize(state, rows.subarray(0, shard), update);
    let total = 0;
    for (let start = 0; start < rows.length; start += shard) {
      total += this.shardGradient(rows.subarray(start, start + shard), update, rows.length);
      this.parameters.forEach(({ gradient }, i) => {
        if (gradient) this.#arithmetic.add(gradient, this.#sums[i], gradient.length, { beta: start === 0 ? 0 : 1 });
      });
    }
    state.logLikelihoodSum += total / rows.length;
    state.batches++;
    this.#step(state, update, rate);
  }

  /**
   * The gradient of −(1/batch) Σ log p over some rows, into the parameters' own gradients. Returns Σ log p. Depends on the parameters and the
   * arguments alone.
   */
  shardGradient(which: Uint32Array, update: number, batch: number): number {
    const { layers, base } = this.#network;
    const rows: Rows = { ...this.#rows, rows: which.length };
    for (const { gradient } of this.parameters) gradient?.fill(0);
    this.#data.fill(which, update, rows.x, rows.context);
    walkToNoise(this.#network, rows, true);
    const logs = this.#logDensity;
    for (let r = 0; r < which.length; r++) logs[r] = rows.logDet[r];
    base.logDensity(rows.x, which.length, rows.context, logs, true);
    this.#weight.fill(-1 / batch, 0, which.length);
    this.#dx.fill(0, 0, which.length * this.#data.shape.dim);
    base.back(rows.x, which.length, this.#weight, this.#dx);
    const cotangents: Cotangents = { rows: which.length, dx: this.#dx, dLogDet: this.#weight };
    for (const layer of layers) layer.inverseBack(cotangents);
    let sum = 0;
    for (let r = 0; r < which.length; r++) sum += logs[r];
    return sum;
  }

  /** The mean log p of some rows under other values of the parameters; the state's own are back afterwards. */
  meanLogLikelihood(state: FlowState, values: readonly Float32Array[], which: Uint32Array, alive?: () => void): number {
    this.take(state);
    const isOwn = values === state.values;
    const own = isOwn ? [] : state.values.map((array) => array.slice());
    if (!isOwn) this.#put(values);
    const { base } = this.#network, capacity = this.#weight.length, logs = this.#logDensity;
    let sum = 0;
    for (let start = 0; start < which.length; start += capacity) {
      const part = which.subarray(start, start + capacity);
      const rows: Rows = { ...this.#rows, rows: part.length };
      this.#data.fill(part, MEASURED, rows.x, rows.context);
      walkToNoise(this.#network, rows);
      for (let r = 0; r < part.length; r++) logs[r] = rows.logDet[r];
      base.logDensity(rows.x, part.length, rows.context, logs);
      for (let r = 0; r < part.length; r++) sum += logs[r];
      alive?.();
    }
    if (!isOwn) this.#put(own);
    return sum / which.length;
  }

  #put(values: readonly Float32Array[]): void {
    this.parameters.forEach((parameter, i) => parameter.values.set(values[i]));
    reload(this.#network);
  }

  /** What the first batch decides: each layer sees it as the layers before it, which are set by then, leave it. */
  #initialize(state: FlowState, which: Uint32Array, update: number): void {
    const { layers } = this.#network;
    const rows: Rows = { ...this.#rows, rows: which.length };
    this.#data.fill(which, update, rows.x, rows.context);
    for (let i = layers.length - 1; i >= 0; i--) {
      layers[i].initialize?.(rows);
      layers[i].inverse(rows);
    }
    if (state.average && this.#average) this.#average.forEach((array, i) => array.set(this.parameters[i].values));
    state.initialized = true;
  }

  #step(state: FlowState, update: number, rate: number): void {
    const { optimizer: { kind, weightDecay, ...adam }, clip, averaging } = this.#options;
    const arithmetic = this.#arithmetic;
    let squares = 0;
    this.parameters.forEach(({ values, decays, gradient }, i) => {
      if (!gradient) return;
      if (kind === "adam" && decays && weightDecay > 0) {
        arithmetic.add(values, this.#sums[i], values.length, { alpha: weightDecay, beta: 1 });
      }
      squares += arithmetic.sumOfSquares(this.#sums[i], values.length);
    });
    state.gradientNorm = Math.sqrt(squares);
    const scale = clip !== undefined && state.gradientNorm > clip ? clip / state.gradientNorm : 1;
    this.parameters.forEach(({ values, decays, gradient }, i) => {
      if (!gradient) return;
      arithmetic.adam({
        ...adam,
        parameters: values,
        gradient: this.#sums[i],
        first: this.#first[i],
        second: this.#second[i],
        rate,
        decay: kind === "adamw" && decays ? weightDecay : 0,
        step: update,
        scale,
      });
      if (this.#average) {
        arithmetic.add(values, this.#average[i], values.length, { alpha: 1 - averaging, beta: averaging });
      }
    });
    reload(this.#network);
  }
}

/** They are single by the arithmetic that made them. */
function views(arrays: readonly Reals[]): Float32Array[] {
  return arrays.map((array) => {
    if (array instanceof Float32Array) return array;
    throw new TypeError("a training's state is in single precision");
  });
}
