/**
 * A convolution over images of rows, channels fastest, with zeros around them: each pixel's patch times a matrix. Patches are laid out for a few
 * rows at a time, so that they stay in the caches and take little memory however many rows there are.
 */
import type { Reals } from "../../../numerics/arithmetic/arithmetic.ts";
import type { Workplace } from "../layer.ts";
import { learned } from "../parameter.ts";

const PATCH_NUMBERS = 1 << 17; // laid out at once, where a row has fewer

export interface ConvolutionShape {
  readonly height: number;
  readonly width: number;
  readonly from: number;
  readonly to: number;
  /** Side of the patch, odd; of 1, a product a pixel. */
  readonly side: number;
}

export class Convolution {
  /** [side² · from, to]: patch rows first, then patch columns, then channels. */
  readonly weights;
  readonly bias;
  readonly #place: Workplace;
  readonly #patches: Reals;
  readonly #chunk: number;

  /** `values` gives first weights, zeros where absent; parameters are `weights[index]` and `bias[index]`. */
  constructor(readonly shape: ConvolutionShape, index: number, place: Workplace, values?: () => number) {
    const { from, to, side } = shape;
    this.#place = place;
    this.weights = learned(place.arithmetic, `weights[${index}]`, [side * side * from, to], values);
    this.bias = learned(place.arithmetic, `bias[${index}]`, [to]);
    this.#chunk = chunkRows(shape, place.capacity);
    this.#patches = place.arithmetic.reals(side === 1 ? 0 : this.#chunk * patchNumbers(shape));
  }

  get parameters() {
    return [this.weights, this.bias];
  }

  /** Numbers that it takes of an arithmetic. */
  static size(shape: ConvolutionShape, capacity: number): number {
    const { from, to, side } = shape;
    return 2 * (side * side * from + 1) * to + (side === 1 ? 0 : chunkRows(shape, capacity) * patchNumbers(shape));
  }

  /** y ← patches of x times weights; the bias is added by whoever activates y. */
  run(x: Reals, y: Reals, rows: number): void {
    const { arithmetic } = this.#place;
    const { from, to, side } = this.shape, k = side * side * from;
    this.#inChunks(
      x,
      y,
      rows,
      (patches, out, pixels) => arithmetic.gemm({ m: pixels, n: to, k, a: patches, b: this.weights.values, c: out }),
    );
  }

  /** Adds the gradients of weights and bias; writes dx where it is wanted. dy is left as it is. */
  back(x: Reals, dy: Reals, dx: Reals | null, rows: number): void {
    const { arithmetic } = this.#place;
    const { height, width, from, to, side } = this.shape, k = side * side * from;
    arithmetic.columnSums(dy, rows * height * width, to, this.bias.gradient, { beta: 1 });
    const c = this.weights.gradient;
    this.#inChunks(
      x,
      dy,
      rows,
      (patches, out, pixels) =>
        arithmetic.gemm({ m: k, n: to, k: pixels, a: patches, transposeA: true, b: out, c, beta: 1 }),
    );
    if (!dx) return;
    const b = this.weights.values;
    if (side === 1) {
      arithmetic.gemm({ m: rows * height * width, n: k, k: to, a: dy, b, transposeB: true, c: dx });
      return;
    }
    for (let start = 0; start < rows; start += this.#chunk) {
      const count = Math.min(this.#chunk, rows - start), pixels = count * height * width;
      const out = dy.subarray(start * height * width * to);
      arithmetic.gemm({ m: pixels, n: k, k: to, a: out, b, transposeB: true, c: this.#patches });
      const image = { rows: count, height, width, channels: from, side };
      arithmetic.patchesBack(this.#patches, image, dx.subarray(start * height * width * from));
    }
  }

  #inChunks(x: Reals, y: Reals, rows: number, work: (patches: Reals, y: Reals, pixels: number) => void): void {
    const { height, width, from, to, side } = this.shape;
    if (side === 1) return work(x, y, rows * height * width);
    for (let start = 0; start < rows; start += this.#chunk) {
      const count = Math.min(this.#chunk, rows - start);
      const image = { rows: count, height, width, channels: from, side };
      this.#place.arithmetic.patches(x.subarray(start * height * width * from), image, this.#patches);
      work(this.#patches, y.subarray(start * height * width * to), count * height * width);
    }
  }
}

/** Numbers of a row's patches. */
function patchNumbers({ height, width, from, side }: ConvolutionShape): number {
  return height * width * side * side * from;
}

function chunkRows(shape: ConvolutionShape, capacity: number): number {
  return Math.min(capacity, Math.max(1, Math.floor(PATCH_NUMBERS / patchNumbers(shape))));
}
