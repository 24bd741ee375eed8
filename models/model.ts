/** What a file of `models/posteriors/` exports to be registered. */
import type { z } from "zod";
import type { Target } from "./target.ts";

/** Bytes that a job's spec names by their SHA-256: trained parameters, data sets. */
export interface Assets {
  /** Throws where there is no such asset: the service has put there what the spec names. */
  get(sha256: string): Uint8Array;
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
