/** What a file of `models/posteriors/` exports to be registered. */
import type { z } from "zod";
import type { NumericClass, Target, Variable } from "./target.ts";

/** Bytes that a job's spec names by their SHA-256: trained parameters, data sets. */
export interface Assets {
  /** Throws where there is no such asset: the service has put there what the spec names. */
  get(sha256: string): Uint8Array;
  /** Opens one of them, a user's compiled module, on its data; where it may do no harm, which is in workers of modules alone. */
  openModule?(sha256: string, data: unknown, generated: readonly Variable[]): Target;
  /** Opens one of them as an ONNX graph; where there is a runtime for it, which is in workers alone. */
  openGraph?(sha256: string, numericClass: NumericClass): Promise<OpenGraph>;
  /** Opens one of them as a graph that answers at once; there too. Throws InputError where the runtime does not take it. */
  bindGraph?(
    sha256: string,
    numericClass: NumericClass,
    inputs: readonly TensorSlot[],
    outputs: readonly TensorSlot[],
  ): BoundGraph;
}

/** Numbers by the names of a graph's inputs or outputs. */
export type GraphValues = Readonly<
  Record<string, { readonly shape: readonly number[]; readonly values: Float32Array | Float64Array }>
>;

export interface OpenGraph {
  run(feeds: GraphValues): Promise<GraphValues>;
  close(): Promise<void>;
}

/** An input or output of a graph, and the numbers that it always has. */
export interface TensorSlot {
  readonly name: string;
  readonly type: "float32" | "float64";
  readonly shape: readonly number[];
}

/** A graph that is open on arrays of its own, one for each slot: a run reads the inputs and writes the outputs, and is over when it returns. */
export interface BoundGraph {
  readonly inputs: readonly (Float32Array | Float64Array)[];
  readonly outputs: readonly (Float32Array | Float64Array)[];
  /** Throws InputError where the graph cannot run on what is in its inputs. */
  run(): void;
  close(): void;
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
