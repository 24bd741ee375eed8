/**
 * Stores the rows of the data in a Hopfield network: by Hebb's rule, which is one update, or by contrastive training, which begins with
 * Hebb's weights. models/energy/hopfield/ says what the rules are.
 *
 * Hopfield (1982); Hopfield, Feinstein & Palmer (1983) on unlearning spurious minima.
 */
import { z } from "zod";
import { Purpose, Random } from "../../numerics/random/random.ts";
import type { Dataset } from "../data/dataset.ts";
import { contrast, corrupt, negativesOf } from "../energy/hopfield/contrastive.ts";
import { hebb } from "../energy/hopfield/hebb.ts";
import { type HopfieldNetwork, isStable, type Pattern } from "../energy/hopfield/network.ts";
import { landscapeOf, recall } from "../energy/hopfield/recall.ts";
import { contrastiveOptions, Rule } from "../energy/hopfield/rule.ts";
import { expectMemory, expectQuick, expectState, lengthOf } from "./limits.ts";
import { spinData } from "./spin_data.ts";
import type { Training, TrainingDefinition } from "./training.ts";

const config = z.strictObject({
  kind: z.literal("hopfield"),
  rule: Rule.default("contrastive").describe(
    "hebb: the mean of the rows' products. contrastive: from there on against spurious minima.",
  ),
  ...contrastiveOptions,
  updates: z.int().min(1).max(10_000_000).default(300).describe("Updates of contrastive training."),
  recordEvery: z.int().min(1).max(1_000_000).default(10).describe("Updates between two records."),
  patience: z.int().min(1).optional()
    .describe("End after so many records in a row before which no negative had differed from its pattern."),
});

interface State {
  /** [units × units] */
  weights: Float64Array;
  /** [units] */
  bias: Float64Array;
  /** Since the last record: Σ over updates of the fraction of spins in which the negatives differed, and how many updates. */
  different: number;
  since: number;
  /** Records in a row without a difference. */
  quiet: number;
}

export const hopfield: TrainingDefinition<typeof config> = {
  kind: "hopfield",
  summary: "Hopfield network that stores the rows of the data, by Hebb's rule or by contrastive training.",
  config,
  build(options, dataset, seed): Training<State> {
    expectBearable(options, dataset);
    const { columns, trainRows, values, image } = spinData(dataset);
    const patterns = Array.from(
      { length: trainRows },
      (_, p) => Float64Array.from(values.subarray(p * columns, (p + 1) * columns)),
    );
    const { rule, patience } = options;
    const { updates, updatesARecord } = rule === "hebb"
      ? lengthOf({ epochs: 1 }, 1)
      : lengthOf({ epochs: options.updates, recordEvery: options.recordEvery }, 1);
    return {
      metrics: ["stable", "recalled", "negative_difference"],
      numericClass: "v8",
      updates,
      updatesARecord,
      stateBytes: 8 * columns ** 2,
      init() {
        const { weights, bias } = rule === "hebb" ? empty(columns) : hebb(patterns);
        return { weights, bias, different: 0, since: 0, quiet: 0 };
      },
      update(state, update) {
        if (rule === "hebb") return void state.weights.set(hebb(patterns).weights);
        const network = { units: columns, ...state };
        state.different += contrast(network, patterns, negativesOf(network, patterns, options, seed, update), options);
        state.since++;
      },
      record(state, update, out) {
        const network = { units: columns, ...state };
        out[0] = patterns.filter((pattern) => isStable(network, pattern)).length / patterns.length;
        out[1] = fractionRecalled(network, patterns, options.noise, seed, update);
        out[2] = state.since === 0 ? NaN : state.different / state.since;
        state.quiet = state.different === 0 ? state.quiet + 1 : 0;
        state.different = state.since = 0;
      },
      shouldStop: ({ quiet }) => patience !== undefined && quiet >= patience,
      parameters: ({ weights, bias }) => ({
        config: { kind: "hopfield", ...(image ? { image } : {}) },
        arrays: {
          weights: { shape: [columns, columns], values: weights.slice() },
          bias: { shape: [columns], values: bias.slice() },
          patterns: {
            shape: [trainRows, columns],
            values: Float32Array.from(values.subarray(0, trainRows * columns)),
          },
        },
      }),
    };
  },
};

function empty(units: number): HopfieldNetwork {
  return { units, weights: new Float64Array(units * units), bias: new Float64Array(units) };
}

/** The fraction of patterns that recall finds again when `noise` of the spins are flipped, each tried once. */
function fractionRecalled(
  network: HopfieldNetwork,
  patterns: readonly Pattern[],
  noise: number,
  seed: number,
  update: number,
): number {
  const landscape = landscapeOf(network), random = new Random(seed), scratch = new Int32Array(network.units);
  const found = patterns.filter((pattern, p) => {
    const start = pattern.slice();
    corrupt(start, noise, random.at(p, update, Purpose.test), scratch);
    return recall(landscape, start, random).state.every((value, i) => value === pattern[i]);
  });
  return found.length / patterns.length;
}

/** Throws InputError for what no worker could do, or would do for too long, before any of it is begun. */
function expectBearable({ rule, sweeps }: z.output<typeof config>, { rows, columns, validationRows }: Dataset): void {
  const patterns = rows - validationRows, edges = columns ** 2;
  expectState("data", 8 * edges);
  expectMemory("data", 8 * patterns * columns);
  if (rule === "hebb") expectQuick("data", "rows × columns²", patterns * edges);
  else expectQuick("sweeps", "(sweeps + 1) × rows × columns²", (sweeps + 1) * patterns * edges);
}
