/** What a file of `models/posteriors/` exports to be registered. */
import type { z } from "zod";
import type { Target } from "./target.ts";

/** A model kind: its name on the wire, its parameters, its target. */
export interface ModelDefinition<Config extends z.ZodObject = z.ZodObject> {
  readonly kind: string;
  /** One sentence for the documentation. */
  readonly summary: string;
  readonly config: Config;
  /** Builds the target. Throws InputError with a path relative to the config (`covariance.0.1`). */
  build(config: z.output<Config>): Target;
}
