/** A gradient held against differences of the density, in extended steps: coordinate by coordinate at some points. */
import { differentiate } from "../../../numerics/differentiation/ridders.ts";
import type { Random } from "../../../numerics/random/random.ts";
import type { Differentiable } from "../../target.ts";

/** Plain data. */
export interface GradientReport {
  /** At which density and gradient were finite. */
  readonly points: number;
  /** At which they were not, and the first of them. */
  readonly nonFinitePoints: number;
  readonly nonFinite: readonly NonFinitePoint[];
  /** Derivatives compared. */
  readonly derivatives: number;
  /** The largest |gradient − difference| / max(1, |gradient|, |difference|), of those whose difference is sure. */
  readonly relativeError: number;
  readonly worst: WorstDerivative | null;
  /** Differences that do not settle, as at a kink or a jump: nothing is said of these. */
  readonly unsettled: number;
  readonly agrees: boolean;
}

export interface NonFinitePoint {
  readonly at: readonly number[];
  readonly what: "density" | "gradient";
  /** What it is there: "NaN", "-Infinity" … */
  readonly value: string;
  /** The operation that made it so: its place in the module and its text. Absent where that is not known. */
  readonly term?: string;
}

export interface WorstDerivative {
  readonly coordinate: string;
  readonly at: readonly number[];
  readonly gradient: number;
  readonly difference: number;
  /** Of the difference, estimated. */
  readonly error: number;
}

const TOLERANCE = 1e-6;
const ERRORS = 10; // the estimated error of a difference is seldom exceeded so often
const UNSETTLED = 1e-4; // relative; above it a difference is none
const MOST_LISTED = 3;
const MOST_SHOWN = 10; // coordinates of a point

export interface GradientCheck {
  /** Of the coordinates. */
  readonly names: readonly string[];
  readonly points: readonly Float64Array[];
  /** Derivatives at a point: of more coordinates so many are chosen at random. */
  readonly most: number;
  readonly random: Random;
  /** Tells what is not finite at a point, where that is known. */
  readonly termAt?: (point: Float64Array) => string | null;
}

export function checkGradient(
  target: Differentiable,
  { names, points, most, random, termAt = () => null }: GradientCheck,
): GradientReport {
  const { dim } = target;
  const gradient = new Float64Array(dim);
  const nonFinite: NonFinitePoint[] = [];
  let derivatives = 0, unsettled = 0, finite = 0, relativeError = 0, agrees = true;
  let worst: WorstDerivative | null = null;
  for (const point of points) {
    const at = [...point.subarray(0, MOST_SHOWN)];
    const density = target.logDensityAndGradient(point, gradient);
    const bad = gradient.findIndex((slope) => !Number.isFinite(slope));
    if (!Number.isFinite(density) || bad >= 0) {
      const [what, value] = Number.isFinite(density)
        ? ["gradient" as const, gradient[bad]]
        : ["density" as const, density];
      const term = termAt(point);
      nonFinite.push({ at, what, value: `${value}`, ...(term === null ? {} : { term }) });
      continue;
    }
    finite++;
    for (const i of chosen(dim, most, random)) {
      const moved = point.slice();
      const along = (value: number) => {
        moved[i] = value;
        return target.logDensity(moved);
      };
      const { derivative, error } = differentiate(along, point[i]);
      const scale = Math.max(1, Math.abs(gradient[i]), Math.abs(derivative));
      if (!(error <= UNSETTLED * scale)) {
        unsettled++;
        continue;
      }
      derivatives++;
      const distance = Math.abs(gradient[i] - derivative);
      if (distance > TOLERANCE * scale + ERRORS * error) agrees = false;
      if (worst !== null && distance / scale <= relativeError) continue;
      relativeError = distance / scale;
      worst = { coordinate: names[i], at, gradient: gradient[i], difference: derivative, error };
    }
  }
  return {
    points: finite,
    nonFinitePoints: nonFinite.length,
    nonFinite: nonFinite.slice(0, MOST_LISTED),
    derivatives,
    relativeError,
    worst,
    unsettled,
    agrees: agrees && derivatives > 0,
  };
}

function chosen(dim: number, most: number, random: Random): number[] {
  return Array.from({ length: Math.min(dim, most) }, (_, i) => dim <= most ? i : random.integer(dim));
}
