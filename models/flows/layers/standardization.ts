/**
 * The data end of a flow over tables: x = mean + scale ⊙ z, with the mean and the standard deviation of each column of the training rows. Not
 * learned. Its log-determinant, Σ log scale, makes densities those of the data as they are.
 */
import type { Reals } from "../../../numerics/arithmetic/arithmetic.ts";
import { InputError } from "../../../numerics/errors.ts";
import type { Cotangents, Layer, Parameter, Rows, Workplace } from "../layer.ts";
import { fixed } from "../parameter.ts";

export class Standardization implements Layer {
  readonly kind = "standardization";
  readonly capacity: number;
  readonly mean: Parameter;
  readonly scale: Parameter;
  readonly #place: Workplace;
  /** 1 / scale, −mean / scale */
  readonly #shrink: Reals;
  readonly #shift: Reals;
  #logDet = 0;

  constructor(readonly width: number, place: Workplace) {
    const { arithmetic } = place;
    this.capacity = place.capacity;
    this.#place = place;
    this.mean = fixed(arithmetic, "mean", [width]);
    this.scale = fixed(arithmetic, "scale", [width], () => 1);
    this.#shrink = arithmetic.reals(width);
    this.#shift = arithmetic.reals(width);
    this.reload();
  }

  get parameters() {
    return [this.mean, this.scale];
  }

  /** Numbers that it takes of an arithmetic. */
  static size(width: number): number {
    return 4 * width;
  }

  /** Throws InputError where a scale is not positive. */
  reload(): void {
    this.#logDet = 0;
    for (let j = 0; j < this.width; j++) {
      if (!(this.scale.values[j] > 0)) {
        throw new InputError(`scale.${j}`, `expected a positive scale, found ${this.scale.values[j]}`);
      }
      this.#shrink[j] = 1 / this.scale.values[j];
      this.#shift[j] = -this.mean.values[j] / this.scale.values[j];
      this.#logDet += Math.log(this.scale.values[j]);
    }
  }

  forward({ rows, x, logDet }: Rows): void {
    this.#place.arithmetic.scaleColumns(x, rows, this.width, this.scale.values, this.mean.values);
    for (let r = 0; r < rows; r++) logDet[r] += this.#logDet;
  }

  inverse({ rows, x, logDet }: Rows): void {
    this.#place.arithmetic.scaleColumns(x, rows, this.width, this.#shrink, this.#shift);
    for (let r = 0; r < rows; r++) logDet[r] -= this.#logDet;
  }

  forwardBack({ rows, dx }: Cotangents): void {
    this.#place.arithmetic.scaleColumns(dx, rows, this.width, this.scale.values, null);
  }

  inverseBack({ rows, dx }: Cotangents): void {
    this.#place.arithmetic.scaleColumns(dx, rows, this.width, this.#shrink, null);
  }
}
