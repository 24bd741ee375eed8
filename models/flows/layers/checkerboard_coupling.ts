/**
 * An affine coupling over the pixels of an image, the dark squares of a checkerboard by the light ones or the other way round: a convolutional net
 * sees the image with the pixels that move put to 0, and says scale and shift of each.
 *
 * Dinh, Sohl-Dickstein & Bengio (2017), section 3.4, equation 9.
 */
import type { Reals } from "../../../numerics/arithmetic/arithmetic.ts";
import type { BuildConditioner, Conditioner } from "../conditioners/conditioner.ts";
import type { Layer, Workplace } from "../layer.ts";
import { AffineCoupling } from "./affine_coupling.ts";
import type { ImageShape } from "./squeeze.ts";

/** Columns of the pixels (i, j) with i + j even, or odd where `odd`. */
export function checkerboard([height, width, channels]: ImageShape, odd: boolean): Int32Array {
  const columns: number[] = [];
  for (let i = 0; i < height; i++) {
    for (let j = 0; j < width; j++) {
      for (let c = 0; c < channels; c++) {
        if (((i + j) % 2 === 1) === odd) columns.push((i * width + j) * channels + c);
      }
    }
  }
  return Int32Array.from(columns);
}

/** The coupling, as an AffineCoupling whose conditioner puts its part of the image in place and takes from the output what concerns the other. */
export function checkerboardCoupling(
  image: ImageShape,
  odd: boolean,
  build: BuildConditioner,
  place: Workplace,
): Layer {
  const [height, width, channels] = image, all = height * width * channels;
  const split = { passing: checkerboard(image, !odd), transformed: checkerboard(image, odd) };
  const masked: BuildConditioner = () => new MaskedConditioner(build(all, 2 * all, place), split, channels, place);
  return new AffineCoupling(all, split, masked, place, split.transformed.length / channels);
}

/** A conditioner over whole images as one over some of their pixels. */
export class MaskedConditioner implements Conditioner {
  readonly kind = "masked";
  readonly inputWidth: number;
  readonly outputWidth: number;
  readonly input: Reals;
  readonly output: Reals;
  readonly dOutput: Reals;
  readonly dInput: Reals;
  readonly #place: Workplace;
  /** Of the inner output, the columns that concern the moved pixels: scales, then shifts, of one pixel after another. */
  readonly wanted: Int32Array;

  constructor(
    readonly inner: Conditioner,
    readonly split: { passing: Int32Array; transformed: Int32Array },
    channels: number,
    place: Workplace,
  ) {
    const { passing, transformed } = split, { arithmetic, capacity } = place;
    this.#place = place;
    this.inputWidth = passing.length;
    this.outputWidth = 2 * transformed.length;
    this.wanted = Int32Array.from({ length: this.outputWidth }, (_, k) => {
      const pixel = Math.floor(transformed[Math.floor(k / (2 * channels)) * channels] / channels);
      return pixel * 2 * channels + k % (2 * channels);
    });
    this.input = arithmetic.reals(capacity * this.inputWidth);
    this.output = arithmetic.reals(capacity * this.outputWidth);
    this.dOutput = arithmetic.reals(capacity * this.outputWidth);
    this.dInput = arithmetic.reals(capacity * this.inputWidth);
  }

  get parameters() {
    return this.inner.parameters;
  }

  /** Numbers that it takes of an arithmetic beside the inner one. */
  static size(columns: number, capacity: number): number {
    return 3 * capacity * (columns + 1);
  }

  run(rows: number, context: Reals | null): void {
    const { arithmetic } = this.#place, { inner } = this;
    inner.input.fill(0, 0, rows * inner.inputWidth);
    arithmetic.scatter(this.input, rows, inner.inputWidth, this.split.passing, inner.input);
    inner.run(rows, context);
    arithmetic.gather(inner.output, rows, inner.outputWidth, this.wanted, this.output);
  }

  back(rows: number, context: Reals | null, inputsOnly?: boolean): void {
    const { arithmetic } = this.#place, { inner } = this;
    inner.dOutput.fill(0, 0, rows * inner.outputWidth);
    arithmetic.scatter(this.dOutput, rows, inner.outputWidth, this.wanted, inner.dOutput);
    inner.back(rows, context, inputsOnly);
    arithmetic.gather(inner.dInput, rows, inner.inputWidth, this.split.passing, this.dInput);
  }
}
