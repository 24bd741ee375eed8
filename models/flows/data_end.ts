/** The layers at the data end of a flow: what undoes, with its log-determinant, what was done to the data. */
import type { DataShape } from "./definition.ts";
import type { Layer, Workplace } from "./layer.ts";
import { Logit } from "./layers/logit.ts";
import { Standardization } from "./layers/standardization.ts";

export function dataEnd({ dim, preprocess }: DataShape, place: Workplace): Layer[] {
  switch (preprocess) {
    case "none":
    case "dequantize":
      return [];
    case "standardize":
      return [new Standardization(dim, place)];
    case "logit":
      return [new Logit(dim, place)];
  }
}

/** Numbers that these layers take of an arithmetic. */
export function dataEndSize({ dim, preprocess }: DataShape, capacity: number): number {
  return preprocess === "standardize"
    ? Standardization.size(dim)
    : preprocess === "logit"
    ? Logit.size(dim, capacity)
    : 0;
}
