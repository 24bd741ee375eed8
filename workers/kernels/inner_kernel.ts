/** Kernels that another kernel moves its chains with: what they must have, and how it reads what they record. */
import { InputError } from "../../numerics/errors.ts";
import type { Target } from "../../models/target.ts";
import { hmc } from "./hmc.ts";
import type { BaseInfo, BaseState, Kernel, KernelDefinition, Plan } from "./kernel.ts";
import { mala } from "./mala.ts";
import { nuts } from "./nuts.ts";
import { randomWalk } from "./random_walk.ts";
import { slice } from "./slice.ts";

/** Those that move one chain on real coordinates. */
export const innerKernels = {
  "random-walk": randomWalk,
  "slice": slice,
  "mala": mala,
  "hmc": hmc,
  "nuts": nuts,
} as const;
/** Their configurations, for the schema of who lets one be chosen. */
export const innerConfigs = [randomWalk.config, slice.config, mala.config, hmc.config, nuts.config] as const;

/** What is taken where none was chosen. */
export function defaultInner(target: Target) {
  return target.logDensityAndGradient
    ? nuts.config.parse({ kind: "nuts" })
    : randomWalk.config.parse({ kind: "random-walk" });
}

/** A kernel whose state can be put elsewhere. */
export type Movable = Kernel<BaseState, BaseInfo> & Required<Pick<Kernel<BaseState, BaseInfo>, "relocate">>;

/** What the configuration has wrong is said of `path`. */
export function buildInner(
  definition: KernelDefinition,
  target: Target,
  config: { readonly kind: string },
  plan: Plan,
  path: string,
): Movable {
  try {
    const kernel = definition.build(target, config, plan);
    if (!isMovable(kernel)) {
      throw new Error(`the kernel ${definition.kind} has no relocate, so no other can move by it`);
    }
    return kernel;
  } catch (error) {
    if (error instanceof InputError) throw new InputError(`${path}.${error.path}`, error.message);
    throw error;
  }
}

function isMovable(kernel: Kernel<BaseState, BaseInfo>): kernel is Movable {
  return kernel.relocate !== undefined;
}

/** What reads a statistic off the inner kernel's info, or gives `missing` where it records none of that name. */
export function statistic(definition: KernelDefinition, name: string, missing: number): (info: BaseInfo) => number {
  const column = definition.statistics.find((candidate) => candidate.name === name);
  return column ? (info) => column.read(info) : () => missing;
}
