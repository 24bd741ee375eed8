/** The law of a flow's noise: independent or not, it can be drawn exactly, and its log density is known with its gradient. */
import type { Reals } from "../../numerics/arithmetic/arithmetic.ts";
import type { Random } from "../../numerics/random/random.ts";
import type { Parameter } from "./layer.ts";

export interface Base {
  /** `normal`, `logistic`, `uniform`, `mixture` …: what onnx/ writes and the registry tells. */
  readonly kind: string;
  readonly width: number;
  readonly parameters: readonly Parameter[];
  reload(): void;
  /** Adds log p(z_r) to out_r. z [rows × width]; context as in Rows. With `keep`, for `back`. */
  logDensity(z: Reals, rows: number, context: Reals | null, out: Float64Array, keep?: boolean): void;
  /** Adds weight_r · ∂ log p(z_r)/∂z to dz, and to the parameters' gradients, after `logDensity` with `keep`. */
  back(z: Reals, rows: number, weight: Float64Array, dz: Reals): void;
  /** One row of noise, a function of where `random` stands; `temperature` T scales the spread of a location–scale law by T. */
  draw(random: Random, temperature: number, context: Reals | null, out: Float64Array): void;
}
