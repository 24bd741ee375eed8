/**
 * Boltzmann machine: units y ∈ {−1, +1}ⁿ with p(y) ∝ exp(−E(y)/T), E(y) = −½ yᵀWy − bᵀy, W symmetric with zero diagonal.
 *
 * The last units may be hidden; any may be clamped to a value, and the others are then drawn given those. Weights come as a
 * matrix, as a list of edges, or from a training. The log density is that of the whole state, up to log Z.
 *
 * Ackley, Hinton & Sejnowski (1985), "A learning algorithm for Boltzmann machines"; Hopfield (1982).
 */
import { z } from "zod";
import { InputError } from "../../numerics/errors.ts";
import type { Assets, ModelDefinition } from "../model.ts";
import { decodeTrained } from "../training/trained.ts";
import { type Couplings, fromEdges, fromMatrix } from "./boltzmann/couplings.ts";
import { boltzmannTarget } from "./boltzmann/target.ts";

export const MOST_UNITS = 100_000;
const MOST_ROWS = 2000;
const MOST_EDGES = 1_000_000;

export const config = z.strictObject({
  kind: z.literal("boltzmann"),
  weights: z.array(z.array(z.number()).min(1).max(MOST_ROWS)).min(1).max(MOST_ROWS).optional()
    .describe("The weights, a list of rows: symmetric, the diagonal zero."),
  edges: z.array(z.tuple([z.int().min(1), z.int().min(1), z.number()])).max(MOST_EDGES).optional()
    .describe(
      "In place of weights: [unit, unit, weight] for each edge. Units are numbered from 1; all other weights are zero.",
    ),
  sha256: z.string().regex(/^[0-9a-f]{64}$/).optional().describe(
    "In place of weights: the parameters that a training gave.",
  ),
  units: z.int().min(1).max(MOST_UNITS).optional().describe(
    "Of edges: how many units there are. Default: as many as biases.",
  ),
  bias: z.array(z.number()).min(1).max(MOST_UNITS).optional().describe("The bias of each unit. Default: zero."),
  hidden: z.int().min(0).max(MOST_UNITS).optional()
    .describe("So many of the last units are hidden, and reported as h. Default: none, or as trained."),
  temperature: z.number().min(1e-6).max(1e6).optional().describe(
    "T in exp(-E/T). Default: 1, or as trained.",
  ),
  clamp: z.array(z.union([z.literal(-1), z.literal(1), z.null()])).min(1).max(MOST_UNITS).optional()
    .describe("For each visible unit, or for each unit, the value that it keeps, or null where it is free."),
});
type Config = z.output<typeof config>;

export const boltzmann: ModelDefinition<typeof config> = {
  kind: "boltzmann",
  summary: "Boltzmann machine of units -1 and +1, dense or sparse, with hidden and clamped units and a temperature.",
  config,
  build(options, assets) {
    const { couplings, hidden, temperature } = options.sha256 === undefined
      ? { couplings: given(options), hidden: options.hidden ?? 0, temperature: options.temperature ?? 1 }
      : trained(options, options.sha256, assets);
    if (hidden >= couplings.units) {
      throw new InputError(
        "hidden",
        `of ${couplings.units} units one at least is visible, so hidden must be less; found ${hidden}`,
      );
    }
    return boltzmannTarget({
      couplings: atTemperature(couplings, temperature),
      hidden,
      clamp: clampOf(options.clamp, couplings.units, hidden),
    });
  },
};

/** E/T is the energy of weights and biases that are divided by T. */
export function atTemperature(couplings: Couplings, temperature: number): Couplings {
  const scale = (value: number) => value / temperature;
  return { ...couplings, weights: couplings.weights.map(scale), bias: couplings.bias.map(scale) };
}

function given({ weights, edges, units, bias }: Config): Couplings {
  if ((weights === undefined) === (edges === undefined)) {
    throw new InputError(
      "weights",
      "a machine is given by one of weights, edges and sha256; found " + (weights ? "two" : "none"),
    );
  }
  if (weights) {
    if (units !== undefined && units !== weights.length) {
      throw new InputError(
        "units",
        `the weights have ${weights.length} rows, so there are as many units; found ${units}`,
      );
    }
    return fromMatrix(flat(weights), biasOf(bias, weights.length));
  }
  const count = units ?? bias?.length;
  if (count === undefined) throw new InputError("units", "edges need the number of units, or a bias for each");
  return fromEdges(edges ?? [], biasOf(bias, count));
}

/** A square matrix, row-major. Throws InputError at `weights.i`. */
export function flat(weights: readonly (readonly number[])[]): Float64Array {
  weights.forEach((row, i) => {
    if (row.length !== weights.length) {
      throw new InputError(
        `weights.${i}`,
        `expected ${weights.length} weights, as there are rows, found ${row.length}`,
      );
    }
  });
  return Float64Array.from(weights.flat());
}

/** Throws InputError at `bias`. */
export function biasOf(bias: readonly number[] | undefined, units: number): Float64Array {
  if (bias && bias.length !== units) {
    throw new InputError("bias", `expected ${units} biases, one a unit, found ${bias.length}`);
  }
  return bias ? Float64Array.from(bias) : new Float64Array(units);
}

const TrainedConfig = z.looseObject({
  kind: z.enum(["boltzmann", "hopfield"]),
  hidden: z.int().min(0).default(0),
  temperature: z.number().positive().default(1),
});

function trained(options: Config, sha256: string, assets: Assets | undefined) {
  for (const name of ["weights", "edges", "units", "bias", "hidden"] as const) {
    if (options[name] !== undefined) throw new InputError(name, `sha256 names all parameters; leave out ${name}`);
  }
  const { couplings, hidden, temperature } = trainedSpins(sha256, assets);
  return { couplings, hidden, temperature: options.temperature ?? temperature };
}

/** The machine, or the Hopfield network, that a training gave. Throws InputError at `sha256`. */
export function trainedSpins(sha256: string, assets: Assets | undefined) {
  if (!assets) throw new InputError("sha256", "trained parameters are known to the service alone; give weights here");
  const { config: scalars, arrays } = decodeTrained(assets.get(sha256));
  const parsed = TrainedConfig.safeParse(scalars);
  if (!parsed.success) {
    throw new InputError(
      "sha256",
      `these parameters are of a model of kind ${scalars.kind}, not of a network of ±1 units`,
    );
  }
  const couplings = fromMatrix(Float64Array.from(arrays.weights.values), Float64Array.from(arrays.bias.values));
  return { ...parsed.data, couplings, arrays };
}

function clampOf(clamp: Config["clamp"], units: number, hidden: number): Int8Array {
  const values = new Int8Array(units);
  if (!clamp) return values;
  if (clamp.length !== units && clamp.length !== units - hidden) {
    throw new InputError(
      "clamp",
      `expected ${units - hidden} entries, one a visible unit${
        hidden > 0 ? `, or ${units}, one a unit` : ""
      }, found ${clamp.length}`,
    );
  }
  clamp.forEach((value, i) => {
    values[i] = value ?? 0;
  });
  if (values.every((value) => value !== 0)) {
    throw new InputError("clamp", "every unit is clamped; leave one free at least");
  }
  return values;
}
