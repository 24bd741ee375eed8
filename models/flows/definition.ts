/** What a file of this folder exports to be registered: a kind of flow, by the numbers that make its architecture. */
import type { z } from "zod";
import type { Base } from "./base.ts";
import type { Layer, Workplace } from "./layer.ts";

/** What the data decide of an architecture; kept with the trained parameters. */
export interface DataShape {
  readonly dim: number;
  /** [height, width, channels] where the rows are images, channels fastest. */
  readonly image?: readonly [number, number, number];
  /** Classes that the flow is conditional on, 0 where on none: the context is one-hot. */
  readonly classes: number;
  /** What the data end of the flow must undo; see preprocessing. */
  readonly preprocess: Preprocess;
}

/**
 * `none`: rows as they are. `standardize`: a fixed scale and shift a column, from the training rows. `dequantize`: bytes become
 * (255 v + u)/256 in (0, 1). `logit`: these, through logit(a + (1 − 2a) x), with its log-determinant.
 */
export type Preprocess = "none" | "standardize" | "dequantize" | "logit";

/** A flow that is built: layers from noise to data, over its base. */
export interface Network {
  readonly layers: readonly Layer[];
  readonly base: Base;
}

export interface FlowDefinition<Config extends z.ZodObject = z.ZodObject> {
  readonly kind: string;
  /** One sentence for the documentation. */
  readonly summary: string;
  /** Its architecture; complete with `kind` alone. */
  readonly config: Config;
  /** Parameters start as functions of the seed. Throws InputError with a path relative to the config. */
  build(config: z.output<Config>, shape: DataShape, workplace: Workplace, seed: number): Network;
  /** Bytes that `build` and a pass over `capacity` rows take of a single-precision arithmetic. */
  bytes(config: z.output<Config>, shape: DataShape, capacity: number): number;
}
