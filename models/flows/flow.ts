/**
 * A normalizing flow as samplers, targets and outputs see it: x = f(z), log p(x) = log p_base(z) − log|det ∂f/∂z|.
 *
 * `forward` maps noise to data, `inverse` data to noise; logDet is always that of the map just applied. Whatever the number of rows, a
 * row's results depend on that row alone.
 */

/** Rows of numbers [rows × dim], row-major. */
export interface Batch {
  readonly rows: number;
  readonly values: Float32Array | Float64Array;
}

export interface Flow {
  readonly dim: number;
  forward(z: Batch, context?: Batch): { x: Batch; logDet: Float64Array };
  inverse(x: Batch, context?: Batch): { z: Batch; logDet: Float64Array };
}
