/** A state of parallel tempering in which every replica is an exact draw of its own law. */
import assert from "node:assert/strict";
import type { Random } from "../../../numerics/random/random.ts";
import type { Target } from "../../../models/target.ts";
import type { BaseState, KernelDefinition } from "../../../workers/kernels/kernel.ts";
import { config, type State } from "../../../workers/kernels/parallel_tempering.ts";
import { kernels } from "../../../workers/kernels/registry.ts";
import type { ExactTarget } from "./exact_targets.ts";

/** Writes x0 into the replica at β = 1 and draws of p^β into the others. `target` is what the kernel was built on. */
export function sampleLadder(
  state: BaseState,
  options: unknown,
  exact: ExactTarget,
  target: Target,
  x0: Float64Array,
  random: Random,
): BaseState {
  const { inner } = config.parse(options);
  assert(inner && isLadder(state) && exact.sampleTempered);
  const { betas, replicas } = state;
  const definition: KernelDefinition = kernels[inner.kind];
  const x = x0.slice();
  for (let k = 0; k < betas.length; k++) {
    if (k > 0) exact.sampleTempered(betas[k], random, x);
    const kernel = definition.build(tempered(target, betas[k]), inner, { warmup: 0 });
    assert(kernel.relocate);
    kernel.relocate(replicas[k], x);
  }
  state.position.set(x0);
  state.logDensity = replicas[0].logDensity;
  return state;
}

function isLadder(state: BaseState): state is State {
  return "replicas" in state;
}

function tempered(target: Target, beta: number): Target {
  const { logDensityAndGradient } = target;
  return {
    ...target,
    logDensity: (x) => beta * target.logDensity(x),
    logDensityAndGradient: logDensityAndGradient && ((x, gradient) => {
      const logDensity = logDensityAndGradient(x, gradient);
      for (let i = 0; i < gradient.length; i++) gradient[i] *= beta;
      return beta * logDensity;
    }),
  };
}
