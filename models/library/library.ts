/** The standard library: every function that a module can import from "ergodic", by name. */
import { categorical, categoricalLogit, orderedLogit } from "./categorical.ts";
import { vonMises } from "./circular.ts";
import { lkjCholesky } from "./correlation.ts";
import * as discrete from "./discrete.ts";
import * as elementwise from "./elementwise.ts";
import * as linearAlgebra from "./linear_algebra.ts";
import * as locationScale from "./location_scale.ts";
import * as multivariate from "./multivariate.ts";
import * as positiveLaws from "./positive.ts";
import * as sums from "./sums.ts";
import * as intervals from "./transforms/intervals.ts";
import * as matrices from "./transforms/matrices.ts";
import * as orderedVectors from "./transforms/ordered.ts";
import { simplex } from "./transforms/simplex.ts";
import { unitVector } from "./transforms/unit_vector.ts";
import * as unitInterval from "./unit_interval.ts";

export type LibraryFunction = (...given: never[]) => unknown;

export const library: Readonly<Record<string, LibraryFunction>> = {
  ...locationScale,
  ...positiveLaws,
  ...unitInterval,
  vonMises,
  ...discrete,
  categorical,
  categoricalLogit,
  orderedLogit,
  ...multivariate,
  lkjCholesky,
  ...intervals,
  ...orderedVectors,
  simplex,
  unitVector,
  ...matrices,
  ...sums,
  ...linearAlgebra,
  ...elementwise,
};

export const libraryNames: readonly string[] = Object.keys(library);
