/**
 * A layer of a flow: a bijection of ℝ^width whose log-determinants and gradients are written by hand.
 *
 * A layer is built once over an arithmetic, for at most `capacity` rows at a time, and holds its own scratch space: it allocates
 * nothing later. Both directions can be differentiated: trainings by maximum likelihood walk from data to noise, those by reverse
 * Kullback–Leibler divergence from noise to data.
 */
import type { Arithmetic, Reals } from "../../numerics/arithmetic/arithmetic.ts";

/** What is learned, and what it is told by: arrays of the arithmetic. */
export interface Parameter {
  /** Unique within its layer: `weights[0]`, `bias[0]`, `logScale` … */
  readonly name: string;
  readonly shape: readonly number[];
  readonly values: Reals;
  /** The gradient of what is minimised: passes back add to it. Null for what data decide once (the permutation of a 1×1 convolution, means). */
  readonly gradient: Reals | null;
  /** Weight decay acts on matrices alone. */
  readonly decays: boolean;
}

/** Rows on their way through a flow. */
export interface Rows {
  readonly rows: number;
  /** [rows × width]; layers work in place. */
  readonly x: Reals;
  /** [rows]; layers add the log-determinant of the direction that is walked. */
  readonly logDet: Float64Array;
  /** [rows × contextWidth]: what the flow is conditional on (a class, one-hot), null where on nothing. */
  readonly context: Reals | null;
}

/** Cotangents on their way back: of what is minimised with respect to `x` and `logDet` of Rows. */
export interface Cotangents {
  readonly rows: number;
  /** [rows × width], in place: of a layer's output before the call, of its input after it. */
  readonly dx: Reals;
  /** [rows]; the same for every layer, and read only. */
  readonly dLogDet: Float64Array;
  /** Samplers ask for the inputs' alone: layers may then leave out the parameters' gradients, which cost as much again. */
  readonly inputsOnly?: boolean;
}

export interface Layer {
  /** Which emitter of onnx/ writes it, and which tests run it. */
  readonly kind: string;
  readonly width: number;
  readonly capacity: number;
  /** Own ones and those of what it is made of; names are unique. */
  readonly parameters: readonly Parameter[];
  /** Computes what follows from the parameters alone (û, W⁻¹, exp(s)). Called after they change and before the layer is used. */
  reload(): void;
  /**
   * Sets parameters that the first batch decides (actnorm), walking from data to noise: `rows` are this layer's inputs of that
   * direction. Called once in a training's life, before the first update: what it sets is in the parameters, and so in the checkpoint.
   */
  initialize?(rows: Rows): void;
  /** Noise to data, and data to noise. With `keep` the layer remembers what `back` of the direction needs, until its next pass. */
  forward(rows: Rows, keep?: boolean): void;
  inverse(rows: Rows, keep?: boolean): void;
  /** After `forward` with `keep`: cotangents of x become those of z, and the parameters' gradients are added to. */
  forwardBack(cotangents: Cotangents): void;
  inverseBack(cotangents: Cotangents): void;
}

/** What a layer is built with. */
export interface Workplace {
  readonly arithmetic: Arithmetic;
  /** The most rows of one pass. */
  readonly capacity: number;
  /** Numbers of a row of context; 0 where the flow is conditional on nothing. */
  readonly contextWidth: number;
}
