/** The uniform law in a box as a proposal. Where the model has mass outside it, no weight could make up for it: that is an error. */
import { z } from "zod";
import { InputError } from "../../../numerics/errors.ts";
import type { Random } from "../../../numerics/random/random.ts";
import type { Density } from "../../../models/target.ts";
import type { Proposal } from "./mixture.ts";

export const boxConfig = z.strictObject({
  kind: z.literal("uniform"),
  low: z.array(z.number()).min(1).describe("Lower ends on the unconstrained scale, one a coordinate."),
  high: z.array(z.number()).min(1).describe("Upper ends."),
});

const BEYOND = [1e-3, 0.05, 0.5]; // of the width: where the outside of a face is looked at
const NEGLIGIBLE = 25; // nats below the highest density seen: e⁻²⁵ of it

export class BoxProposal implements Proposal {
  readonly #low: readonly number[];
  readonly #high: readonly number[];
  readonly #logDensity: number;

  /** Throws InputError where the box does not fit the model. */
  constructor({ low, high }: z.output<typeof boxConfig>, dim: number, path: string) {
    for (const [name, ends] of Object.entries({ low, high })) {
      if (ends.length !== dim) {
        throw new InputError(
          `${path}.${name}`,
          `expected ${dim} numbers, one a coordinate of the model, found ${ends.length}`,
        );
      }
    }
    let logVolume = 0;
    low.forEach((end, i) => {
      if (!(high[i] - end > 0 && high[i] - end < Infinity)) {
        throw new InputError(`${path}.high.${i}`, `expected more than ${path}.low.${i} (${end}), found ${high[i]}`);
      }
      logVolume += Math.log(high[i] - end);
    });
    this.#low = low;
    this.#high = high;
    this.#logDensity = -logVolume;
  }

  draw(random: Random, x: Float64Array): number {
    for (let i = 0; i < x.length; i++) x[i] = this.#low[i] + (this.#high[i] - this.#low[i]) * random.uniform();
    return this.#logDensity;
  }

  /**
   * Throws InputError where the density is more than negligible at a start that the box does not hold, or outside of the middle of
   * a face.
   */
  checkSupport(target: Density, start: Float64Array): void {
    const low = this.#low, high = this.#high;
    const x = Float64Array.from(low, (end, i) => 0.5 * (end + high[i]));
    const atStart = target.logDensity(start), peak = Math.max(orLess(target.logDensity(x)), orLess(atStart));
    const matters = (logDensity: number) => orLess(logDensity) > -Infinity && logDensity > peak - NEGLIGIBLE;
    start.forEach((at, i) => {
      if ((at < low[i] || at > high[i]) && matters(atStart)) throw noSupport(i, at, low[i], high[i]);
    });
    low.forEach((end, i) => {
      const middle = x[i], width = high[i] - end;
      for (const outside of BEYOND.flatMap((part) => [end - part * width, high[i] + part * width])) {
        x[i] = outside;
        if (matters(target.logDensity(x))) throw noSupport(i, outside, end, high[i]);
      }
      x[i] = middle;
    });
  }
}

/** What is NaN or +∞ is no density. */
function orLess(logDensity: number): number {
  return logDensity < Infinity ? logDensity : -Infinity;
}

function noSupport(i: number, x: number, low: number, high: number): InputError {
  return new InputError(
    "sampler.proposal",
    `the proposal has no support where the model has: coordinate ${
      i + 1
    } is from ${low} to ${high} in the box, and the ` +
      `density is not negligible at ${x}. Use a normal, student-t or mixture proposal.`,
  );
}
