/** Runs a kernel that weighs its draws, as segments would, and sums it up. */
import { Random } from "../../../numerics/random/random.ts";
import type { Target } from "../../../models/target.ts";
import type { BaseInfo, BaseState, KernelDefinition } from "../../../workers/kernels/kernel.ts";
import { WeightedSums } from "../../../coordinator/statistics/weighted_sums.ts";

export interface WeightedRun {
  readonly target: Target;
  readonly definition: KernelDefinition;
  readonly config?: Record<string, unknown>;
  readonly warmup?: number;
  readonly draws: number;
  readonly seed: number;
  readonly chain?: number;
  /** Of the start, for every coordinate. */
  readonly start?: number;
}

export interface WeightedResult {
  readonly logWeights: Float64Array;
  /** The first coordinate. */
  readonly x: Float64Array;
  readonly nonFinite: number;
  readonly sums: WeightedSums;
  readonly state: BaseState;
  /** Of the last step, by their names. */
  readonly statistics: Record<string, number>;
}

export function runWeighted(run: WeightedRun): WeightedResult {
  const { target, definition, warmup = 0, draws, seed, chain = 0, start = 0.1 } = run;
  const config = definition.config.parse({ kind: definition.kind, ...run.config });
  const kernel = definition.build(target, config, { warmup });
  const thin = definition.stepsADraw?.(config) ?? 1;
  const random = new Random(seed);
  const state = kernel.init(new Float64Array(target.dim).fill(start), random.at(chain, 0));
  const read = (info: BaseInfo, name: string) =>
    definition.statistics.find((column) => column.name === name)?.read(info) ?? NaN;
  const logWeights = new Float64Array(draws), x = new Float64Array(draws);
  let nonFinite = 0;
  let last: BaseInfo | null = null;
  for (let step = 1; step <= warmup + draws * thin; step++) {
    last = kernel.step(state, random.at(chain, step));
    nonFinite += last.nonFinite;
    if (step <= warmup || (step - warmup) % thin !== 0) continue;
    const d = (step - warmup) / thin - 1;
    logWeights[d] = read(last, "log_weight");
    x[d] = state.position[0];
  }
  const statistics: Record<string, number> = {};
  if (last) { for (const column of definition.statistics) statistics[column.name] = column.read(last); }
  const sums = new WeightedSums();
  if (!Number.isNaN(logWeights[0])) sums.addAll(logWeights, x);
  return { logWeights, x, nonFinite, sums, state, statistics };
}
