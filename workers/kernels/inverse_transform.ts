/**
 * The inverse transform: x_i = F_i⁻¹(u_i) = inf{x : F_i(x) ≥ u_i}, u_i uniform on (0, 1), for targets of independent coordinates
 * whose distribution functions can be inverted. Draws are exact and independent; there is nothing to warm up.
 *
 * Devroye (1986), "Non-uniform random variate generation", section II.2.
 */
import { z } from "zod";
import { InputError } from "../../numerics/errors.ts";
import type { BaseInfo, BaseState, KernelDefinition } from "./kernel.ts";

export const config = z.strictObject({ kind: z.literal("inverse-transform") });

export type State = BaseState;

export interface Info extends BaseInfo {
  /** The uniform of the first coordinate. */
  u: number;
}

export const inverseTransform: KernelDefinition<typeof config, State, Info> = {
  kind: "inverse-transform",
  summary: "Independent draws by the inverse of the model's distribution function, x = F⁻¹(u).",
  config,
  requires: () => ["quantile"],
  statistics: [{ name: "u", type: "float64", read: (info) => info.u }],
  isIndependent: true,
  build(target) {
    if (!target.quantile) {
      throw new InputError("kind", "inverse-transform needs a model whose distribution functions can be inverted.");
    }
    const quantile = target.quantile.bind(target);
    const u = new Float64Array(target.dim);
    const info: Info = { u: NaN, nonFinite: 0 };
    return {
      init: (position) => ({ position: position.slice(), logDensity: target.logDensity(position) }),
      step(state, random) {
        for (let i = 0; i < u.length; i++) u[i] = random.uniform();
        quantile(u, state.position);
        state.logDensity = target.logDensity(state.position);
        info.u = u[0];
        return info;
      },
    };
  },
};
