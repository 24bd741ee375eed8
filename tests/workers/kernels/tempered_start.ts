/** A state of parallel tempering in which every replica is an exact draw of its own law. */
import assert from "node:assert/strict";
import type { Random } from "../../../numerics/random/random.ts";
import type { Target } from "../../../models/target.ts";
import type { BaseState, KernelDefinition } from "../../../workers/kernels/kernel.ts";
import { config, type State } from "../../../workers/kernels/parallel_tempering.ts";
import { kernels } from "../../../workers/kernels/registry.ts";
import type { ExactTarget } from "./exact_targets.ts";

/**
 * What puts `state` at x0 at β = 1 and at draws of p^β at the other temperatures. `target` is what its kernel was built on.
 */
export function ladderStart(
  state: BaseState,
  options: unknown,
  { sampleTempered }: ExactTarget,
  target: Target,
): (x0: Float64Array, random: Random) => BaseState {
  const { inner } = config.parse(options);
  assert(inner && isLadder(state) && sampleTempered);
  const { betas, replicas } = state;
  const definition: KernelDefinition = kernels[inner.kind];
  const movers = Array.from(betas, (beta) => definition.build(tempered(target, beta), inner, { warmup: 0 }));
  const x = new Float64Array(target.dim);
  return (x0, random) => {
    movers.forEach(({ relocate }, k) => {
      assert(relocate);
      x.set(x0);
      if (k > 0) sampleTempered(betas[k], random, x);
      relocate(replicas[k], x);
    });
    state.position.set(x0);
    state.logDensity = replicas[0].logDensity;
    return state;
  };
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
