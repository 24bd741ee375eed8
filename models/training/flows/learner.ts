/**
 * One update of a flow: the gradient of its objective over the rows of the update, and a step of Adam.
 *
 * The rows are taken in parts of consecutive ones, as many as the job says. Each part's gradient begins at 0, and they are added up in the
 * order of the parts, so that who computes which changes nothing: a helper may, in its own memory, through a board.
 *
 * The state's arrays move into the arithmetic's memory while this learner works on them; another state may come at any time.
 */
import type { Arithmetic, Reals } from "../../../numerics/arithmetic/arithmetic.ts";
import type { Parameter } from "../../flows/layer.ts";
import type { Board } from "./board.ts";
import type { OptimizerOptions } from "./options.ts";
import type { Parts } from "./parts.ts";
import type { FlowState } from "./state.ts";

/** Numbers that a learner takes of an arithmetic beside the network, and in how many arrays a parameter. */
export function learnerSize(parameters: number): number {
  return 4 * parameters;
}
export const LEARNER_ARRAYS = 4;

export class Learner {
  readonly #arithmetic: Arithmetic;
  readonly #parts: Parts;
  readonly #parameters: readonly Parameter[];
  readonly #options: OptimizerOptions;
  readonly #sums: readonly Reals[];
  readonly #first: readonly Reals[];
  readonly #second: readonly Reals[];
  readonly #average: readonly Reals[] | null;
  #owner: FlowState | null = null;
  #board: Board | null = null;

  constructor(parts: Parts, options: OptimizerOptions, arithmetic: Arithmetic) {
    this.#parts = parts;
    this.#parameters = parts.parameters;
    this.#arithmetic = arithmetic;
    this.#options = options;
    const arrays = () => this.#parameters.map(({ gradient }) => arithmetic.reals(gradient?.length ?? 0));
    this.#sums = arrays();
    this.#first = arrays();
    this.#second = arrays();
    this.#average = options.averaging > 0
      ? this.#parameters.map(({ values }) => arithmetic.reals(values.length))
      : null;
  }

  /** Helpers may come from now on. */
  openBoard(board: Board): void {
    this.#board = board;
  }

  /** Makes an update in place. */
  update(state: FlowState, update: number, rate: number, alive?: () => void): void {
    this.#hold(state);
    if (!state.initialized) {
      this.#parts.initialize(update);
      this.#average?.forEach((array, i) => array.set(this.#parameters[i].values));
      state.initialized = true;
    }
    state.valueSum += this.#gradient(update, alive) / this.#parts.rowsIn(update);
    state.updates++;
    this.#step(state, update, rate);
  }

  /** What the objective measures of some values of the parameters; the state's own are back afterwards. */
  measure(state: FlowState, values: readonly Float32Array[], update: number, alive?: () => void) {
    this.#hold(state);
    const mean = state.valueSum / state.updates; // NaN where there was no update
    if (values === state.values) return this.#parts.measure(update, mean, alive);
    const own = state.values.map((array) => array.slice());
    this.#put(values);
    const measured = this.#parts.measure(update, mean, alive);
    this.#put(own);
    return measured;
  }

  /** Takes a state into the arithmetic's memory; the one that was there before gets arrays of its own again. */
  #hold(state: FlowState): void {
    if (this.#owner === state) return;
    this.#release();
    const move = (to: readonly Reals[], from: readonly Float32Array[]) => to.forEach((array, i) => array.set(from[i]));
    const values = this.#parameters.map((parameter) => parameter.values);
    move(values, state.values);
    move(this.#first, state.first);
    move(this.#second, state.second);
    state.values = singles(values);
    state.first = singles(this.#first);
    state.second = singles(this.#second);
    if (state.average && this.#average) {
      move(this.#average, state.average);
      state.average = singles(this.#average);
    }
    this.#owner = state;
    this.#parts.reload();
  }

  #release(): void {
    const owner = this.#owner;
    if (!owner) return;
    const copy = (arrays: readonly Float32Array[]) => arrays.map((array) => array.slice());
    owner.values = copy(owner.values);
    owner.first = copy(owner.first);
    owner.second = copy(owner.second);
    owner.average = owner.average && copy(owner.average);
    this.#owner = null;
  }

  #put(values: readonly Float32Array[]): void {
    this.#parameters.forEach((parameter, i) => parameter.values.set(values[i]));
    this.#parts.reload();
  }

  /** The gradient of a whole update into the sums; returns Σ value. */
  #gradient(update: number, alive?: () => void): number {
    const parts = this.#parts.count(update);
    const board = parts > 1 && this.#board?.hasHelpers ? this.#board : null;
    if (board) {
      let at = 0;
      for (const { values } of this.#parameters) {
        board.parameters.set(values, at);
        at += values.length;
      }
      board.post(update, parts);
    }
    let total = 0;
    for (let part = 0; part < parts; part++) {
      const given = !board || part === 0 || board.takeFirst() ? null : board.wait(part, alive);
      if (given === null) total += this.#addOwn(update, part);
      else {
        total += given;
        this.#addGiven(board?.gradient(part));
      }
      if (parts > 1) alive?.();
    }
    return total;
  }

  #addOwn(update: number, part: number): number {
    const value = this.#parts.gradient(update, part);
    this.#parameters.forEach(({ gradient }, i) => {
      if (gradient) this.#arithmetic.add(gradient, this.#sums[i], gradient.length, { beta: part === 0 ? 0 : 1 });
    });
    return value;
  }

  #addGiven(given: Float32Array | undefined): void {
    if (!given) return;
    let at = 0;
    this.#parameters.forEach(({ gradient, values }, i) => {
      const sum = this.#sums[i];
      // A sum of two singles in double precision, rounded to single, is their sum in single precision.
      if (gradient) { for (let k = 0; k < sum.length; k++) sum[k] += given[at + k]; }
      at += values.length;
    });
  }

  #step(state: FlowState, update: number, rate: number): void {
    const { optimizer: { kind, weightDecay, ...adam }, clip, averaging } = this.#options;
    const arithmetic = this.#arithmetic;
    let squares = 0;
    this.#parameters.forEach(({ values, decays, gradient }, i) => {
      if (!gradient) return;
      if (kind === "adam" && decays && weightDecay > 0) {
        arithmetic.add(values, this.#sums[i], values.length, { alpha: weightDecay, beta: 1 });
      }
      squares += arithmetic.sumOfSquares(this.#sums[i], values.length);
    });
    state.gradientNorm = Math.sqrt(squares);
    const scale = clip !== undefined && state.gradientNorm > clip ? clip / state.gradientNorm : 1;
    this.#parameters.forEach(({ values, decays, gradient }, i) => {
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
    this.#parts.reload();
  }
}

/** They are single by the arithmetic that made them. */
function singles(arrays: readonly Reals[]): Float32Array[] {
  return arrays.map((array) => {
    if (array instanceof Float32Array) return array;
    throw new TypeError("a training's state is in single precision");
  });
}
