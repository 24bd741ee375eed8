/**
 * A multilayer perceptron: h_1 = a(x W_0 + c V + b_0), h_{i+1} = a(h_i W_i + b_i), output = h_last W_last + b_last; c is the context, where
 * there is one. With `residual`, hidden layers of one width add what they are given: h_{i+1} = h_i + a(h_i W_i + b_i) (He et al. 2016).
 *
 * The last layer begins at zero, so that a coupling begins as the identity (Kingma & Dhariwal 2018).
 */
import type { Activation, Reals } from "../../../numerics/arithmetic/arithmetic.ts";
import type { Random } from "../../../numerics/random/random.ts";
import type { Workplace } from "../layer.ts";
import { learned, uniformFan } from "../parameter.ts";
import type { BuildConditioner, Conditioner } from "./conditioner.ts";

export interface MlpOptions {
  readonly hidden: readonly number[];
  readonly activation: Activation;
  readonly residual?: boolean;
}

/** `random` gives the first weights of one perceptron after the other. */
export function mlps(options: MlpOptions, random: Random): BuildConditioner {
  return (inputWidth, outputWidth, workplace) => new Mlp(options, inputWidth, outputWidth, workplace, random);
}

export class Mlp implements Conditioner {
  readonly kind = "mlp";
  readonly widths: readonly number[];
  readonly activation: Activation;
  readonly residual: boolean;
  readonly weights;
  readonly bias;
  readonly contextWeights;
  readonly input: Reals;
  readonly output: Reals;
  readonly dOutput: Reals;
  readonly dInput: Reals;
  readonly #place: Workplace;
  /** Of each hidden layer, [capacity × width]: what it gives, and before a residual is added. */
  readonly #hidden: readonly Reals[];
  readonly #activated: readonly Reals[];
  readonly #dHidden: readonly Reals[];

  constructor(
    { hidden, activation, residual = false }: MlpOptions,
    readonly inputWidth: number,
    readonly outputWidth: number,
    place: Workplace,
    random: Random,
  ) {
    const { arithmetic, capacity, contextWidth } = place;
    const widths = [inputWidth, ...hidden, outputWidth];
    const gain = activation === "tanh" ? 1 : Math.SQRT2;
    this.widths = widths;
    this.activation = activation;
    this.residual = residual;
    this.#place = place;
    this.weights = widths.slice(1).map((width, i) => {
      const isLast = i === widths.length - 2;
      const values = isLast ? undefined : uniformFan(random, widths[i] + (i === 0 ? contextWidth : 0), gain);
      return learned(arithmetic, `weights[${i}]`, [widths[i], width], values);
    });
    this.bias = widths.slice(1).map((width, i) => learned(arithmetic, `bias[${i}]`, [width]));
    this.contextWeights = contextWidth === 0 ? null : learned(
      arithmetic,
      "contextWeights",
      [contextWidth, widths[1]],
      widths.length === 2 ? undefined : uniformFan(random, inputWidth + contextWidth, gain),
    );
    const rows = (width: number) => arithmetic.reals(capacity * width);
    this.input = rows(inputWidth);
    this.output = rows(outputWidth);
    this.dOutput = rows(outputWidth);
    this.dInput = rows(inputWidth);
    this.#hidden = hidden.map(rows);
    this.#activated = hidden.map((width, i) => this.addsInput(i) ? rows(width) : this.#hidden[i]);
    this.#dHidden = hidden.map(rows);
  }

  get parameters() {
    return [...this.weights, ...this.bias, ...(this.contextWeights ? [this.contextWeights] : [])];
  }

  /** Numbers that one perceptron takes of an arithmetic: parameters with their gradients, and rows. */
  static size(
    { hidden, residual = false }: MlpOptions,
    input: number,
    output: number,
    place: Omit<Workplace, "arithmetic">,
  ) {
    const widths = [input, ...hidden, output];
    const parameters = widths.slice(1).reduce(
      (sum, width, i) => sum + (widths[i] + 1) * width,
      place.contextWidth * widths[1],
    );
    const rows = 2 * (input + output) + (residual ? 3 : 2) * hidden.reduce((a, b) => a + b, 0);
    return 2 * parameters + place.capacity * rows;
  }

  run(rows: number, context: Reals | null): void {
    const { arithmetic, contextWidth } = this.#place;
    const last = this.weights.length - 1;
    for (let i = 0; i <= last; i++) {
      const from = i === 0 ? this.input : this.#hidden[i - 1], to = i === last ? this.output : this.#activated[i];
      const width = this.widths[i + 1], withContext = i === 0 && context && this.contextWeights;
      const product = { m: rows, n: width, k: this.widths[i], a: from, b: this.weights[i].values, c: to };
      const bias = this.bias[i].values, activation = i === last ? "none" : this.activation;
      if (withContext) {
        arithmetic.gemm(product);
        const { values: b } = withContext;
        arithmetic.dense({ ...product, k: contextWidth, a: context, b, beta: 1 }, bias, activation);
      } else arithmetic.dense(product, bias, activation);
      if (i === last || !this.addsInput(i)) continue;
      const sum = this.#hidden[i];
      arithmetic.add(from, sum, rows * width);
      arithmetic.add(to, sum, rows * width, { beta: 1 });
    }
  }

  back(rows: number, context: Reals | null, inputsOnly = false): void {
    const { arithmetic } = this.#place;
    for (let i = this.weights.length - 1; i >= 0; i--) {
      const isLast = i === this.weights.length - 1;
      const width = this.widths[i + 1], inner = this.widths[i];
      const dy = isLast ? this.dOutput : this.#dHidden[i];
      const from = i === 0 ? this.input : this.#hidden[i - 1], dx = i === 0 ? this.dInput : this.#dHidden[i - 1];
      const adds = !isLast && this.addsInput(i);
      if (adds) arithmetic.add(dy, dx, rows * width);
      if (!isLast) arithmetic.activateBack(this.#activated[i], dy, rows * width, this.activation);
      if (!inputsOnly) this.#addGradients(i, from, dy, rows, context);
      const b = this.weights[i].values;
      arithmetic.gemm({ m: rows, n: inner, k: width, a: dy, b, transposeB: true, c: dx, beta: adds ? 1 : 0 });
    }
  }

  #addGradients(i: number, from: Reals, dy: Reals, rows: number, context: Reals | null): void {
    const { arithmetic, contextWidth } = this.#place, width = this.widths[i + 1];
    const product = { n: width, k: rows, transposeA: true, b: dy, beta: 1 };
    arithmetic.gemm({ ...product, m: this.widths[i], a: from, c: this.weights[i].gradient });
    arithmetic.columnSums(dy, rows, width, this.bias[i].gradient, { beta: 1 });
    if (i > 0 || !context || !this.contextWeights) return;
    arithmetic.gemm({ ...product, m: contextWidth, a: context, c: this.contextWeights.gradient });
  }

  /** Whether hidden layer i adds what it is given. */
  addsInput(i: number): boolean {
    return this.residual && i > 0 && this.widths[i] === this.widths[i + 1];
  }
}
