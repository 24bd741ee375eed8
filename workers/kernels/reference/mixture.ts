/** A mixture of references as a proposal: Σ_k w_k q_k, normalised. */
import { z } from "zod";
import { InputError } from "../../../numerics/errors.ts";
import { logSumExp } from "../../../numerics/special/logarithms.ts";
import type { Random } from "../../../numerics/random/random.ts";
import { factorCovariance } from "../proposal_shape.ts";
import { createReference, drawReference, logReference, type Reference } from "./reference.ts";

/** A normalised law that can be drawn from. */
export interface Proposal {
  /** Draws x and returns log q(x). */
  draw(random: Random, x: Float64Array): number;
}

export const mixtureConfig = z.strictObject({
  kind: z.literal("mixture"),
  components: z.array(z.strictObject({
    weight: z.number().positive().default(1).describe("Divided by the sum of the weights."),
    mean: z.array(z.number()).min(1),
    covariance: z.array(z.array(z.number())).min(1),
    degreesOfFreedom: z.int().min(1).max(100).optional().describe("Of a Student t. Default: a normal distribution."),
  })).min(1).max(1000),
});

export interface Component {
  /** Adds up to 1. */
  readonly weight: number;
  readonly reference: Reference;
}

export class MixtureProposal implements Proposal {
  readonly #components: readonly Component[];
  readonly #terms: Float64Array;
  readonly #white: Float64Array;

  constructor(components: readonly Component[]) {
    this.#components = components;
    this.#terms = new Float64Array(components.length);
    this.#white = new Float64Array(components[0].reference.mean.length);
  }

  draw(random: Random, x: Float64Array): number {
    const components = this.#components, terms = this.#terms;
    if (components.length === 1) return drawReference(components[0].reference, random, x, this.#white);
    let left = random.uniform(), chosen = 0;
    for (; chosen < components.length - 1; chosen++) {
      left -= components[chosen].weight;
      if (left < 0) break;
    }
    drawReference(components[chosen].reference, random, x, this.#white);
    components.forEach(({ weight, reference }, k) => {
      terms[k] = Math.log(weight) + logReference(reference, x, this.#white);
    });
    return logSumExp(terms);
  }
}

const DEFENSIVE_WIDTH = 3;

/** The reference, with the given share of a Cauchy law three times as wide. */
export function defended(reference: Reference, share: number): readonly Component[] {
  if (share === 0) return [{ weight: 1, reference }];
  const wide = createReference(reference.mean, reference.factor.map((x) => DEFENSIVE_WIDTH * x), 1);
  return [{ weight: 1 - share, reference }, { weight: share, reference: wide }];
}

/** Throws InputError where a component does not fit the model. */
export function mixtureOf({ components }: z.output<typeof mixtureConfig>, dim: number, path: string): MixtureProposal {
  const total = components.reduce((sum, { weight }) => sum + weight, 0);
  if (!(total < Infinity)) throw new InputError(`${path}.components`, "the sum of the weights must be finite");
  return new MixtureProposal(components.map(({ weight, mean, covariance, degreesOfFreedom = 0 }, k) => {
    const at = `${path}.components.${k}`;
    if (mean.length !== dim) {
      throw new InputError(
        `${at}.mean`,
        `mean must have ${dim} numbers, one a coordinate of the model, found ${mean.length}.`,
      );
    }
    const factor = factorCovariance(covariance, dim, `${at}.covariance`);
    return { weight: weight / total, reference: createReference(Float64Array.from(mean), factor, degreesOfFreedom) };
  }));
}
