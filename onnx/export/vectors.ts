/**
 * Rows of numbers by which whoever runs the graphs of a flow can tell that they compute what the flow does: computed in double precision from
 * inputs that single precision holds exactly, and how far our own single precision strays from them.
 */
import { openDouble } from "../../numerics/arithmetic/double.ts";
import { openSingle } from "../../numerics/arithmetic/single.ts";
import { InputError } from "../../numerics/errors.ts";
import type { Batch } from "../../models/flows/flow.ts";
import type { NetworkFlow } from "../../models/flows/network.ts";
import { openTrained } from "../../models/flows/trained.ts";
import type { TrainedParameters } from "../../models/training/training.ts";
import type { FlowManifest } from "./manifest.ts";

const VECTORS = 4;
const CANDIDATES = 16; // a flow may overflow at some of its noise
const TOLERANCE = 1e-5;
const MARGIN = 8; // between how far our single precision strays and what is allowed to others

/** All that both graphs are to give: forward of z, and inverse of x. */
interface Pass {
  readonly x: ArrayLike<number>;
  readonly logDet: ArrayLike<number>;
  readonly z: ArrayLike<number>;
  readonly inverseLogDet: ArrayLike<number>;
  readonly logProb: ArrayLike<number>;
}

/** Throws InputError (path `sha256`) where the flow gives finite numbers for none of its noise. */
export function vectorsOf(trained: TrainedParameters): Pick<FlowManifest, "vectors" | "tolerance"> {
  const { flow, about: { shape: { dim, classes } } } = openTrained(trained, () => openDouble(), CANDIDATES);
  const context = contextOf(classes);
  const z = asSingle(flow.noise({ seed: 0, chain: 0, from: 0, to: CANDIDATES }, 1, context).values);
  const x = asSingle(flow.forward(batch(z), context).x.values);
  const exact = passOf(flow, z, x, context);
  const rounded = passOf(openTrained(trained, (bytes) => openSingle({ bytes }), CANDIDATES).flow, z, x, context);

  const isFinite = (r: number) => [exact, rounded].every((pass) => numbersOf(pass, r, dim).every(Number.isFinite));
  const kept = Array.from({ length: CANDIDATES }, (_, r) => r).filter(isFinite).slice(0, VECTORS);
  if (kept.length === 0) {
    throw new InputError(
      "sha256",
      `the trained flow gives no finite numbers for ${CANDIDATES} draws of its noise: its training has diverged. Train it with a ` +
        "smaller learning rate, or with clipping.",
    );
  }

  const strayed = kept.flatMap((r) => {
    const found = numbersOf(rounded, r, dim);
    return numbersOf(exact, r, dim).map((value, k) => Math.abs(found[k] - value) / (1 + Math.abs(value)));
  });
  const rows = (values: ArrayLike<number>, width = dim) => kept.map((r) => rowOf(values, r, width));
  const numbers = (values: ArrayLike<number>) => kept.map((r) => values[r]);
  return {
    tolerance: Math.max(TOLERANCE, MARGIN * Math.max(...strayed)),
    vectors: {
      ...(context ? { context: rows(context.values, classes) } : {}),
      forward: { z: rows(z), x: rows(exact.x), logDet: numbers(exact.logDet) },
      inverse: {
        x: rows(x),
        z: rows(exact.z),
        logDet: numbers(exact.inverseLogDet),
        logProb: numbers(exact.logProb),
      },
    },
  };
}

function passOf(flow: NetworkFlow, z: Float64Array, x: Float64Array, context: Batch | undefined): Pass {
  const there = flow.forward(batch(z), context), back = flow.inverse(batch(x), context);
  const logProb = flow.logDensity(batch(x), context);
  return { x: there.x.values, logDet: there.logDet, z: back.z.values, inverseLogDet: back.logDet, logProb };
}

function numbersOf({ x, logDet, z, inverseLogDet, logProb }: Pass, r: number, dim: number): number[] {
  return [...rowOf(x, r, dim), logDet[r], ...rowOf(z, r, dim), inverseLogDet[r], logProb[r]];
}

function rowOf(values: ArrayLike<number>, r: number, width: number): number[] {
  return Array.from({ length: width }, (_, j) => values[r * width + j]);
}

/** One-hot rows of the first classes in turn. */
function contextOf(classes: number): Batch | undefined {
  if (classes === 0) return undefined;
  const values = new Float64Array(CANDIDATES * classes);
  for (let r = 0; r < CANDIDATES; r++) values[r * classes + r % classes] = 1;
  return { rows: CANDIDATES, values };
}

function batch(values: Float64Array): Batch {
  return { rows: CANDIDATES, values };
}

/** Rounded to what single precision holds. */
function asSingle(values: ArrayLike<number>): Float64Array {
  return Float64Array.from(values, Math.fround);
}
