/**
 * A convolution over images of rows, channels fastest, with zeros around them, as a product. Either each pixel's patch of the input is laid
 * out and multiplied by the weights; or, where the output has fewer channels, each pixel is multiplied by the weights of all pixels around it,
 * and the products are added up where they belong, so that what is laid out is the smaller of the two. Patches are laid out for a few rows at
 * a time: they stay in the caches and take little memory however many rows there are.
 */
import type { Arithmetic, Patches, Reals } from "../../../numerics/arithmetic/arithmetic.ts";
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
  readonly #arithmetic: Arithmetic;
  readonly #patches: Reals;
  readonly #chunk: number;
  /** [from × side² · to]: weights by the channel of the input, offsets turned round, and their gradient. */
  readonly #spread: { readonly weights: Reals; readonly gradient: Reals } | null;

  /** `values` gives first weights, zeros where absent; parameters are `weights[index]` and `bias[index]`. */
  constructor(readonly shape: ConvolutionShape, index: number, place: Workplace, values?: () => number) {
    const { from, to, side } = shape, { arithmetic } = place;
    this.#arithmetic = arithmetic;
    this.weights = learned(arithmetic, `weights[${index}]`, [side * side * from, to], values);
    this.bias = learned(arithmetic, `bias[${index}]`, [to]);
    this.#chunk = chunkRows(shape, place.capacity);
    this.#patches = arithmetic.reals(side === 1 ? 0 : this.#chunk * patchNumbers(shape));
    const room = () => arithmetic.reals(side * side * from * to);
    this.#spread = spreads(shape) ? { weights: room(), gradient: room() } : null;
  }

  get parameters() {
    return [this.weights, this.bias];
  }

  /** Numbers that it takes of an arithmetic. */
  static size(shape: ConvolutionShape, capacity: number): number {
    const { from, to, side } = shape, weights = side * side * from * to;
    return (spreads(shape) ? 4 : 2) * weights + 2 * to +
      (side === 1 ? 0 : chunkRows(shape, capacity) * patchNumbers(shape));
  }

  /** y ← x convolved; the bias is added by whoever activates y. */
  run(x: Reals, y: Reals, rows: number): void {
    const arithmetic = this.#arithmetic, { from, to, side } = this.shape;
    const spread = this.#spread, k = side * side * from, n = side * side * to;
    if (spread) this.#turn(this.weights.values, spread.weights, (turned, at, own) => turned[at] = own);
    this.#inChunks(x, y, rows, (x, y, image) => {
      const m = pixelsOf(image);
      if (side === 1) return arithmetic.gemm({ m, n: to, k, a: x, b: this.weights.values, c: y });
      if (spread) {
        arithmetic.gemm({ m, n, k: from, a: x, b: spread.weights, c: this.#patches });
        arithmetic.patchesBack(this.#patches, image, y);
      } else {
        arithmetic.patches(x, image, this.#patches);
        arithmetic.gemm({ m, n: to, k, a: this.#patches, b: this.weights.values, c: y });
      }
    });
  }

  /** After a `run` with these weights. Adds the gradients of weights and bias; writes dx where it is wanted. dy is left as it is. */
  back(x: Reals, dy: Reals, dx: Reals | null, rows: number): void {
    const arithmetic = this.#arithmetic, { height, width, to } = this.shape;
    arithmetic.columnSums(dy, rows * height * width, to, this.bias.gradient, { beta: 1 });
    if (this.#spread) this.#backOfSpread(x, dy, dx, rows, this.#spread);
    else this.#backOfPatches(x, dy, dx, rows);
  }

  #backOfPatches(x: Reals, dy: Reals, dx: Reals | null, rows: number): void {
    const arithmetic = this.#arithmetic, { from, to, side } = this.shape, k = side * side * from;
    const { values: b, gradient: c } = this.weights;
    this.#inChunks(x, dy, rows, (x, dy, image) => {
      if (side > 1) arithmetic.patches(x, image, this.#patches);
      const a = side > 1 ? this.#patches : x;
      arithmetic.gemm({ m: k, n: to, k: pixelsOf(image), a, transposeA: true, b: dy, c, beta: 1 });
    });
    if (!dx) return;
    this.#inChunks(dx, dy, rows, (dx, dy, image) => {
      const m = pixelsOf(image), into = side > 1 ? this.#patches : dx;
      arithmetic.gemm({ m, n: k, k: to, a: dy, b, transposeB: true, c: into });
      if (side > 1) arithmetic.patchesBack(this.#patches, image, dx);
    });
  }

  #backOfSpread(
    x: Reals,
    dy: Reals,
    dx: Reals | null,
    rows: number,
    spread: { weights: Reals; gradient: Reals },
  ): void {
    const arithmetic = this.#arithmetic, { from, to, side } = this.shape, n = side * side * to;
    const { weights, gradient } = spread;
    gradient.fill(0);
    this.#inChunks(x, dy, rows, (x, dy, image, start) => {
      const pixels = pixelsOf(image), b = this.#patches;
      arithmetic.patches(dy, image, b);
      arithmetic.gemm({ m: from, n, k: pixels, a: x, transposeA: true, b, c: gradient, beta: 1 });
      const c = dx?.subarray(start * this.shape.height * this.shape.width * from);
      if (c) arithmetic.gemm({ m: pixels, n: from, k: n, a: b, b: weights, transposeB: true, c });
    });
    const own = this.weights.gradient;
    this.#turn(own, gradient, (turned, at, _, k) => own[k] += turned[at]);
  }

  /** Each of the weights, or of their gradient, with its place among those that are turned round. */
  #turn(own: Reals, turned: Reals, each: (turned: Reals, at: number, own: number, k: number) => void): void {
    const { from, to, side } = this.shape, places = side * side;
    for (let place = 0, k = 0; place < places; place++) {
      for (let c = 0; c < from; c++) {
        for (let o = 0, at = (c * places + places - 1 - place) * to; o < to; o++, k++, at++) {
          each(turned, at, own[k], k);
        }
      }
    }
  }

  /** `image`: of the patches that are laid out. */
  #inChunks(
    x: Reals,
    y: Reals,
    rows: number,
    work: (x: Reals, y: Reals, image: Patches, start: number) => void,
  ): void {
    const { height, width, from, to, side } = this.shape, pixels = height * width;
    const channels = this.#spread ? to : from, chunk = side === 1 ? rows : this.#chunk;
    for (let start = 0; start < rows; start += chunk) {
      const image = { rows: Math.min(chunk, rows - start), height, width, channels, side };
      work(x.subarray(start * pixels * from), y.subarray(start * pixels * to), image, start);
    }
  }
}

/** Whether the products of a pixel are fewer than the numbers of its patch. */
function spreads({ from, to, side }: ConvolutionShape): boolean {
  return side > 1 && to < from;
}

function pixelsOf({ rows, height, width }: Patches): number {
  return rows * height * width;
}

/** Numbers that a row has laid out. */
function patchNumbers({ height, width, from, to, side }: ConvolutionShape): number {
  return height * width * side * side * Math.min(from, to);
}

function chunkRows(shape: ConvolutionShape, capacity: number): number {
  return Math.min(capacity, Math.max(1, Math.floor(PATCH_NUMBERS / patchNumbers(shape))));
}
