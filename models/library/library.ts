/** The standard library: every function that a module can import from "ergodic", by name. */
import * as discrete from "./discrete.ts";
import * as elementwise from "./elementwise.ts";
import * as locationScale from "./location_scale.ts";
import * as positive from "./positive.ts";
import * as unitInterval from "./unit_interval.ts";

export type LibraryFunction = (...given: never[]) => unknown;

export const library: Readonly<Record<string, LibraryFunction>> = {
  ...locationScale,
  ...positive,
  ...unitInterval,
  ...discrete,
  ...elementwise,
};

export const libraryNames: readonly string[] = Object.keys(library);
