/** Chains of a kernel run to the end, and whether their moments agree with the truth. */
import assert from "node:assert/strict";
import { Purpose, Random } from "../../../numerics/random/random.ts";
import type { Target } from "../../../models/target.ts";
import { diagnose } from "../../../coordinator/statistics/diagnose.ts";
import { Workspace } from "../../../coordinator/statistics/workspace.ts";
import type { BaseInfo, BaseState, KernelDefinition } from "../../../workers/kernels/kernel.ts";

export interface LongRun {
  readonly chains: number;
  readonly warmup: number;
  readonly draws: number;
  readonly seed: number;
}

/** [dim], each [chains][draws]. Chains start uniformly on (−2, 2). */
export function coordinates(
  definition: KernelDefinition,
  config: Readonly<Record<string, unknown>>,
  target: Target,
  { chains, warmup, draws, seed }: LongRun,
  look: (info: BaseInfo, state: BaseState) => void = () => {},
): Float64Array[] {
  const options = definition.config.parse({ kind: definition.kind, ...config });
  const kernel = definition.build(target, options, { warmup });
  const random = new Random(seed);
  const values = Array.from({ length: target.dim }, () => new Float64Array(chains * draws));
  for (let chain = 0; chain < chains; chain++) {
    random.at(chain, 1, Purpose.start);
    const state = kernel.init(Float64Array.from({ length: target.dim }, () => 4 * random.uniform() - 2), random);
    for (let step = 1; step <= warmup + draws; step++) {
      const info = kernel.step(state, random.at(chain, step));
      if (step <= warmup) continue;
      look(info, state);
      values.forEach((column, i) => column[chain * draws + step - warmup - 1] = state.position[i]);
    }
  }
  return values;
}

/**
 * The mean is within 4 Monte Carlo standard errors of the truth (a false alarm in 6e-5 of seeds), which are at most
 * `precision`.
 */
export function assertMean(values: Float64Array, chains: number, truth: number, precision: number, name: string): void {
  const { mean, mcseMean } = diagnose(
    { chains, draws: values.length / chains, values: values.slice() },
    new Workspace(),
  );
  assert(mcseMean < precision, `the mean of ${name} is known to ${mcseMean} only`);
  assert(Math.abs(mean - truth) < 4 * mcseMean, `the mean of ${name} is ${mean} ± ${mcseMean}, expected ${truth}`);
}
