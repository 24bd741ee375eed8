/** What `import { … } from "ergodic"` means to an editor and to `deno check`: the functions of library.ts, with their types. */
export { categorical, categoricalLogit, orderedLogit } from "./categorical.ts";
export { vonMises } from "./circular.ts";
export { lkjCholesky } from "./correlation.ts";
export * from "./discrete.ts";
export * from "./elementwise.ts";
export * from "./linear_algebra.ts";
export * from "./location_scale.ts";
export * from "./multivariate.ts";
export * from "./positive.ts";
export * from "./sums.ts";
export * from "./transforms/intervals.ts";
export * from "./transforms/matrices.ts";
export * from "./transforms/ordered.ts";
export { simplex } from "./transforms/simplex.ts";
export { unitVector } from "./transforms/unit_vector.ts";
export * from "./unit_interval.ts";
/** What `prior` and `simulate` are given. */
export type { ModuleRandom as Random } from "../modules/random.ts";
