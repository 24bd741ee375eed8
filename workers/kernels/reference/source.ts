/** Where a reference comes from: the user, Laplace's approximation at the chain's start, or what a warmup shows. */
import { z } from "zod";
import { InputError } from "../../../numerics/errors.ts";
import type { Random } from "../../../numerics/random/random.ts";
import type { Target } from "../../../models/target.ts";
import { factorCovariance } from "../proposal_shape.ts";
import { type Exploration, Explorer } from "./exploration.ts";
import { laplace, MOST_LAPLACE_DIMENSIONS } from "./laplace.ts";
import { createReference, type Reference } from "./reference.ts";

export const DEGREES_OF_FREEDOM = 5;

const place = {
  mean: z.array(z.number()).min(1).optional()
    .describe("Centre on the unconstrained scale, one number a coordinate; with covariance. Default: fitted."),
  covariance: z.array(z.array(z.number())).min(1).optional()
    .describe("Shape L Lᵀ, row by row, on the unconstrained scale; with mean. Default: fitted."),
};

export const normalConfig = z.strictObject({ kind: z.literal("normal"), ...place });
export const studentConfig = z.strictObject({
  kind: z.literal("student-t"),
  ...place,
  degreesOfFreedom: z.int().min(1).max(100).default(DEGREES_OF_FREEDOM)
    .describe("ν: small for heavy tails. The covariance is ν / (ν − 2) times the shape."),
});

export const fitOptions = {
  fit: z.enum(["laplace", "warmup"]).optional().describe(
    "How what is not given is found: at a mode near the chain's start, from the curvature there, or from what a warmup visits. " +
      "Default: warmup where there is one.",
  ),
  widen: z.number().positive().max(1000).default(1).describe("Fitted standard deviations are multiplied by it."),
};

export type ReferenceConfig = z.output<typeof normalConfig> | z.output<typeof studentConfig>;

export interface SourceOptions {
  readonly config: ReferenceConfig;
  readonly fit?: "laplace" | "warmup";
  readonly widen: number;
  /** Where `config` stands in the sampler's configuration. */
  readonly path: string;
}

/** Plain data: part of a checkpoint. */
export interface Fitting {
  /** Null until the warmup that shows it is over. */
  reference: Reference | null;
  exploration: Exploration | null;
}

export class ReferenceSource {
  readonly #target: Target;
  readonly #options: SourceOptions;
  readonly #given: Reference | null;
  readonly #explorer: Explorer | null;
  /** Steps that a warmup explores; 0 where there is nothing to learn. */
  readonly steps: number;

  /** `steps`: those that may explore. Throws InputError where what is given does not fit the target, or nothing can be fitted. */
  constructor(target: Target, options: SourceOptions, steps: number) {
    this.#target = target;
    this.#options = options;
    this.#given = givenReference(options.config, target.dim, options.path);
    const explores = this.#given === null && (options.fit ?? (steps > 0 ? "warmup" : "laplace")) === "warmup";
    if (explores && steps === 0) {
      throw new InputError(
        "fit",
        "there is no warmup to fit from: give a warmup, fit by laplace, or give mean and covariance.",
      );
    }
    if (this.#given === null && !explores && target.dim > MOST_LAPLACE_DIMENSIONS) {
      throw new InputError(
        "fit",
        `laplace serves up to ${MOST_LAPLACE_DIMENSIONS} coordinates, the model has ${target.dim}: fit by warmup, or give ` +
          "mean and covariance.",
      );
    }
    this.#explorer = explores ? new Explorer(target, steps) : null;
    this.steps = explores ? steps : 0;
  }

  init(position: Float64Array, random: Random): Fitting {
    if (this.#explorer) return { reference: null, exploration: this.#explorer.init(position, random) };
    if (this.#given) return { reference: structuredClone(this.#given), exploration: null };
    const found = laplace(this.#target, position);
    if (found === null) {
      throw new InputError(
        "sampler.fit",
        "no mode of the log density was found from the chain's start: it may have none. Fit by warmup, or give mean and covariance.",
      );
    }
    return { reference: this.#fitted(found.mean, found.factor), exploration: null };
  }

  /** One step of the warmup that explores; the last one leaves the reference. Returns the evaluations that were not finite. */
  explore(fitting: Fitting, random: Random): number {
    const { exploration } = fitting;
    if (!this.#explorer || !exploration) throw new Error("this reference is not learned, or has been");
    const nonFinite = this.#explorer.step(exploration, random);
    if (exploration.step === this.steps) {
      const { mean, factor } = this.#explorer.learned(exploration);
      fitting.reference = this.#fitted(mean, factor);
      fitting.exploration = null;
    }
    return nonFinite;
  }

  #fitted(mean: Float64Array, factor: Float64Array): Reference {
    return createReference(mean, factor.map((x) => this.#options.widen * x), degreesOf(this.#options.config));
  }
}

export function degreesOf(config: ReferenceConfig): number {
  return config.kind === "normal" ? 0 : config.degreesOfFreedom;
}

/** The reference that a user has given; null where it is to be fitted. Throws InputError where it does not fit the model. */
export function givenReference(config: ReferenceConfig, dim: number, path: string): Reference | null {
  const { mean, covariance } = config;
  if (!mean && !covariance) return null;
  if (!mean || !covariance) {
    throw new InputError(
      `${path}.${mean ? "covariance" : "mean"}`,
      "mean and covariance are given together, or none is.",
    );
  }
  if (mean.length !== dim) {
    throw new InputError(
      `${path}.mean`,
      `mean must have ${dim} numbers, one a coordinate of the model, found ${mean.length}.`,
    );
  }
  return createReference(
    Float64Array.from(mean),
    factorCovariance(covariance, dim, `${path}.covariance`),
    degreesOf(config),
  );
}
