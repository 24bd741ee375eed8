/** Any kernel on finitely many points as its exact transition matrix. */
import { InputError } from "../../../numerics/errors.ts";
import { Random } from "../../../numerics/random/random.ts";
import type { FiniteChain } from "../../../models/finite_chain/chain.ts";
import type { BaseInfo, BaseState, Kernel } from "../kernel.ts";
import { type ExplorationOptions, Explorer } from "./outcome_law.ts";
import type { DiscreteSpace } from "./space.ts";

/**
 * One step from every point, on every outcome of its random numbers. The kernel's state must be a function of its position, and
 * the points closed under its steps. Throws InputError (its path empty) where that is not so, or where the kernel cannot be
 * explored (see outcome_law.ts). Adaptation is none of this: build the kernel for a warmup of 0.
 */
export function kernelTransitions(
  kernel: Kernel<BaseState, BaseInfo>,
  space: DiscreteSpace,
  options: ExplorationOptions = {},
): FiniteChain {
  const size = space.points.length;
  const matrix = new Float64Array(size * size);
  const explorer = new Explorer(options);
  space.points.forEach((point, from) => {
    const checked = new Set<number>();
    const law = explorer.law((random) => {
      const state = kernel.init(point.slice(), new NoRandom(0));
      kernel.step(state, random);
      const to = space.indexOf(state.position);
      if (to < 0) {
        throw new InputError(
          "",
          `it goes from (${point.join(", ")}) to (${state.position.join(", ")}), which is no state.`,
        );
      }
      if (!checked.has(to)) {
        checked.add(to);
        requireMarkov(state, kernel.init(state.position.slice(), new NoRandom(0)));
      }
      return to;
    });
    for (const [to, probability] of law) matrix[from * size + to] = probability;
  });
  return { size, matrix };
}

function requireMarkov(state: BaseState, fresh: BaseState): void {
  if (isAlike(state, fresh)) return;
  throw new InputError("", "its state holds more than the position, so that positions alone are no Markov chain.");
}

const RELATIVE = 1e-9; // a log density that is kept up to date, beside one that is computed anew

/** Whether two states are the same but for rounding. */
function isAlike(a: unknown, b: unknown): boolean {
  if (typeof a === "number" && typeof b === "number") {
    return Object.is(a, b) || Math.abs(a - b) <= RELATIVE * Math.max(1, Math.abs(a), Math.abs(b));
  }
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return a === b;
  const entries = Object.entries(a), others = new Map<string, unknown>(Object.entries(b));
  return entries.length === others.size && entries.every(([key, value]) => isAlike(value, others.get(key)));
}

/** At its start a kernel may not draw: it would not be where it was put. */
class NoRandom extends Random {
  override uint32(): never {
    throw new InputError("", "it draws random numbers where it starts, so its state is no function of the position.");
  }
}
