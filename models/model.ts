/** What a file of `models/posteriors/` exports to be registered. */
import type { z } from "zod";
import type { NumericClass, Target } from "./target.ts";

/** Bytes that a job's spec names by their SHA-256: trained parameters, data sets. */
export interface Assets {
  /** Throws where there is no such asset: the service has put there what the spec names. */
  get(sha256: string): Uint8Array;
  /** Opens one of them as an ONNX graph; where there is a runtime for it, which is in workers alone. */
  openGraph?(sha256: string, numericClass: NumericClass): Promise<OpenGraph>;
}

/** Numbers by the names of a graph's inputs or outputs. */
export type GraphValues = Readonly<
  Record<string, { readonly shape: readonly number[]; readonly values: Float32Array | Float64Array }>
>;

export interface OpenGraph {
  run(feeds: GraphValues): Promise<GraphValues>;
  close(): Promise<void>;
}

/** A model kind: its name on the wire, its parameters, its target. */
export interface ModelDefinition<Config extends z.ZodObject = z.ZodObject> {
  readonly kind: string;
  /** One sentence for the documentation. */
  readonly summary: string;
  readonly config: Config;
  /** Builds the target. Throws InputError with a path relative to the config (`covariance.0.1`). */
  build(config: z.output<Config>, assets?: Assets): Target;
}
