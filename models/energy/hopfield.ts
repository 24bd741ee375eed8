/**
 * Hopfield network: an associative memory of patterns y ∈ {−1, +1}ᴺ, E(y) = −½ yᵀWy − bᵀy. As a target it is the Boltzmann
 * machine of these weights, p(y) ∝ exp(−E(y)/T); `recall` goes downhill in it. The overlap with each stored pattern, (1/N) Σ ξ_i y_i,
 * is reported beside the spins.
 *
 * Hopfield (1982); models/energy/hopfield/ says how patterns become weights.
 */
import { z } from "zod";
import { InputError } from "../../numerics/errors.ts";
import type { ModelDefinition } from "../model.ts";
import type { Target } from "../target.ts";
import { atTemperature, biasOf, flat, trainedSpins } from "./boltzmann.ts";
import { type Couplings, fromMatrix } from "./boltzmann/couplings.ts";
import { boltzmannTarget } from "./boltzmann/target.ts";
import { corrupt } from "./hopfield/contrastive.ts";
import { overlapOf, type Pattern, patternsOf } from "./hopfield/network.ts";
import { Contrastive, Rule, storePatterns } from "./hopfield/rule.ts";

const MOST_UNITS = 2000;

const config = z.strictObject({
  kind: z.literal("hopfield"),
  patterns: z.array(z.array(z.number()).min(2).max(MOST_UNITS)).min(1).max(MOST_UNITS).optional()
    .describe("Rows of -1 and 1 to store."),
  rule: Rule.optional().describe("How patterns become weights. Default: hebb."),
  contrastive: Contrastive.optional(),
  weights: z.array(z.array(z.number()).min(2).max(MOST_UNITS)).min(2).max(MOST_UNITS).optional()
    .describe(
      "The weights themselves, symmetric, the diagonal zero; patterns beside them are for overlaps and starts alone.",
    ),
  sha256: z.string().regex(/^[0-9a-f]{64}$/).optional().describe("The parameters that a training gave."),
  bias: z.array(z.number()).min(2).max(MOST_UNITS).optional().describe(
    "The bias of each unit, in place of that of the rule.",
  ),
  temperature: z.number().min(1e-6).max(1e6).default(1).describe("T in exp(-E/T)."),
  corruption: z.number().min(0).max(1).optional().describe(
    "Chains start at stored patterns, chosen at random, with this fraction of the spins flipped. Default: they start anywhere.",
  ),
});
type Config = z.output<typeof config>;

interface Stored {
  readonly couplings: Couplings;
  readonly patterns: readonly Pattern[];
}

export const hopfield: ModelDefinition<typeof config> = {
  kind: "hopfield",
  summary:
    "Hopfield network, by Hebb's rule, contrastive training or given weights: a memory, and a Boltzmann machine.",
  config,
  build(options, assets) {
    const { couplings, patterns } = options.sha256 === undefined ? stored(options) : fromTraining(options, assets);
    const { units } = couplings;
    const base = boltzmannTarget({
      couplings: atTemperature(couplings, options.temperature),
      hidden: 0,
      clamp: new Int8Array(units),
    });
    return patterns.length === 0 ? plain(base, options) : withPatterns(base, patterns, options.corruption);
  },
};

function stored({ patterns, rule, contrastive, weights, bias }: Config): Stored {
  const rows = patternsOf(patterns ?? []);
  if (weights) {
    if (rule || contrastive) {
      throw new InputError(
        rule ? "rule" : "contrastive",
        "the weights are given, so there is nothing to store by a rule; leave it out",
      );
    }
    if (rows.length > 0 && rows[0].length !== weights.length) {
      throw new InputError("patterns.0", `expected ${weights.length} entries, one a unit, found ${rows[0].length}`);
    }
    return { couplings: fromMatrix(flat(weights), biasOf(bias, weights.length)), patterns: rows };
  }
  if (rows.length === 0) {
    throw new InputError("patterns", "a network is given by patterns, by weights or by sha256; found none");
  }
  const network = storePatterns(rows, rule ?? "hebb", contrastive);
  const couplings = fromMatrix(network.weights, bias ? biasOf(bias, network.units) : network.bias);
  return { couplings, patterns: rows };
}

function fromTraining(options: Config, assets: Parameters<typeof trainedSpins>[1]): Stored {
  for (const name of ["patterns", "rule", "contrastive", "weights", "bias"] as const) {
    if (options[name] !== undefined) throw new InputError(name, `sha256 names all parameters; leave out ${name}`);
  }
  const { couplings, hidden, arrays } = trainedSpins(options.sha256 ?? "", assets);
  if (hidden > 0) throw new InputError("sha256", "this machine has hidden units: it is a boltzmann, not a hopfield");
  const { units } = couplings;
  const values = arrays.patterns?.values ?? new Float32Array(0);
  const patterns = Array.from(
    { length: values.length / units },
    (_, p) => Float64Array.from(values.subarray(p * units, (p + 1) * units)),
  );
  return { couplings, patterns };
}

function plain(base: Target, { corruption }: Config): Target {
  if (corruption === undefined) return base;
  throw new InputError("corruption", "there are no patterns to start from; give patterns, or leave out corruption");
}

/** Reports the overlaps, and starts at corrupted patterns where that is asked for. */
function withPatterns(base: Target, patterns: readonly Pattern[], corruption: number | undefined): Target {
  const { dim } = base;
  const target: Target = {
    ...base,
    valueType: "float64", // overlaps are no integers
    variables: [...base.variables, { name: "overlap", shape: [patterns.length] }],
    constrain(x, out) {
      base.constrain(x, out);
      patterns.forEach((pattern, p) => {
        out[dim + p] = overlapOf(pattern, x);
      });
    },
  };
  if (corruption === undefined) return target;
  const scratch = new Int32Array(dim);
  return {
    ...target,
    start(random, out) {
      out.set(patterns[random.integer(patterns.length)]);
      corrupt(out, corruption, random, scratch);
    },
  };
}
