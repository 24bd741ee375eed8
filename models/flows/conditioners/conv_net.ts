/**
 * A convolutional net: a 3 × 3 convolution, blocks in between, a 3 × 3 convolution that begins at zero, so that a coupling begins as the
 * identity. A plain block is a 1 × 1 convolution, h ← a(h * W + b), as Glow has it; a residual one adds two 3 × 3 ones,
 * h ← a(h + a(h * W + b) * V + d), as Real NVP has it. The class moves the first layer's bias.
 *
 * Kingma & Dhariwal (2018), section 3.3; Dinh, Sohl-Dickstein & Bengio (2017), section 3.7 (without its batch normalisation).
 */
import type { Reals } from "../../../numerics/arithmetic/arithmetic.ts";
import type { Random } from "../../../numerics/random/random.ts";
import type { Workplace } from "../layer.ts";
import { learned, uniformFan } from "../parameter.ts";
import type { Conditioner } from "./conditioner.ts";
import { Convolution, type ConvolutionShape } from "./convolution.ts";

export interface ConvNetOptions {
  readonly channels: number;
  /** In between: a plain one for Glow. */
  readonly blocks: number;
  readonly residual: boolean;
}

export interface ImageWidths {
  readonly height: number;
  readonly width: number;
  /** Channels of the input and of the output. */
  readonly from: number;
  readonly to: number;
}

export class ConvNet implements Conditioner {
  readonly kind = "conv-net";
  readonly activation = "relu";
  readonly residual: boolean;
  readonly inputWidth: number;
  readonly outputWidth: number;
  readonly convolutions: readonly Convolution[];
  readonly contextWeights;
  readonly input: Reals;
  readonly output: Reals;
  readonly dOutput: Reals;
  readonly dInput: Reals;
  readonly #place: Workplace;
  /** What each hidden convolution leaves, activated: [capacity × pixels × channels]. */
  readonly #hidden: readonly Reals[];
  readonly #dHidden: Reals;
  readonly #dInner: Reals;
  /** Of residual blocks. */
  readonly #dAround: Reals;
  readonly #classBias: Reals;

  constructor(readonly image: ImageWidths, readonly options: ConvNetOptions, place: Workplace, random: Random) {
    const { arithmetic, capacity, contextWidth } = place;
    const { height, width, from, to } = image, { channels, residual } = options;
    const shapes = shapesOf(image, options);
    this.#place = place;
    this.residual = residual;
    this.inputWidth = height * width * from;
    this.outputWidth = height * width * to;
    this.convolutions = shapes.map((shape, i) => {
      const isLast = i === shapes.length - 1;
      return new Convolution(
        shape,
        i,
        place,
        isLast ? undefined : uniformFan(random, shape.side ** 2 * shape.from, Math.SQRT2),
      );
    });
    this.contextWeights = contextWidth === 0
      ? null
      : learned(arithmetic, "contextWeights", [contextWidth, channels], uniformFan(random, contextWidth, 1));
    const rows = (channels: number) => arithmetic.reals(capacity * height * width * channels);
    this.input = rows(from);
    this.output = rows(to);
    this.dOutput = rows(to);
    this.dInput = rows(from);
    this.#hidden = shapes.slice(1).map(() => rows(channels));
    this.#dHidden = rows(channels);
    this.#dInner = rows(channels);
    this.#dAround = rows(residual ? channels : 0);
    this.#classBias = arithmetic.reals(contextWidth === 0 ? 0 : capacity * channels);
  }

  get parameters() {
    const own = this.convolutions.flatMap(({ parameters }) => parameters);
    return this.contextWeights ? [...own, this.contextWeights] : own;
  }

  /** Numbers that one net takes of an arithmetic. */
  static size(image: ImageWidths, options: ConvNetOptions, { capacity, contextWidth }: Omit<Workplace, "arithmetic">) {
    const shapes = shapesOf(image, options), pixels = capacity * image.height * image.width;
    const convolutions = shapes.reduce((sum, shape) => sum + Convolution.size(shape, capacity), 0);
    return convolutions + pixels * (2 * (image.from + image.to) + (shapes.length + 2) * options.channels) +
      (contextWidth === 0 ? 0 : (2 * contextWidth + capacity) * options.channels);
  }

  run(rows: number, context: Reals | null): void {
    const { arithmetic } = this.#place, { channels } = this.options;
    const pixels = rows * this.image.height * this.image.width, last = this.convolutions.length - 1;
    for (let i = 0; i <= last; i++) {
      const from = i === 0 ? this.input : this.#hidden[i - 1], to = i === last ? this.output : this.#hidden[i];
      const { bias } = this.convolutions[i];
      this.convolutions[i].run(from, to, rows);
      if (i === last) {
        arithmetic.activate(to, pixels, this.image.to, bias.values, "none");
        break;
      }
      if (i === 0 && context) this.#addClass(to, rows, context);
      if (this.addsInput(i)) arithmetic.add(this.#hidden[i - 2], to, pixels * channels, { beta: 1 });
      arithmetic.activate(to, pixels, channels, bias.values, this.activation);
    }
  }

  back(rows: number, context: Reals | null): void {
    const { arithmetic } = this.#place, { channels } = this.options;
    const count = rows * this.image.height * this.image.width * channels;
    const last = this.convolutions.length - 1;
    this.convolutions[last].back(this.#hidden[last - 1], this.dOutput, this.#dHidden, rows);
    // dHidden holds the cotangent of what hidden convolution i leaves.
    for (let i = last - 1; i >= 0; i--) {
      arithmetic.activateBack(this.#hidden[i], this.#dHidden, count, this.activation);
      if (!this.addsInput(i)) {
        if (i === 0) break;
        this.convolutions[i].back(this.#hidden[i - 1], this.#dHidden, this.#dInner, rows);
        arithmetic.add(this.#dInner, this.#dHidden, count);
        continue;
      }
      // Two convolutions and the way around them.
      this.convolutions[i].back(this.#hidden[i - 1], this.#dHidden, this.#dInner, rows);
      arithmetic.activateBack(this.#hidden[i - 1], this.#dInner, count, this.activation);
      this.convolutions[i - 1].back(this.#hidden[i - 2], this.#dInner, this.#dAround, rows);
      arithmetic.add(this.#dAround, this.#dHidden, count, { beta: 1 });
      i--;
    }
    this.convolutions[0].back(this.input, this.#dHidden, this.dInput, rows);
    if (context && this.contextWeights) this.#classBack(rows, context);
  }

  /** Hidden convolution 2, 4 … of a residual net closes a block that began two before it. */
  addsInput(i: number): boolean {
    return this.residual && i > 0 && i % 2 === 0;
  }

  #addClass(to: Reals, rows: number, context: Reals): void {
    const { arithmetic, contextWidth } = this.#place, { channels } = this.options;
    const pixels = this.image.height * this.image.width;
    if (!this.contextWeights) return;
    const product = { m: rows, n: channels, k: contextWidth, a: context, b: this.contextWeights.values };
    arithmetic.gemm({ ...product, c: this.#classBias });
    for (let r = 0, k = 0; r < rows; r++) {
      for (let p = 0; p < pixels; p++) {
        for (let c = 0; c < channels; c++, k++) to[k] += this.#classBias[r * channels + c];
      }
    }
  }

  #classBack(rows: number, context: Reals): void {
    const { arithmetic, contextWidth } = this.#place, { channels } = this.options;
    const pixels = this.image.height * this.image.width;
    for (let r = 0; r < rows; r++) {
      const row = this.#dHidden.subarray(r * pixels * channels);
      arithmetic.columnSums(row, pixels, channels, this.#classBias.subarray(r * channels));
    }
    if (!this.contextWeights) return;
    const c = this.contextWeights.gradient;
    arithmetic.gemm({
      m: contextWidth,
      n: channels,
      k: rows,
      a: context,
      transposeA: true,
      b: this.#classBias,
      c,
      beta: 1,
    });
  }
}

function shapesOf(
  { height, width, from, to }: ImageWidths,
  { channels, blocks, residual }: ConvNetOptions,
): ConvolutionShape[] {
  const size = { height, width };
  const inner = Array.from(
    { length: residual ? 2 * blocks : blocks },
    () => ({ ...size, from: channels, to: channels, side: residual ? 3 : 1 }),
  );
  return [{ ...size, from, to: channels, side: 3 }, ...inner, { ...size, from: channels, to, side: 3 }];
}
