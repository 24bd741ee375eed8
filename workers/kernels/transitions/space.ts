/** The states of a target whose coordinates take finitely many values, numbered. */
import { InputError } from "../../../numerics/errors.ts";
import { logSumExp } from "../../../numerics/special/logarithms.ts";
import { Purpose, Random } from "../../../numerics/random/random.ts";
import { type Target, valueNames } from "../../../models/target.ts";

export interface DiscreteSpace {
  readonly points: readonly Float64Array[];
  /** The number of a point, −1 where it is none of them. */
  indexOf(x: Float64Array): number;
}

/** All states of a target of spins or bits that have a positive density. */
export interface Configurations extends DiscreteSpace {
  /** One for each point: `+-+` of spins, `101` of bits, of the coordinates that vary. */
  readonly names: readonly string[];
  /** Coordinates that vary, ascending, and what they are called: as reported, or `x[1]` … where it is not they that are reported. */
  readonly varying: readonly number[];
  readonly coordinates: readonly string[];
  /** What the target reports of each point, but for what is the same of all. */
  readonly reported: readonly { readonly name: string; readonly values: readonly number[] }[];
  /** The target's probabilities, and their logs up to a constant. */
  readonly law: Float64Array;
  readonly logDensities: Float64Array;
}

export const MOST_CONFIGURATIONS = 1024;
const MOST_PROBED = 10_000; // coordinates of a model that does not say by its odds which are held

export function spaceOf(points: readonly Float64Array[]): DiscreteSpace {
  const numbers = new Map(points.map((point, i) => [point.join(), i]));
  return { points, indexOf: (x) => numbers.get(x.join()) ?? -1 };
}

/** Low and high of a coordinate. */
export function valuesOf(target: Target): readonly [number, number] {
  if (target.coding === "spins") return [-1, 1];
  if (target.coding === "bits") return [0, 1];
  throw new InputError("", `its coordinates are ${target.coding ?? "real numbers"}, not spins or bits.`);
}

/**
 * The states in the order of binary numbers, the first coordinate the slowest. Coordinates that are held (clamped units) do not
 * vary. Throws InputError (its path empty) where there are more than `mostStates`.
 */
export function configurations(target: Target, mostStates = MOST_CONFIGURATIONS): Configurations {
  const [low, high] = valuesOf(target);
  const mostVarying = Math.floor(Math.log2(mostStates));
  const base = new Float64Array(target.dim).fill(low);
  target.start?.(new Random(0).at(0, 0, Purpose.start), base);
  const candidates = target.dim <= mostVarying ? Array.from(base.keys()) : varyingFrom(target, base, mostVarying);
  const points: Float64Array[] = [], logs: number[] = [];
  for (let code = 0; code < 2 ** candidates.length; code++) {
    const point = base.slice();
    candidates.forEach((i, at) => point[i] = bit(code, at, candidates.length) ? high : low);
    const log = target.logDensity(point);
    if (!Number.isFinite(log)) continue;
    points.push(point);
    logs.push(log);
  }
  if (points.length === 0) throw new InputError("", "its density is positive and finite nowhere.");
  const varying = candidates.filter((i) => points.some((point) => point[i] !== points[0][i]));
  const normalizer = logSumExp(logs);
  const all = reportedValues(target, points);
  const coordinateName = (i: number) => {
    const isReported = points.every((point, at) => all[i]?.values[at] === point[i]);
    return isReported ? all[i].name : `x[${i + 1}]`;
  };
  return {
    ...spaceOf(points),
    names: points.map((point) => varying.map((i) => symbolOf(point[i], low)).join("")),
    varying,
    coordinates: varying.map(coordinateName),
    reported: all.filter(({ values }) => values.some((value) => value !== values[0])),
    law: Float64Array.from(logs, (log) => Math.exp(log - normalizer)),
    logDensities: Float64Array.from(logs),
  };
}

/** Of many coordinates, those that are not held: whose other value has a density, at a start of the model's own. */
function varyingFrom(target: Target, base: Float64Array, most: number): number[] {
  const [low, high] = valuesOf(target);
  if (!Number.isFinite(target.logDensity(base)) || (!target.logOdds && target.dim > MOST_PROBED)) {
    throw new InputError("", `it has ${target.dim} coordinates, and does not tell which of them are held.`);
  }
  const isFree = (i: number) =>
    Number.isFinite(target.logOdds?.(i, base) ?? target.logDensity(base.with(i, low + high - base[i])));
  const varying: number[] = [];
  for (let i = 0; i < target.dim; i++) {
    if (!isFree(i)) continue;
    varying.push(i);
    if (varying.length > most) {
      throw new InputError(
        "",
        `expected at most ${most} coordinates that vary, found more of ${target.dim}. Clamp some, or take a smaller model.`,
      );
    }
  }
  return varying;
}

/** Of all points, value by value. */
function reportedValues(target: Target, points: readonly Float64Array[]) {
  const names = valueNames(target.variables);
  const row = new Float64Array(names.length);
  const rows = points.map((point) => {
    target.constrain(point, row);
    return row.slice();
  });
  return names.map((name, value) => ({ name, values: rows.map((row) => row[value]) }));
}

function bit(code: number, at: number, count: number): boolean {
  return (code >> (count - 1 - at) & 1) === 1;
}

function symbolOf(value: number, low: number): string {
  if (low === 0) return String(value);
  return value < 0 ? "-" : "+";
}
