/**
 * The two layers of an RBM on the dense kernels: fields of one layer from the other, and draws of a whole layer at once, for many
 * rows. Single precision; every row's numbers are functions of the row and of its key alone.
 *
 * Of the random blocks of a row's step the hidden layer uses the first ⌈hidden / 4⌉, the visible layer those after them.
 */
import {
  arrayBytes,
  type DenseKernels,
  openDense,
  type RowScale,
  type RowSum,
  rowSumBytes,
} from "../../../numerics/dense/dense.ts";
import type { RowsKey } from "../../../numerics/random/rows_key.ts";
import type { RbmParameters } from "./parameters.ts";

/** The sizes and unit types of a machine. */
export interface LayerShape {
  readonly visibleUnits: number;
  readonly hiddenUnits: number;
  readonly gaussian: boolean;
}

export function shapeOf({ visibleUnits, hiddenUnits, variances }: RbmParameters): LayerShape {
  return { visibleUnits, hiddenUnits, gaussian: variances !== null };
}

/** The memory that `Layers` for so many rows take of the dense kernels. */
export function layersBytes({ visibleUnits: v, hiddenUnits: h, gaussian }: LayerShape, rows: number): number {
  const parameters = arrayBytes(4 * v * h) + 4 * arrayBytes(4 * v) + arrayBytes(4 * h);
  const units = gaussian ? 2 * arrayBytes(4 * rows * v) : arrayBytes(rows * v) + rowSumBytes(v, h);
  const fields = arrayBytes(4 * rows * v) + arrayBytes(4 * rows * h);
  return parameters + units + arrayBytes(rows * h) + rowSumBytes(h, v) + fields + arrayBytes(8 * rows);
}

/** Layers of a machine in kernels of their own, which open when they are first asked for: a target may never be swept. */
export function lazyLayers(parameters: RbmParameters, rows: number, options?: { biasBelow: boolean }): () => Layers {
  let layers: Layers | undefined;
  return () => {
    if (!layers) {
      const shape = shapeOf(parameters);
      layers = new Layers(openDense({ bytes: layersBytes(shape, rows) }), shape, rows, options);
      layers.setParameters(parameters);
    }
    return layers;
  };
}

export class Layers {
  /** W [visible × hidden], b, c; call `reload` after a change. */
  readonly weights: Float32Array;
  readonly visibleBias: Float32Array;
  readonly hiddenBias: Float32Array;
  /** σ² of Gaussian visibles. */
  readonly variances: Float32Array;
  /** What Gaussian visibles are drawn with: σ, as `reload` writes it, unless another law writes its own. */
  readonly sd: Float32Array;
  /** [rows × visible] */
  readonly visible: Int8Array | Float32Array;
  /** [rows × hidden], bits. */
  readonly hidden: Int8Array;
  /** b_i + (Wh)_i, [rows × visible]: log-odds, or means of Gaussian visibles. */
  readonly visibleFields: Float32Array;
  /** c_j + (vᵀW)_j, [rows × hidden]; Gaussian visibles over σ². */
  readonly hiddenFields: Float32Array;

  readonly #visibleBits: { readonly bits: Int8Array; readonly sums: RowSum } | null;
  readonly #visibleReals:
    | { readonly values: Float32Array; readonly scaled: Float32Array }
    | null;
  readonly #hiddenSums: RowSum;
  readonly #softplusSums: Float64Array;
  readonly #biasBelow: Float32Array | null;

  /** `biasBelow: false` leaves b out of the visible fields, for laws whose visible bias is another one. */
  constructor(
    readonly dense: DenseKernels,
    readonly shape: LayerShape,
    readonly rows: number,
    { biasBelow = true } = {},
  ) {
    const { visibleUnits: v, hiddenUnits: h, gaussian } = shape;
    this.weights = dense.float32(v * h);
    this.visibleBias = dense.float32(v);
    this.hiddenBias = dense.float32(h);
    this.variances = dense.float32(v).fill(1);
    this.sd = dense.float32(v).fill(1);
    this.hidden = dense.int8(rows * h);
    this.visibleFields = dense.float32(rows * v);
    this.hiddenFields = dense.float32(rows * h);
    this.#hiddenSums = dense.rowSum(h, v);
    this.#softplusSums = dense.float64(rows);
    this.#biasBelow = biasBelow ? this.visibleBias : null;
    if (gaussian) {
      const values = dense.float32(rows * v);
      this.#visibleReals = { values, scaled: dense.float32(rows * v) };
      this.#visibleBits = null;
      this.visible = values;
    } else {
      const bits = dense.int8(rows * v);
      this.#visibleBits = { bits, sums: dense.rowSum(v, h) };
      this.#visibleReals = null;
      this.visible = bits;
    }
  }

  /** Takes parameters over, rounded to single precision. */
  setParameters({ weights, visibleBias, hiddenBias, variances }: RbmParameters): void {
    this.weights.set(weights);
    this.visibleBias.set(visibleBias);
    this.hiddenBias.set(hiddenBias);
    if (variances) this.variances.set(variances);
    this.reload();
  }

  /** Takes `weights`, the biases and `variances` as they are now. */
  reload(): void {
    this.#visibleBits?.sums.load(this.weights, this.hiddenBias);
    this.#hiddenSums.load(this.weights, this.#biasBelow, true);
    for (let i = 0; i < this.sd.length; i++) this.sd[i] = Math.sqrt(this.variances[i]);
  }

  /** Writes the hidden fields of the visible units of the first `rows` rows. */
  toHidden(rows: number): void {
    const { visibleUnits: v, hiddenUnits: h } = this.shape;
    if (this.#visibleBits) {
      this.#visibleBits.sums.apply(this.#visibleBits.bits, rows, this.hiddenFields);
      return;
    }
    if (!this.#visibleReals) return;
    const { values, scaled } = this.#visibleReals;
    for (let r = 0; r < rows; r++) {
      for (let i = 0; i < v; i++) scaled[r * v + i] = values[r * v + i] / this.variances[i];
      this.hiddenFields.set(this.hiddenBias, r * h);
    }
    this.dense.gemm({ m: rows, n: h, k: v, a: scaled, b: this.weights, c: this.hiddenFields, beta: 1 });
  }

  /** Writes the visible fields of the hidden bits of the first `rows` rows. */
  toVisible(rows: number): void {
    this.#hiddenSums.apply(this.hidden, rows, this.visibleFields);
  }

  /** Σ_j log(1 + exp(β a_j)) of the first `rows` rows; exact at β = 0. Written over at the next call. */
  softplusSums(rows: number, beta: RowScale): Float64Array {
    const { hiddenUnits } = this.shape;
    const sums = this.#softplusSums.subarray(0, rows);
    if (beta === 0) return sums.fill(hiddenUnits * Math.LN2);
    this.dense.softplusSums(this.hiddenFields, rows, hiddenUnits, beta, sums);
    return sums;
  }

  /** Draws the hidden bits from their fields at inverse temperature `beta`; their probabilities on the side. */
  drawHidden(rows: number, beta: RowScale, key: RowsKey, probabilities?: Float32Array): void {
    const { hiddenFields: field, hidden: out, shape } = this;
    this.dense.sampleBits({ field, rows, m: shape.hiddenUnits, scale: beta, key, firstBlock: 0, out, probabilities });
  }

  /** Draws the visible units from their fields at inverse temperature `beta`. */
  drawVisible(rows: number, beta: RowScale, key: RowsKey): void {
    const { visibleFields: field, shape } = this;
    const m = shape.visibleUnits, firstBlock = Math.ceil(shape.hiddenUnits / 4);
    if (this.#visibleBits) {
      this.dense.sampleBits({ field, rows, m, scale: beta, key, firstBlock, out: this.#visibleBits.bits });
    } else if (this.#visibleReals) {
      const scale = typeof beta === "number" ? 1 / Math.sqrt(beta) : beta.map((value) => 1 / Math.sqrt(value));
      const { values: out } = this.#visibleReals;
      this.dense.sampleNormals({ mean: field, rows, m, sd: this.sd, scale, key, firstBlock, out });
    }
  }
}
