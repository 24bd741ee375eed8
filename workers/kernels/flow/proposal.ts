/** A trained flow as a law to propose from, in double precision by plain arithmetic. */
import { openDouble } from "../../../numerics/arithmetic/double.ts";
import { InputError } from "../../../numerics/errors.ts";
import type { Random } from "../../../numerics/random/random.ts";
import { openTrained } from "../../../models/flows/trained.ts";
import { decodeTrained } from "../../../models/training/trained.ts";

/** A law that is normalised, drawn from exactly, and frozen while it is used. */
export interface GlobalProposal {
  /** A draw, a function of where `random` stands. */
  draw(random: Random, x: Float64Array): void;
  /** log q(x): the same bits for the same x, whichever else is asked for. */
  logDensity(x: Float64Array): number;
}

/** The flow of trained parameters. Throws InputError, its path relative to where they are named, where its rows are not ℝ^dim. */
export function openFlow(trained: Uint8Array, dim: number): GlobalProposal {
  const { flow, about: { shape } } = openTrained(decodeTrained(trained), () => openDouble(), 1);
  if (shape.dim !== dim) {
    throw new InputError("sha256", `the flow has rows of ${shape.dim} numbers, and the model has ${dim} coordinates`);
  }
  if (shape.classes > 0) {
    throw new InputError(
      "sha256",
      "the flow is conditional on a class, and so no law of its own. Train one that is not.",
    );
  }
  const noise = new Float64Array(dim);
  return {
    draw(random, x) {
      flow.network.base.draw(random, 1, null, noise);
      x.set(flow.forward({ rows: 1, values: noise }).x.values);
    },
    logDensity: (x) => flow.logDensity({ rows: 1, values: x })[0],
  };
}
