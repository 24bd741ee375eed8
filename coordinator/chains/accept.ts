/** From any JSON value to a finite chain that can be analysed, with names for its states. */
import { InputError } from "../../numerics/errors.ts";
import { type FiniteChain, finiteChain } from "../../models/finite_chain/chain.ts";
import { metropolisHastings } from "../../models/finite_chain/metropolis_hastings.ts";
import type { Assets } from "../../models/model.ts";
import { exactTransitions } from "../../workers/kernels/exact_transitions.ts";
import { buildTarget, samplerDefinition } from "../../workers/sampling.ts";
import { acceptJob } from "../accept.ts";
import { ChainSpec, MOST_FUNCTIONS } from "../schema/chain.ts";
import { type Fault, ValidationError } from "../schema/errors.ts";
import { describe, faultsOf } from "../schema/faults.ts";

export interface AcceptedChain {
  readonly chain: FiniteChain;
  readonly names: readonly string[];
  /** What the chain should keep, where that is known. */
  readonly law: readonly number[] | null;
  /** Of a model: the coordinates that vary. */
  readonly coordinates: readonly string[] | null;
  readonly epsilon: number;
  readonly functions: readonly { readonly name: string; readonly values: readonly number[] }[];
  readonly hitting: readonly (readonly number[])[];
  readonly transitions: boolean;
}

type Chain = Pick<AcceptedChain, "chain" | "names" | "law" | "coordinates" | "functions">;

export interface ChainLimits {
  readonly mostStates: number;
  /** Throws InputError when a kernel has been explored for too long. */
  readonly check?: () => void;
}

/** Throws ValidationError. `assets`: trained parameters that the model names. */
export function acceptChain(value: unknown, limits: ChainLimits, assets?: Assets): AcceptedChain {
  const parsed = ChainSpec.safeParse(value);
  if (!parsed.success) throw new ValidationError(faultsOf(parsed.error, value));
  const spec = parsed.data;
  const found = chainOf(spec, limits, assets);
  const names = spec.names ?? found.names;
  const { epsilon, transitions } = spec;
  const functions = spec.functions ?? found.functions;
  const faults = [...nameFaults(spec, found.chain.size), ...functionFaults(spec, found.chain.size)];
  if (faults.length > 0) throw new ValidationError(faults);
  return { ...found, names, epsilon, transitions, functions, hitting: setsOf(spec, names) };
}

function chainOf(spec: ChainSpec, limits: ChainLimits, assets: Assets | undefined): Chain {
  const { matrix, metropolis, model, sampler } = spec;
  const expectSize = (path: string, size: number) => {
    if (size <= limits.mostStates) return;
    throw new ValidationError([{
      path,
      message:
        `expected at most ${limits.mostStates} states, found ${size}. The command line takes more: ergodic chain.`,
    }]);
  };
  if (matrix) {
    expectSize("matrix", matrix.length);
    return plainChain(under("matrix", () => finiteChain(matrix)), null);
  }
  if (metropolis) {
    expectSize("metropolis.proposal", metropolis.proposal.length);
    const { target, proposal } = metropolis;
    const total = target.reduce((a, b) => a + b, 0);
    const chain = under("metropolis", () => metropolisHastings(target, proposal));
    return plainChain(chain, target.map((weight) => weight / total));
  }
  const job = acceptJob(sampler ? { model, sampler } : { model }, () => 0, assets).spec;
  const { chain, space } = under(
    "",
    () =>
      exactTransitions(buildTarget(job.model, assets), samplerDefinition(job.sampler), job.sampler, {
        mostStates: limits.mostStates,
        ...(limits.check ? { check: limits.check } : {}),
      }),
  );
  const functions = space.reported.slice(0, MOST_FUNCTIONS);
  return { chain, names: space.names, law: [...space.law], coordinates: space.coordinates, functions };
}

function plainChain(chain: FiniteChain, law: readonly number[] | null): Chain {
  const names = Array.from({ length: chain.size }, (_, i) => String(i));
  return { chain, names, law, coordinates: null, functions: [] };
}

function nameFaults({ names }: ChainSpec, size: number): Fault[] {
  if (!names) return [];
  if (names.length !== size) {
    return [{ path: "names", message: `expected ${size} names, one a state, found ${names.length}` }];
  }
  const first = new Map<string, number>();
  return names.flatMap((name, i) => {
    const other = first.get(name);
    first.set(name, other ?? i);
    return other === undefined ? [] : [{ path: `names.${i}`, message: `is the name of state ${other}, too` }];
  }).slice(0, 100);
}

function functionFaults({ functions = [] }: ChainSpec, size: number): Fault[] {
  return functions.flatMap(({ values }, i) =>
    values.length === size ? [] : [{
      path: `functions.${i}.values`,
      message: `expected ${size} values, one a state, found ${values.length}`,
    }]
  );
}

/** The sets of states as numbers. Throws ValidationError for a state that is not there. */
function setsOf({ hitting }: ChainSpec, names: readonly string[]): number[][] {
  const numbers = new Map(names.map((name, i) => [name, i]));
  const faults: Fault[] = [];
  const sets = hitting.map((set, i) => {
    const states = set.map((state, k) => {
      const number = typeof state === "string" ? numbers.get(state) : state < names.length ? state : undefined;
      if (number === undefined) {
        faults.push({
          path: `hitting.${i}.${k}`,
          message: `expected a state, by its name or its number from 0 to ${names.length - 1}, found ${
            describe(state)
          }`,
        });
      }
      return number ?? 0;
    });
    return [...new Set(states)].sort((a, b) => a - b);
  });
  if (faults.length > 0) throw new ValidationError(faults.slice(0, 100));
  return sets;
}

/** What `build` says of its input is said of `path`. */
function under<T>(path: string, build: () => T): T {
  try {
    return build();
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    throw new ValidationError([{
      path: [path, error.path].filter((part) => part !== "").join("."),
      message: error.message,
    }]);
  }
}
