/** From a spec that has the right form to a job that can run: the model is built, the sampler fits it, the sizes are bearable. */
import { InputError } from "../numerics/errors.ts";
import type { Assets } from "../models/model.ts";
import { replicateOf } from "../models/replication.ts";
import { type Target, valueNames } from "../models/target.ts";
import { VALUE_ARRAYS } from "../workers/block.ts";
import { kernels } from "../workers/kernels/registry.ts";
import type { Capability, KernelDefinition } from "../workers/kernels/kernel.ts";
import { buildTarget, samplerDefinition, stepsADraw } from "../workers/sampling.ts";
import { recordedStatistics } from "../workers/sampling_process.ts";
import { plan, type PlanInput, type SegmentPlan } from "./planner.ts";
import { type Fault, ValidationError } from "./schema/errors.ts";
import { faultsOf } from "./schema/faults.ts";
import { type FixedSpec, JobSpec, MOST_VALUES, type SamplerSpec } from "./schema/job.ts";
import type { DrawsShape } from "./store/layout.ts";

/** All that follows from a job's spec. */
export interface AcceptedJob<Spec = FixedSpec> {
  readonly spec: Spec;
  /** The reported values' names. */
  readonly names: readonly string[];
  readonly shape: DrawsShape;
  readonly plan: SegmentPlan;
}

const DEFAULT_WARMUP = 1000;
const MODULE_SEGMENTS = 5; // that warmup, and the draws, are cut into
const MOST_LANES = 256; // chains that are advanced together; beyond it no kernel gains much
const MOST_GROUP_UNITS = 2 ** 23; // of all their states: a checkpoint of 8 to 32 MB
const MOST_UNITS = 2 ** 28; // of the states of all chains, which each round of segments keeps
const LEAST_GROUPS = 8; // so that a job of many chains can be spread over workers
const DEFAULT_DRAWS_FACTOR = 100; // maxDraws where stopWhen names none

/** Parses any JSON value as a job. Throws ValidationError with every fault that was found. */
export function acceptJob(value: unknown, chooseSeed: () => number, assets?: Assets): AcceptedJob {
  const parsed = JobSpec.safeParse(value);
  if (!parsed.success) throw new ValidationError(faultsOf(parsed.error, value));
  return acceptSpec(parsed.data, chooseSeed, assets);
}

/** Checks what the schema cannot: what depends on the model. */
export function acceptSpec(spec: JobSpec, chooseSeed: () => number, assets?: Assets): AcceptedJob {
  const target = under("model", () => buildTarget(spec.model, assets));
  const sampler = spec.sampler ?? defaultSampler(target);
  const definition = samplerDefinition(sampler);
  const missing = definition.requires(sampler).filter((capability) => !offers(target, capability));
  if (missing.length > 0) {
    throw new ValidationError([{
      path: "sampler.kind",
      message: `${sampler.kind} needs ${missing.map((name) => NEEDS[name]).join(" and ")}, which ${spec.model.kind} ` +
        "does not have. " +
        (spec.model.kind === "onnx" && missing.includes("gradient") ? GRADIENT_OF_GRAPH : "") +
        `Samplers that can serve it: ${suitableSamplers(target).join(", ")}.`,
    }]);
  }
  const warmup = spec.warmup ?? definition.defaultWarmup?.(sampler, target) ??
    (definition.weighted ? 0 : DEFAULT_WARMUP);
  const fixed: FixedSpec = { ...spec, warmup, sampler, seed: spec.seed ?? chooseSeed() };
  const kernelPlan = { warmup, chains: spec.chains };
  // Built once here so that a configuration that does not fit the target is refused now, not by a worker.
  const batches = definition.buildBatches?.(target) ?? null;
  const group = under("sampler", () => {
    if (batches) return null;
    definition.build(target, sampler, kernelPlan, assets);
    return definition.buildGroup?.(target, sampler, kernelPlan) ?? null;
  });
  const names = valueNames(target.variables);
  const units = definition.stateSize?.(sampler, target, kernelPlan) ?? target.sweeps?.units ??
    target.annealing?.units ??
    target.dim;
  const faults = [
    ...sizeFaults(fixed, names.length, units),
    ...startFaults(fixed, target),
    ...groupFaults(fixed),
    ...(definition.weighted ? weightedFaults(fixed) : []),
    ...(definition.replicates ? calibrationFaults(fixed) : []),
  ];
  if (faults.length > 0) throw new ValidationError(faults);
  const { chains, draws } = spec;
  const bearable = Math.max(1, Math.floor(MOST_GROUP_UNITS / units));
  const lanes = group === null ? 1 : Math.min(MOST_LANES, Math.ceil(chains / LEAST_GROUPS), bearable);
  const valueType = definition.replicates ? "int8" : target.valueType ?? "float64";
  return {
    spec: fixed,
    names,
    shape: {
      chains,
      lanes,
      variables: target.variables,
      valueType,
      statistics: recordedStatistics(definition),
      numericClass: target.numericClass,
    },
    plan: plan({
      warmup,
      draws,
      thin: stepsADraw(fixed),
      drawBytes: lanes * names.length * VALUE_ARRAYS[valueType].BYTES_PER_ELEMENT,
      maxDraws: maxDraws(fixed, names.length),
      ...(batches?.isWhole ? { drawsAtOnce: batches.rows } : {}),
      ...segmentsAPhase(fixed, definition),
      barriers: definition.pooling?.barriers(sampler, kernelPlan) ?? [],
    }),
  };
}

/**
 * A replication is made anew wherever one of its segments runs. The workers of a module begin with it: what else a segment takes is as cold as the
 * module, and shows in a small job.
 */
function segmentsAPhase({ model }: FixedSpec, { replicates }: KernelDefinition): Pick<PlanInput, "segmentsAPhase"> {
  if (replicates) return { segmentsAPhase: 1 };
  return model.kind === "module" ? { segmentsAPhase: MODULE_SEGMENTS } : {};
}

/** The most draws that a chain of this job may make. */
function maxDraws(spec: FixedSpec, values: number): number {
  if (!spec.stopWhen) return spec.draws;
  const bearable = Math.floor(MOST_VALUES / (spec.chains * values));
  return spec.stopWhen.maxDraws ?? Math.min(DEFAULT_DRAWS_FACTOR * spec.draws, bearable);
}

const GRADIENT_OF_GRAPH =
  "A graph has one where it has an output for it: export it with one, and say gradient=NAME at its upload. ";

const NEEDS: Record<Capability, string> = {
  gradient: "the model's gradient",
  conditionals: "the model's conditionals",
  real: "coordinates that are real numbers",
  sweeps: "an energy model that makes its own Gibbs sweeps",
  tempering: "coordinates that are real numbers, or an energy model that makes its own Gibbs sweeps",
  path: "an energy model that can be annealed from a law whose normalizer is known",
  annealing:
    "coordinates that are real numbers, or an energy model that can be annealed from a law whose normalizer is known",
  sample: "exact, independent draws of the model",
  quantile: "independent coordinates whose distribution functions can be inverted",
  hidden: "a flow, some of whose columns are known (clamp)",
  replication: "a prior to draw parameters from and data that can be simulated (of a module: prior and simulate)",
  odds: "coordinates of two values each, with their log odds",
};

function defaultSampler(target: Target): SamplerSpec {
  return kernels[defaultKind(target)].config.parse({ kind: defaultKind(target) });
}

function defaultKind({ coding, batches, sweeps, quantile, logDensityAndGradient }: Target): keyof typeof kernels {
  if (batches || coding === "outcomes") return "exact";
  if (quantile) return "inverse-transform";
  if (sweeps || coding) return "gibbs";
  return logDensityAndGradient ? "nuts" : "random-walk";
}

function offers(target: Target, capability: Capability): boolean {
  switch (capability) {
    case "gradient":
      return target.logDensityAndGradient !== undefined;
    case "conditionals":
      return target.sampleConditional !== undefined || target.sweeps !== undefined;
    case "real":
      return target.coding === undefined && !target.hasFixedCoordinates;
    case "sweeps":
      return target.sweeps !== undefined;
    case "tempering":
      return target.coding === undefined || target.sweeps !== undefined;
    case "path":
      return target.annealing !== undefined;
    case "annealing":
      return target.coding === undefined || target.annealing !== undefined;
    case "sample":
      return target.sample !== undefined || target.batches !== undefined;
    case "quantile":
      return target.quantile !== undefined;
    case "hidden":
      return target.hidden !== undefined;
    case "replication":
      return replicateOf(target) !== undefined;
    case "odds":
      return target.logOdds !== undefined;
  }
}

/** The samplers that can serve a target with their default options. */
export function suitableSamplers(target: Target): string[] {
  return Object.values<KernelDefinition>(kernels)
    .filter(({ kind, config, requires }) =>
      requires(config.parse({ kind })).every((capability) => offers(target, capability))
    )
    .map(({ kind }) => kind);
}

/** `values`: reported of a draw; `units`: of a chain's state. */
function sizeFaults(spec: FixedSpec, values: number, units: number): Fault[] {
  const { chains, warmup, draws, stopWhen } = spec;
  const faults: Fault[] = [];
  const check = (path: string, count: number) => {
    if (chains * count * values > MOST_VALUES) {
      faults.push({
        path,
        message: `chains × draws × variables may be at most ${MOST_VALUES}, found ${chains} × ${count} × ${values}. ` +
          "Make fewer draws, or thin them.",
      });
    }
  };
  if (chains * units > MOST_UNITS) {
    faults.push({
      path: "chains",
      message: `chains × the numbers of a chain's state may be at most ${MOST_UNITS}, found ${chains} × ${units}. ` +
        "Make fewer chains, and more draws of each.",
    });
  }
  check("draws", draws);
  if (stopWhen?.maxDraws !== undefined) {
    check("stopWhen.maxDraws", stopWhen.maxDraws);
    if (stopWhen.maxDraws < draws) {
      faults.push({
        path: "stopWhen.maxDraws",
        message: `expected at least draws (${draws}), which are always made, found ${stopWhen.maxDraws}`,
      });
    }
  }
  const steps = chains * (warmup + maxDraws(spec, values) * stepsADraw(spec));
  if (steps > Number.MAX_SAFE_INTEGER) {
    faults.push({
      path: "thin",
      message: `the steps of all chains may be at most 2^53 - 1, found about ${steps.toPrecision(2)}. Thin less.`,
    });
  }
  return faults;
}

function startFaults({ init, chains }: FixedSpec, target: Target): Fault[] {
  if (!init) return [];
  if (init.length !== chains) {
    return [{ path: "init", message: `expected one start for each of ${chains} chains, found ${init.length}` }];
  }
  const names = valueNames(target.variables).slice(0, target.dim).join(", ");
  return init.flatMap((values, chain): Fault[] => {
    const path = `init.${chain}`;
    if (values.length !== target.dim) {
      return [{ path, message: `expected ${target.dim} numbers (${names}), found ${values.length}` }];
    }
    return [...faultsWhile(path, () => target.unconstrain(values))];
  });
}

function groupFaults({ superchains, chains, init }: FixedSpec): Fault[] {
  if (superchains === undefined) return [];
  if (chains % superchains !== 0) {
    return [{ path: "superchains", message: `expected a divisor of chains (${chains}), found ${superchains}` }];
  }
  return init ? [{ path: "superchains", message: "superchains choose their own starts; leave out init" }] : [];
}

/** Weighted draws are compared by their weights, not by their chains. */
function weightedFaults({ stopWhen, superchains, sampler }: FixedSpec): Fault[] {
  const faults: Fault[] = [];
  if (stopWhen?.rhat !== undefined) {
    faults.push({
      path: "stopWhen.rhat",
      message: `the draws of ${sampler.kind} are weighted and have no R-hat, so that it would never be met. ` +
        "Use essBulk or essTail, which are those of the weights.",
    });
  }
  if (superchains !== undefined) {
    faults.push({
      path: "superchains",
      message: `the draws of ${sampler.kind} are independent: leave out superchains`,
    });
  }
  return faults;
}

/** The ranks of a replication are those among a number of draws that is known before, and its starts are its own. */
function calibrationFaults({ stopWhen, superchains, init }: FixedSpec): Fault[] {
  const given = { stopWhen, superchains, init };
  return (["stopWhen", "superchains", "init"] as const).filter((path) => given[path] !== undefined).map((path) => ({
    path,
    message:
      `calibration makes \`draws\` draws in each of \`chains\` replications, from starts of their own: leave out ${path}`,
  }));
}

/** Runs `build`; what it says of its input is said of `path`. */
function under<T>(path: string, build: () => T): T {
  try {
    return build();
  } catch (error) {
    if (error instanceof InputError) throw new ValidationError([toFault(path, error)]);
    throw error;
  }
}

function faultsWhile(path: string, check: () => unknown): readonly Fault[] {
  try {
    under(path, check);
    return [];
  } catch (error) {
    if (error instanceof ValidationError) return error.faults;
    throw error;
  }
}

function toFault(path: string, error: InputError): Fault {
  return { path: error.path === "" ? path : `${path}.${error.path}`, message: error.message };
}
