/**
 * Gibbs sampling, one coordinate at a time: x_i is drawn from its full conditional p(x_i | x_{−i}), which is always accepted. An
 * energy model that makes its own sweeps is left to gibbs_sweeps.ts; the rest of this is of other models.
 *
 * One step makes dim such draws, so that a step costs and moves about as much as one of the other kernels. Random scan takes
 * each time a coordinate at random (a step may take one twice and another not at all) and fulfils detailed balance.
 * Systematic scan takes coordinates 1 … dim in turn; it mixes a little faster and keeps the target too, but it is not
 * reversible: the reverse of a step would go from dim down to 1.
 *
 * A conditional that gives NaN or ±∞ leaves its coordinate as it was and is counted.
 *
 * Geman & Geman (1984); Roberts & Sahu (1997) on scans.
 */
import { z } from "zod";
import type { Random } from "../../numerics/random/random.ts";
import type { Target } from "../../models/target.ts";
import { InputError } from "../../numerics/errors.ts";
import { annealing, buildSweepsChain, buildSweepsGroup } from "./gibbs_sweeps.ts";
import type { BaseInfo, BaseState, Kernel, KernelDefinition, Plan } from "./kernel.ts";

export const config = z.strictObject({
  kind: z.literal("gibbs"),
  scan: z.enum(["random", "systematic", "blocks"]).optional().describe(
    "Coordinates at random (reversible), or one after the other (keeps the target, but is not reversible); of energy models also " +
      "blocks that have no edge inside, each drawn at once. Default: random; of energy models the best that the model has.",
  ),
  temperature: annealing.optional().describe(
    "Of energy models: anneals from this temperature down, or up, to the model's own, over warmup.",
  ),
});
type Config = z.output<typeof config>;

export type State = BaseState;
export type Info = BaseInfo;

/** The kernel of one chain, whatever the target. */
function build(target: Target, options: Config, plan: Plan): Kernel<State, Info> {
  return target.sweeps ? buildSweepsChain(target, target.sweeps, options, plan) : buildByCoordinates(target, options);
}

function buildByCoordinates(target: Target, { scan = "random", temperature }: Config): Kernel<State, Info> {
  const { dim } = target;
  if (scan === "blocks" || temperature) {
    throw new InputError(
      temperature ? "temperature" : "scan",
      `${temperature ? "annealing" : "a scan by blocks"} needs an energy model that makes its own Gibbs sweeps.`,
    );
  }
  if (!target.sampleConditional) {
    throw new InputError("kind", "gibbs needs a model whose full conditionals can be drawn, and this one's cannot.");
  }
  const sampleConditional = target.sampleConditional.bind(target);
  const info: Info = { nonFinite: 0 };
  return {
    init: (position) => ({ position: position.slice(), logDensity: target.logDensity(position) }),

    step(state: State, random: Random): Info {
      const { position } = state;
      info.nonFinite = 0;
      for (let k = 0; k < dim; k++) {
        // Of the 2⁵² values of a uniform a coordinate gets at most one more than another.
        const i = scan === "random" ? Math.floor(random.uniform() * dim) : k;
        const value = sampleConditional(i, position, random);
        if (Number.isFinite(value)) position[i] = value;
        else info.nonFinite++;
      }
      state.logDensity = target.logDensity(position);
      return info;
    },

    relocate(state: State, position: Float64Array): void {
      state.position.set(position);
      state.logDensity = target.logDensity(position);
    },
  };
}

export const gibbs: KernelDefinition<typeof config, State, Info> = {
  kind: "gibbs",
  summary: "Gibbs sampling over the model's full conditionals, or sweeps of an energy model, with annealing.",
  config,
  requires: ({ scan, temperature }) => scan === "blocks" || temperature ? ["sweeps"] : ["conditionals"],
  statistics: [],
  build,
  buildGroup: (target, options, plan) => target.sweeps ? buildSweepsGroup(target, target.sweeps, options, plan) : null,
};
