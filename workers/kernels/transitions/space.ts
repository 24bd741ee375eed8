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
  /** Coordinates that vary, ascending, and what they are called. */
  readonly varying: readonly number[];
  readonly coordinates: readonly string[];
  /** The target's probabilities, and their logs up to a constant. */
  readonly law: Float64Array;
  readonly logDensities: Float64Array;
}

const MOST_VARYING = 10; // 1024 states

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
 * vary. Throws InputError (its path empty) where more than 10 coordinates do.
 */
export function configurations(target: Target): Configurations {
  const [low, high] = valuesOf(target);
  const base = new Float64Array(target.dim).fill(low);
  target.start?.(new Random(0).at(0, 0, Purpose.start), base);
  const candidates = target.dim <= MOST_VARYING ? Array.from(base.keys()) : varyingFrom(target, base, low + high);
  if (candidates.length > MOST_VARYING) {
    throw new InputError(
      "",
      `expected at most ${MOST_VARYING} coordinates that vary, found ${candidates.length}. Clamp some, or take a smaller model.`,
    );
  }
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
  const all = valueNames(target.variables);
  return {
    ...spaceOf(points),
    names: points.map((point) => varying.map((i) => symbolOf(point[i], low)).join("")),
    varying,
    coordinates: varying.map((i) => all[i]),
    law: Float64Array.from(logs, (log) => Math.exp(log - normalizer)),
    logDensities: Float64Array.from(logs),
  };
}

/** Of many coordinates, those that are not held: whose other value has a density, at a start of the model's own. */
function varyingFrom(target: Target, base: Float64Array, sum: number): number[] {
  if (!Number.isFinite(target.logDensity(base))) {
    throw new InputError("", `it has ${target.dim} coordinates, and no density at its own start.`);
  }
  return Array.from(base.keys()).filter((i) => Number.isFinite(target.logDensity(base.with(i, sum - base[i]))));
}

function bit(code: number, at: number, count: number): boolean {
  return (code >> (count - 1 - at) & 1) === 1;
}

function symbolOf(value: number, low: number): string {
  if (low === 0) return String(value);
  return value < 0 ? "-" : "+";
}
