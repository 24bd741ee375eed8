/**
 * The invertible 1×1 convolution of Glow: going from data to noise, each pixel's channels become z = W x with
 *
 *   W = P L (U + diag(s)), P a permutation, L unit lower triangular, U strictly upper triangular, s = sign ⊙ exp(log|s|),
 *
 * whose log-determinant is H · W · Σ log|s|. P and the signs stay as they begin: of a random rotation.
 *
 * Kingma & Dhariwal (2018), section 3.2, equations 9 to 11.
 */
import type { Reals } from "../../../numerics/arithmetic/arithmetic.ts";
import { InputError } from "../../../numerics/errors.ts";
import type { Random } from "../../../numerics/random/random.ts";
import type { Cotangents, Layer, Rows, Workplace } from "../layer.ts";
import { fixed, learned } from "../parameter.ts";
import { factorRotation, invert, multiply, randomRotation } from "./permuted_triangles.ts";

export class InvertibleConvolution implements Layer {
  readonly kind = "invertible-convolution";
  readonly width: number;
  readonly capacity: number;
  /** Row i of P L … is row order_i of L …. */
  readonly order;
  readonly signs;
  /** Of these matrices [channels × channels] only the strict triangles count. */
  readonly lower;
  readonly upper;
  /** log|s| */
  readonly logScale;
  readonly #place: Workplace;
  /** W and its inverse, row-major, in doubles and as the arithmetic's numbers. */
  readonly #w: Float64Array;
  readonly #inverse: Float64Array;
  readonly #weights: Reals;
  readonly #inverseWeights: Reals;
  /** What the last pass was given. */
  readonly #in: Reals;
  readonly #out: Reals;
  readonly #dWeights: Reals;
  #logDet = 0;

  constructor(readonly pixels: number, readonly channels: number, place: Workplace, random: Random) {
    const { arithmetic, capacity } = place;
    const c = channels;
    this.width = pixels * c;
    this.capacity = capacity;
    this.#place = place;
    const { order, lower, upper } = factorRotation(randomRotation(c, random), c);
    this.order = fixed(arithmetic, "order", [c], (i) => order[i]);
    this.signs = fixed(arithmetic, "signs", [c], (i) => Math.sign(upper[i * c + i]));
    const strict = (keep: (i: number, j: number) => boolean, from: Float64Array) => (k: number) =>
      keep(Math.floor(k / c), k % c) ? from[k] : 0;
    this.lower = learned(arithmetic, "lower", [c, c], strict((i, j) => i > j, lower));
    this.upper = learned(arithmetic, "upper", [c, c], strict((i, j) => i < j, upper));
    this.logScale = learned(arithmetic, "logScale", [c], (i) => Math.log(Math.abs(upper[i * c + i])));
    this.#w = new Float64Array(c * c);
    this.#inverse = new Float64Array(c * c);
    this.#weights = arithmetic.reals(c * c);
    this.#inverseWeights = arithmetic.reals(c * c);
    this.#dWeights = arithmetic.reals(c * c);
    this.#in = arithmetic.reals(capacity * this.width);
    this.#out = arithmetic.reals(capacity * this.width);
    this.reload();
  }

  get parameters() {
    return [this.order, this.signs, this.lower, this.upper, this.logScale];
  }

  /** W and W⁻¹, [channels × channels], row-major: what is written into graphs. */
  get matrices(): { weights: Float64Array; inverse: Float64Array } {
    return { weights: this.#w, inverse: this.#inverse };
  }

  /** Numbers that it takes of an arithmetic. */
  static size(pixels: number, channels: number, capacity: number): number {
    return 2 * capacity * pixels * channels + 7 * channels * channels + 4 * channels;
  }

  /** Throws InputError where order or signs are none: what comes from a store might be anything. */
  reload(): void {
    this.#expectFixed();
    const c = this.channels, { lower, upper } = this.#triangles();
    const product = multiply(lower, upper, c);
    for (let i = 0; i < c; i++) {
      const from = this.order.values[i];
      this.#w.set(product.subarray(from * c, (from + 1) * c), i * c);
    }
    // W⁻¹ = (LU)⁻¹ Pᵀ: column i of W⁻¹ is column order_i of (LU)⁻¹.
    const inverse = invert(lower, upper, c);
    for (let j = 0; j < c; j++) {
      for (let i = 0; i < c; i++) this.#inverse[j * c + i] = inverse[j * c + this.order.values[i]];
    }
    this.#weights.set(this.#w);
    this.#inverseWeights.set(this.#inverse);
    this.#logDet = 0;
    for (let i = 0; i < c; i++) this.#logDet += this.pixels * this.logScale.values[i];
  }

  #expectFixed(): void {
    const order = this.order.values, seen = new Uint8Array(this.channels);
    for (let i = 0; i < this.channels; i++) {
      const row = order[i], sign = this.signs.values[i];
      if (seen[row] !== 0) {
        throw new InputError("order", `expected each of ${this.channels} channels once, found ${row} at ${i}`);
      }
      seen[row] = 1;
      if (Math.abs(sign) !== 1) throw new InputError("signs", `expected −1 or 1, found ${sign} at ${i}`);
    }
  }

  forward({ rows, x, logDet }: Rows): void {
    this.#pass(rows, x, this.#inverseWeights);
    for (let r = 0; r < rows; r++) logDet[r] -= this.#logDet;
  }

  inverse({ rows, x, logDet }: Rows): void {
    this.#pass(rows, x, this.#weights);
    for (let r = 0; r < rows; r++) logDet[r] += this.#logDet;
  }

  /** x = V z with V = W⁻¹: dW = −Vᵀ dV Vᵀ. */
  forwardBack({ rows, dx, dLogDet }: Cotangents): void {
    const c = this.channels;
    this.#passBack(rows, dx, this.#inverseWeights);
    const transposed = transpose(this.#inverse, c);
    const dW = multiply(multiply(transposed, Float64Array.from(this.#dWeights), c), transposed, c).map((value) =>
      -value
    );
    this.#addGradients(dW, dLogDet, rows, -1);
  }

  inverseBack({ rows, dx, dLogDet }: Cotangents): void {
    this.#passBack(rows, dx, this.#weights);
    this.#addGradients(Float64Array.from(this.#dWeights), dLogDet, rows, 1);
  }

  /** Rows of channels times the matrix's transpose. */
  #pass(rows: number, x: Reals, weights: Reals): void {
    const { arithmetic } = this.#place, c = this.channels, m = rows * this.pixels;
    arithmetic.add(x, this.#in, m * c);
    arithmetic.gemm({ m, n: c, k: c, a: this.#in, b: weights, transposeB: true, c: x });
  }

  #passBack(rows: number, dx: Reals, weights: Reals): void {
    const { arithmetic } = this.#place, c = this.channels, m = rows * this.pixels;
    arithmetic.gemm({ m: c, n: c, k: m, a: dx, transposeA: true, b: this.#in, c: this.#dWeights });
    arithmetic.add(dx, this.#out, m * c);
    arithmetic.gemm({ m, n: c, k: c, a: this.#out, b: weights, c: dx });
  }

  /** From dW to the triangles: dL = Pᵀ dW (U + diag s)ᵀ below the diagonal, d(U + diag s) = Lᵀ Pᵀ dW on and above it. */
  #addGradients(dW: Float64Array, dLogDet: Float64Array, rows: number, sign: number): void {
    const c = this.channels, { lower, upper } = this.#triangles();
    const unpermuted = new Float64Array(c * c);
    for (let i = 0; i < c; i++) unpermuted.set(dW.subarray(i * c, (i + 1) * c), this.order.values[i] * c);
    const dLower = multiply(unpermuted, transpose(upper, c), c), dUpper = multiply(transpose(lower, c), unpermuted, c);
    let total = 0;
    for (let r = 0; r < rows; r++) total += dLogDet[r];
    for (let i = 0; i < c; i++) {
      for (let j = 0; j < i; j++) this.lower.gradient[i * c + j] += dLower[i * c + j];
      for (let j = i + 1; j < c; j++) this.upper.gradient[i * c + j] += dUpper[i * c + j];
      this.logScale.gradient[i] += dUpper[i * c + i] * upper[i * c + i] + sign * this.pixels * total;
    }
  }

  /** L and U + diag(s), whole. */
  #triangles(): { lower: Float64Array; upper: Float64Array } {
    const c = this.channels, lower = new Float64Array(c * c), upper = new Float64Array(c * c);
    for (let i = 0; i < c; i++) {
      for (let j = 0; j < i; j++) lower[i * c + j] = this.lower.values[i * c + j];
      lower[i * c + i] = 1;
      upper[i * c + i] = this.signs.values[i] * Math.exp(this.logScale.values[i]);
      for (let j = i + 1; j < c; j++) upper[i * c + j] = this.upper.values[i * c + j];
    }
    return { lower, upper };
  }
}

function transpose(matrix: Float64Array, n: number): Float64Array {
  return matrix.map((_, k) => matrix[(k % n) * n + Math.floor(k / n)]);
}
