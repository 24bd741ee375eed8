/**
 * The affine coupling of Real NVP: x_2 = h_2 ⊙ exp(s(h_1)) + t(h_1), x_1 = h_1, with s = bound ⊙ tanh(raw(h_1)); the log-determinant is Σ s.
 * raw and t are the two halves of the conditioner's output, bound is learned, one a transformed column. Over images the
 * output has the two halves of one pixel after those of another, and bound is one a channel.
 *
 * Dinh, Sohl-Dickstein & Bengio (2017), "Density estimation using Real NVP", equations 7 and 8.
 */
import type { Reals } from "../../../numerics/arithmetic/arithmetic.ts";
import type { BuildConditioner, Conditioner } from "../conditioners/conditioner.ts";
import type { Cotangents, Layer, Rows, Workplace } from "../layer.ts";
import { learned, under } from "../parameter.ts";
import type { Split } from "./columns.ts";

const FIRST_BOUND = 1;

export class AffineCoupling implements Layer {
  readonly kind = "affine-coupling";
  readonly capacity: number;
  readonly conditioner: Conditioner;
  readonly bound;
  readonly #place: Workplace;
  /** Transformed channels of a pixel; of a vector, all transformed columns. */
  readonly channels: number;
  readonly #x: Reals;
  readonly #squashed: Reals;
  readonly #moved: Reals;
  /** A number a pixel. */
  readonly #pixelSums: Float64Array;
  #context: Reals | null = null;

  /** `pixels`: of an image, 1 of a vector; transformed columns are `channels` of each, pixel after pixel. */
  constructor(
    readonly width: number,
    readonly split: Split,
    build: BuildConditioner,
    place: Workplace,
    readonly pixels = 1,
  ) {
    const { arithmetic, capacity } = place;
    const m = split.transformed.length;
    this.channels = m / pixels;
    this.capacity = capacity;
    this.#place = place;
    this.conditioner = build(split.passing.length, 2 * m, place);
    this.bound = learned(arithmetic, "bound", [this.channels], () => FIRST_BOUND);
    this.#x = arithmetic.reals(capacity * m);
    this.#squashed = arithmetic.reals(capacity * m);
    this.#moved = arithmetic.reals(capacity * m);
    this.#pixelSums = arithmetic.doubles(pixels === 1 ? 0 : capacity * pixels);
  }

  get parameters() {
    return [this.bound, ...under("conditioner", this.conditioner.parameters)];
  }

  /** Numbers that it takes of an arithmetic beside its conditioner's. */
  static size({ transformed }: Split, capacity: number, pixels = 1): number {
    return (3 * capacity + 2) * transformed.length + 2 * capacity * pixels;
  }

  reload(): void {}

  forward(rows: Rows): void {
    this.#pass(rows, false);
  }

  inverse(rows: Rows): void {
    this.#pass(rows, true);
  }

  forwardBack(cotangents: Cotangents): void {
    this.#back(cotangents, false);
  }

  inverseBack(cotangents: Cotangents): void {
    this.#back(cotangents, true);
  }

  #pass({ rows, x, logDet, context }: Rows, inverse: boolean): void {
    const { arithmetic } = this.#place;
    const { passing, transformed } = this.split;
    arithmetic.gather(x, rows, this.width, passing, this.conditioner.input);
    this.conditioner.run(rows, context);
    this.#context = context;
    arithmetic.gather(x, rows, this.width, transformed, this.#x);
    const sums = this.pixels === 1 ? logDet : this.#pixelSums.fill(0);
    arithmetic.affine({
      rows: rows * this.pixels,
      m: this.channels,
      inverse,
      x: this.#x,
      raw: this.conditioner.output,
      bound: this.bound.values,
      logDet: sums,
      squashed: this.#squashed,
      moved: this.#moved,
    });
    if (this.pixels > 1) {
      for (let r = 0, p = 0; r < rows; r++) {
        for (const end = p + this.pixels; p < end; p++) logDet[r] += sums[p];
      }
    }
    arithmetic.scatter(this.#x, rows, this.width, transformed, x);
  }

  #back({ rows, dx, dLogDet, inputsOnly }: Cotangents, inverse: boolean): void {
    const { arithmetic } = this.#place;
    const { passing, transformed } = this.split;
    arithmetic.gather(dx, rows, this.width, transformed, this.#x);
    if (this.pixels > 1) {
      for (let r = 0; r < rows; r++) this.#pixelSums.fill(dLogDet[r], r * this.pixels, (r + 1) * this.pixels);
    }
    arithmetic.affineBack({
      rows: rows * this.pixels,
      m: this.channels,
      inverse,
      bound: this.bound.values,
      squashed: this.#squashed,
      moved: this.#moved,
      dx: this.#x,
      dLogDet: this.pixels === 1 ? dLogDet : this.#pixelSums,
      dRaw: this.conditioner.dOutput,
      dBound: this.bound.gradient,
    });
    this.conditioner.back(rows, this.#context, inputsOnly);
    arithmetic.scatter(this.#x, rows, this.width, transformed, dx);
    arithmetic.scatter(this.conditioner.dInput, rows, this.width, passing, dx, true);
  }
}
