/** The model that a flow is fitted to without data. */
import { InputError } from "../../../numerics/errors.ts";
import type { ModelDefinition } from "../../model.ts";
import type { ModelSpec } from "../../model_spec.ts";
import { models } from "../../registry.ts";
import type { Differentiable } from "../../target.ts";

/** Its density lives on unconstrained coordinates: so does the flow. Throws InputError with a path relative to the training. */
export function targetOf(model: ModelSpec): Differentiable {
  const definition: ModelDefinition = models[model.kind];
  if ("sha256" in model) {
    throw new InputError("objective.model", "trained models cannot be learned from yet: name one by its parameters");
  }
  let target;
  try {
    target = definition.build(model);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    throw new InputError(error.path === "" ? "objective.model" : `objective.model.${error.path}`, error.message);
  }
  const { dim, logDensityAndGradient, coding, hasFixedCoordinates } = target;
  if (!logDensityAndGradient || coding !== undefined || hasFixedCoordinates) {
    throw new InputError(
      "objective.model",
      `reverse-kl follows the gradient of a density on all of ℝ^dim; ${model.kind}, as it is here, has none. Take gaussian-mixture, say.`,
    );
  }
  return {
    dim,
    logDensity: (x) => target.logDensity(x),
    logDensityAndGradient: (x, gradient) => logDensityAndGradient.call(target, x, gradient),
  };
}
