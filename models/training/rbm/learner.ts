/**
 * One update of an RBM on the dense kernels: the gradient of the mean log-likelihood,
 *
 *   ⟨v hᵀ⟩_data − ⟨v hᵀ⟩_model, ⟨v⟩_data − ⟨v⟩_model, ⟨h⟩_data − ⟨h⟩_model (moments.ts has the Gaussian case),
 *
 * its model part from chains: k block Gibbs sweeps from the data (CD-k: Hinton 2002) or from where persistent chains are (PCD: Tieleman
 * 2008, Younes 1989). Hidden units enter by their probabilities.
 *
 * Centred, the gradient is taken in v − μ and h − λ (μ the data's means, λ the hidden units' moving means), which
 * makes the updates those of a machine whose units are coded the other way round, and learning well conditioned:
 *   ∇W = Δ⟨vhᵀ⟩ − μ Δ⟨h⟩ᵀ − Δ⟨v⟩ λᵀ, ∇b = Δ⟨v⟩ − ∇W λ, ∇c = Δ⟨h⟩ − ∇Wᵀ μ
 * (Montavon & Müller 2012; Melchior, Fischer & Wiskott 2016, "How to center deep Boltzmann machines").
 *
 * The state's arrays move into the kernels' memory while this learner works on them; another state may come at any time.
 */
import { arrayBytes, type Correlation, correlationBytes, type DenseKernels } from "../../../numerics/dense/dense.ts";
import type { RowsKey } from "../../../numerics/random/rows_key.ts";
import { Layers, layersBytes, type LayerShape } from "../../energy/rbm/layers.ts";
import type { RbmData } from "./data.ts";
import { GROUPS, type ParameterArrays, type RbmState } from "./state.ts";

/** What an update depends on beside the state. */
export interface UpdateStep {
  /** The data's rows of this update. */
  readonly rows: ArrayLike<number>;
  readonly rate: number;
  readonly momentum: number;
  /** Of the new parameters in their average. */
  readonly averagingWeight: number;
  /** Its random numbers; `step` is the first of `sweeps + 1` that it uses. */
  readonly key: RowsKey;
}

export interface LearnerOptions {
  readonly method: "pcd" | "cd";
  /** Gibbs sweeps of an update. */
  readonly steps: number;
  readonly particles: number;
  readonly batchSize: number;
  readonly variances: "unit" | "learned";
  readonly weightDecay: number;
  readonly sparseDecay: number;
  readonly sparsity?: { readonly target: number; readonly cost: number };
  readonly centering: boolean;
}

const HIDDEN_MEMORY = 0.95; // of the moving mean: about the last 20 updates

/** Rows that the layers must hold. */
export function learnerRows({ method, particles, batchSize }: LearnerOptions): number {
  return method === "pcd" ? Math.max(particles, batchSize) : batchSize;
}

/** The memory that a learner takes of the kernels, its layers included. */
export function learnerBytes(shape: LayerShape, options: LearnerOptions): number {
  const { visibleUnits: v, hiddenUnits: h } = shape;
  const rows = learnerRows(options);
  const group = arrayBytes(4 * v * h) + 2 * arrayBytes(4 * v) + arrayBytes(4 * h);
  const parameters = group - arrayBytes(4 * v * h); // the layers hold the weights themselves
  const correlation = shape.gaussian ? 0 : correlationBytes(rows, h);
  return layersBytes(shape, rows) + parameters + 3 * group + correlation + arrayBytes(4 * rows * h) +
    arrayBytes(8 * v) + arrayBytes(8 * h) + 2 * arrayBytes(4 * v) + arrayBytes(4 * h);
}

export class Learner {
  readonly layers: Layers;
  readonly #options: LearnerOptions;
  readonly #data: RbmData;
  readonly #parameters: ParameterArrays;
  readonly #velocity: ParameterArrays;
  readonly #average: ParameterArrays;
  readonly #gradient: ParameterArrays;
  readonly #correlation: Correlation | null;
  /** p(h = 1 | v), [rows × hidden] */
  readonly #probabilities: Float32Array;
  /** Σ v² of Gaussian visibles, data less model, [visible] */
  readonly #squares: Float32Array;
  readonly #batchMeans: Float32Array;
  /** [visible × 2]: μ, Δ⟨v⟩, and [2 × hidden]: Δ⟨h⟩, λ; their product centres the gradient. */
  readonly #leftFactors: Float32Array;
  readonly #rightFactors: Float32Array;
  readonly #means: Float32Array;
  #owner: RbmState | null = null;

  constructor(readonly dense: DenseKernels, shape: LayerShape, options: LearnerOptions, data: RbmData) {
    const { visibleUnits: v, hiddenUnits: h, gaussian } = shape;
    const rows = learnerRows(options);
    this.#options = options;
    this.#data = data;
    this.layers = new Layers(dense, shape, rows);
    const learned = gaussian && options.variances === "learned";
    const group = (): ParameterArrays => ({
      weights: dense.float32(v * h),
      visibleBias: dense.float32(v),
      hiddenBias: dense.float32(h),
      logVariances: dense.float32(learned ? v : 0),
    });
    const { weights, visibleBias, hiddenBias } = this.layers;
    this.#parameters = { weights, visibleBias, hiddenBias, logVariances: dense.float32(learned ? v : 0) };
    this.#velocity = group();
    this.#average = group();
    this.#gradient = group();
    this.#correlation = gaussian ? null : dense.correlation(rows, v, h);
    this.#probabilities = dense.float32(rows * h);
    this.#squares = dense.float32(v);
    this.#batchMeans = dense.float32(h);
    this.#leftFactors = dense.float32(2 * v);
    this.#rightFactors = dense.float32(2 * h);
    this.#means = dense.float32(v);
    this.#means.set(data.means);
  }

  /**
   * Takes a state into the kernels' memory: its arrays become views of that. The state that was there before gets arrays of its
   * own again.
   */
  take(state: RbmState): void {
    if (this.#owner === state) return;
    if (this.#owner) {
      const { parameters, velocity, average } = this.#owner;
      for (const arrays of [parameters, velocity, average]) {
        for (const group of GROUPS) if (arrays) arrays[group] = arrays[group].slice();
      }
    }
    this.#owner = null;
    for (const group of GROUPS) {
      this.#parameters[group].set(state.parameters[group]);
      this.#velocity[group].set(state.velocity[group]);
      if (state.average) this.#average[group].set(state.average[group]);
    }
    state.parameters = { ...this.#parameters };
    state.velocity = { ...this.#velocity };
    if (state.average) state.average = { ...this.#average };
    this.#owner = state;
    this.#reload();
  }

  /** Makes an update in place. */
  update(state: RbmState, step: UpdateStep): void {
    this.take(state);
    this.#addDataMoments(state, step);
    this.#subtractModelMoments(state, step);
    this.#finishGradient(state);
    for (const group of GROUPS) {
      const parameters = this.#parameters[group], velocity = this.#velocity[group], gradient = this.#gradient[group];
      if (parameters.length === 0) continue;
      const { momentum, rate, averagingWeight } = step;
      const decay = group === "weights" ? this.#options.weightDecay : 0;
      this.dense.momentumStep({ parameters, velocity, gradient, momentum, rate, decay });
      if (!state.average) continue;
      // average ← average + weight · (parameters − average); the gradient's array has served.
      const average = { parameters: this.#average[group], velocity: gradient, gradient: parameters };
      this.dense.momentumStep({ ...average, momentum: 0, rate: averagingWeight, decay: 1 });
    }
    this.#reload();
  }

  #reload(): void {
    const { logVariances } = this.#parameters;
    for (let i = 0; i < logVariances.length; i++) this.layers.variances[i] = Math.exp(logVariances[i]);
    this.layers.reload();
  }

  /** Data moments, into the gradient. Leaves the batch in the layers, its hidden bits drawn where chains start from it. */
  #addDataMoments(state: RbmState, { rows, key }: UpdateStep): void {
    const { layers, dense } = this;
    const { visibleUnits, hiddenUnits } = layers.shape;
    const { values } = this.#data;
    for (let r = 0; r < rows.length; r++) {
      const from = rows[r] * visibleUnits;
      layers.visible.set(values.subarray(from, from + visibleUnits), r * visibleUnits);
    }
    layers.toHidden(rows.length);
    if (this.#options.method === "cd") layers.drawHidden(rows.length, 1, key, this.#probabilities);
    else dense.sigmoid(layers.hiddenFields, rows.length, hiddenUnits, 1, this.#probabilities);
    this.#blendMoments(rows.length, 1 / rows.length, 0);

    this.#batchMeans.set(this.#gradient.hiddenBias);
    const { hiddenMeans } = state;
    for (let j = 0; j < hiddenUnits; j++) {
      hiddenMeans[j] = HIDDEN_MEMORY * hiddenMeans[j] + (1 - HIDDEN_MEMORY) * this.#batchMeans[j];
    }
  }

  /** Runs the chains, and takes their moments off the gradient. */
  #subtractModelMoments(state: RbmState, { rows, key }: UpdateStep): void {
    const { layers } = this;
    const { method, steps, particles } = this.#options;
    const chains = method === "pcd" ? particles : rows.length;
    if (method === "pcd") layers.hidden.set(state.particles);
    for (let sweep = 1; sweep <= steps; sweep++) {
      const at = { ...key, step: key.step + sweep };
      layers.toVisible(chains);
      layers.drawVisible(chains, 1, at);
      layers.toHidden(chains);
      layers.drawHidden(chains, 1, at, this.#probabilities);
    }
    if (method === "pcd") state.particles.set(layers.hidden.subarray(0, state.particles.length));
    this.#blendMoments(chains, -1 / chains, 1);
  }

  /** gradient ← alpha · Σ over rows of the layers' moments + beta · gradient; hidden units by their probabilities. */
  #blendMoments(rows: number, alpha: number, beta: number): void {
    const { layers, dense } = this;
    const { visibleUnits: v, hiddenUnits: h } = layers.shape;
    const { weights, visibleBias, hiddenBias, logVariances } = this.#gradient;
    const { visible } = layers;
    if (visible instanceof Int8Array) {
      this.#correlation?.apply(visible, this.#probabilities, rows, weights, { alpha, beta });
    } else {
      const product = { a: visible, transposeA: true, b: this.#probabilities, c: weights, alpha, beta };
      dense.gemm({ m: v, n: h, k: rows, ...product });
      if (logVariances.length > 0) blendSquares(visible, rows, this.#squares, alpha, beta);
    }
    dense.columnSums(visible, rows, v, visibleBias, { alpha, beta });
    dense.columnSums(this.#probabilities, rows, h, hiddenBias, { alpha, beta });
  }

  /** From differences of moments to the gradient: variances, centring, sparsity, L1. */
  #finishGradient({ hiddenMeans }: RbmState): void {
    const { layers, dense } = this;
    const { visibleUnits: v, hiddenUnits: h } = layers.shape;
    const { weights, visibleBias, hiddenBias, logVariances } = this.#gradient;
    const { centering, sparsity, sparseDecay } = this.#options;
    if (logVariances.length > 0) this.#divideByVariances();
    if (centering) {
      for (let i = 0; i < v; i++) {
        this.#leftFactors[2 * i] = this.#means[i] / layers.variances[i];
        this.#leftFactors[2 * i + 1] = visibleBias[i];
      }
      this.#rightFactors.set(hiddenBias);
      this.#rightFactors.set(hiddenMeans, h);
      const [a, b] = [this.#leftFactors, this.#rightFactors];
      dense.gemm({ m: v, n: h, k: 2, a, b, c: weights, alpha: -1, beta: 1 });
      takeOffProducts(weights, hiddenMeans, this.#leftFactors, visibleBias, hiddenBias);
    }
    if (sparsity) {
      for (let j = 0; j < h; j++) hiddenBias[j] += sparsity.cost * (sparsity.target - this.#batchMeans[j]);
    }
    if (sparseDecay > 0) {
      const { weights: w } = this.#parameters;
      for (let k = 0; k < w.length; k++) weights[k] -= sparseDecay * Math.sign(w[k]);
    }
  }

  /** W and b over σ², and the gradient of log σ²; moments.ts states them. */
  #divideByVariances(): void {
    const { weights, visibleBias, logVariances } = this.#gradient;
    const { weights: w, visibleBias: b } = this.#parameters;
    const { shape: { visibleUnits, hiddenUnits }, variances } = this.layers;
    for (let i = 0; i < visibleUnits; i++) {
      let sum = 0.5 * this.#squares[i] - b[i] * visibleBias[i];
      const end = (i + 1) * hiddenUnits;
      for (let k = i * hiddenUnits; k < end; k++) {
        sum -= w[k] * weights[k];
        weights[k] /= variances[i];
      }
      logVariances[i] = sum / variances[i];
      visibleBias[i] /= variances[i];
    }
  }
}

/** out_i ← alpha · Σ_r x_ri² + beta · out_i */
function blendSquares(x: Float32Array, rows: number, out: Float32Array, alpha: number, beta: number): void {
  const columns = out.length;
  for (let i = 0; i < columns; i++) {
    let sum = 0;
    for (let r = 0; r < rows; r++) sum += x[r * columns + i] ** 2;
    out[i] = alpha * sum + (beta === 0 ? 0 : beta * out[i]);
  }
}

/** b ← b − G λ and c ← c − Gᵀ μ, μ every other entry of `left`, in double precision within a row. */
function takeOffProducts(
  gradient: Float32Array,
  hiddenMeans: Float32Array,
  left: Float32Array,
  visibleBias: Float32Array,
  hiddenBias: Float32Array,
): void {
  const h = hiddenMeans.length;
  for (let i = 0; i < visibleBias.length; i++) {
    const mean = left[2 * i];
    let sum = 0;
    for (let j = 0, k = i * h; j < h; j++, k++) {
      sum += gradient[k] * hiddenMeans[j];
      hiddenBias[j] -= mean * gradient[k];
    }
    visibleBias[i] -= sum;
  }
}
