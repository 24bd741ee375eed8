/** An experiment as a target: what is noted of each trial are its variables, and it can only be drawn, not moved. */
import type { Random } from "../../numerics/random/random.ts";
import { unchanged } from "../posteriors/coordinates.ts";
import type { Target } from "../target.ts";

/** `trial` makes one and writes what is noted of it; its random numbers are those of the draw. */
export function outcomes(names: readonly string[], trial: (random: Random, out: Float64Array) => void): Target {
  return {
    dim: names.length,
    variables: names.map((name) => ({ name, shape: [] })),
    numericClass: "wasm",
    coding: "outcomes",
    ...unchanged(names.length),
    logDensity: () => 0,
    sample: trial,
    start: (_, out) => void out.fill(0),
  };
}
