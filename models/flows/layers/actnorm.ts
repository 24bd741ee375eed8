/**
 * Actnorm: going from data to noise, z = (x + shift) ⊙ exp(s) a channel, whose log-determinant is H · W · Σ s. The first batch sets shift and s, so
 * that its channels have mean 0 and variance 1; from then on they are learned like all else, and never set again.
 *
 * Kingma & Dhariwal (2018), "Glow: generative flow with invertible 1×1 convolutions", section 3.1.
 */
import type { Reals } from "../../../numerics/arithmetic/arithmetic.ts";
import type { Cotangents, Layer, Rows, Workplace } from "../layer.ts";
import { learned } from "../parameter.ts";

const LEAST_DEVIATION = 1e-6; // of a channel that does not vary in the first batch

export class Actnorm implements Layer {
  readonly kind = "actnorm";
  readonly width: number;
  readonly capacity: number;
  readonly shift;
  /** s */
  readonly logScale;
  readonly #place: Workplace;
  /** exp(s), exp(−s), and the constants that go with them: z = x exp(s) + shift exp(s), x = z exp(−s) − shift. */
  readonly #grow: Reals;
  readonly #shrink: Reals;
  readonly #up: Reals;
  readonly #down: Reals;
  /** Of the last pass that was kept: (x + shift) exp(s) or z exp(−s). */
  readonly #scaled: Reals;
  readonly #sums: Reals;
  #logDet = 0;

  /** Over `pixels` of `channels`; a vector is one pixel. */
  constructor(readonly pixels: number, readonly channels: number, place: Workplace) {
    const { arithmetic, capacity } = place;
    this.width = pixels * channels;
    this.capacity = capacity;
    this.#place = place;
    this.shift = learned(arithmetic, "shift", [channels]);
    this.logScale = learned(arithmetic, "logScale", [channels]);
    this.#grow = arithmetic.reals(channels);
    this.#shrink = arithmetic.reals(channels);
    this.#up = arithmetic.reals(channels);
    this.#down = arithmetic.reals(channels);
    this.#sums = arithmetic.reals(channels);
    this.#scaled = arithmetic.reals(capacity * this.width);
    this.reload();
  }

  get parameters() {
    return [this.shift, this.logScale];
  }

  /** Numbers that it takes of an arithmetic. */
  static size(pixels: number, channels: number, capacity: number): number {
    return capacity * pixels * channels + 9 * channels;
  }

  reload(): void {
    this.#logDet = 0;
    for (let c = 0; c < this.channels; c++) {
      const s = this.logScale.values[c], shift = this.shift.values[c];
      this.#logDet += this.pixels * s;
      this.#grow[c] = Math.exp(s);
      this.#shrink[c] = Math.exp(-s);
      this.#up[c] = shift * Math.exp(s);
      this.#down[c] = -shift;
    }
  }

  initialize({ rows, x }: Rows): void {
    const count = rows * this.pixels;
    for (let c = 0; c < this.channels; c++) {
      let mean = 0, squares = 0;
      for (let k = 0; k < count; k++) mean += x[k * this.channels + c] / count;
      for (let k = 0; k < count; k++) squares += (x[k * this.channels + c] - mean) ** 2 / count;
      this.shift.values[c] = -mean;
      this.logScale.values[c] = -Math.log(Math.max(Math.sqrt(squares), LEAST_DEVIATION));
    }
    this.reload();
  }

  forward({ rows, x, logDet }: Rows, keep = false): void {
    const { arithmetic } = this.#place, count = rows * this.pixels;
    arithmetic.scaleColumns(x, count, this.channels, this.#shrink, null);
    if (keep) arithmetic.add(x, this.#scaled, rows * this.width);
    arithmetic.scaleColumns(x, count, this.channels, null, this.#down);
    for (let r = 0; r < rows; r++) logDet[r] -= this.#logDet;
  }

  inverse({ rows, x, logDet }: Rows, keep = false): void {
    const { arithmetic } = this.#place;
    arithmetic.scaleColumns(x, rows * this.pixels, this.channels, this.#grow, this.#up);
    if (keep) arithmetic.add(x, this.#scaled, rows * this.width);
    for (let r = 0; r < rows; r++) logDet[r] += this.#logDet;
  }

  /** x = z exp(−s) − shift. */
  forwardBack({ rows, dx, dLogDet }: Cotangents): void {
    const { arithmetic } = this.#place, count = rows * this.pixels;
    this.#addToLogScale(count, dx, dLogDet, rows, -1);
    arithmetic.columnSums(dx, count, this.channels, this.shift.gradient, { alpha: -1, beta: 1 });
    arithmetic.scaleColumns(dx, count, this.channels, this.#shrink, null);
  }

  /** z = (x + shift) exp(s). */
  inverseBack({ rows, dx, dLogDet }: Cotangents): void {
    const { arithmetic } = this.#place, count = rows * this.pixels;
    this.#addToLogScale(count, dx, dLogDet, rows, 1);
    arithmetic.scaleColumns(dx, count, this.channels, this.#grow, null);
    arithmetic.columnSums(dx, count, this.channels, this.shift.gradient, { beta: 1 });
  }

  #addToLogScale(count: number, dx: Reals, dLogDet: Float64Array, rows: number, sign: number): void {
    this.#place.arithmetic.columnDots(this.#scaled, dx, count, this.channels, this.#sums, { alpha: sign });
    let total = 0;
    for (let r = 0; r < rows; r++) total += dLogDet[r];
    const { gradient } = this.logScale;
    for (let c = 0; c < this.channels; c++) gradient[c] += this.#sums[c] + sign * this.pixels * total;
  }
}
