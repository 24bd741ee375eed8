/**
 * Rows of numbers by which whoever runs the graphs of a flow can tell that they compute what the flow does: computed in double precision from
 * inputs that single precision holds exactly, and how far our own single precision strays from them.
 */
import { openSingle } from "../../numerics/arithmetic/single.ts";
import { InputError } from "../../numerics/errors.ts";
import type { Batch } from "../../models/flows/flow.ts";
import type { NetworkFlow } from "../../models/flows/network.ts";
import { openTrained } from "../../models/flows/trained.ts";
import type { TrainedParameters } from "../../models/training/training.ts";
import type { FlowManifest } from "./manifest.ts";

/** Rows that are wanted, and that are computed at a time. */
export const VECTORS = 4;
const MOST_DRAWS = 16; // a flow may overflow at some of its noise
const TOLERANCE = 1e-5;
const MARGIN = 8; // between how far our single precision strays and what is allowed to others

/** A row of what goes into both graphs and what is to come out: forward of z, inverse of x. */
interface Vector {
  readonly context: readonly number[];
  readonly forward: { readonly z: readonly number[]; readonly x: readonly number[]; readonly logDet: number };
  readonly inverse: {
    readonly x: readonly number[];
    readonly z: readonly number[];
    readonly logDet: number;
    readonly logProb: number;
  };
}

/**
 * `exact`: the flow in double precision. Throws InputError (path `sha256`) where it gives finite numbers for none of its noise.
 */
export function vectorsOf(
  trained: TrainedParameters,
  exact: NetworkFlow,
): Pick<FlowManifest, "vectors" | "tolerance"> {
  const rounded = openTrained(trained, (bytes) => openSingle({ bytes }), VECTORS).flow;
  const kept: Vector[] = [];
  let strayed = 0;
  for (let from = 0; from < MOST_DRAWS && kept.length < VECTORS; from += VECTORS) {
    const context = contextOf(exact.contextWidth);
    const z = asSingle(exact.noise({ seed: 0, chain: 0, from, to: from + VECTORS }, 1, context).values);
    const expected = passOf(exact, z, null, context);
    const found = passOf(rounded, z, batch(expected.flatMap(({ inverse }) => inverse.x)), context);
    expected.forEach((vector, r) => {
      const [numbers, others] = [vector, found[r]].map(numbersOf);
      if (![...numbers, ...others].every(Number.isFinite)) return;
      kept.push(vector);
      for (const [k, value] of numbers.entries()) {
        strayed = Math.max(strayed, Math.abs(others[k] - value) / (1 + Math.abs(value)));
      }
    });
  }
  if (kept.length === 0) {
    throw new InputError(
      "sha256",
      `the trained flow gives no finite numbers for ${MOST_DRAWS} draws of its noise: its training has diverged. Train it with a ` +
        "smaller learning rate, or with clipping.",
    );
  }
  const [forwards, inverses] = [kept.map(({ forward }) => forward), kept.map(({ inverse }) => inverse)];
  return {
    tolerance: Math.max(TOLERANCE, MARGIN * strayed),
    vectors: {
      ...(exact.contextWidth > 0 ? { context: kept.map(({ context }) => [...context]) } : {}),
      forward: {
        z: forwards.map(({ z }) => [...z]),
        x: forwards.map(({ x }) => [...x]),
        logDet: forwards.map(({ logDet }) => logDet),
      },
      inverse: {
        x: inverses.map(({ x }) => [...x]),
        z: inverses.map(({ z }) => [...z]),
        logDet: inverses.map(({ logDet }) => logDet),
        logProb: inverses.map(({ logProb }) => logProb),
      },
    },
  };
}

/** Both ways: inverse of x, or where there is none of where forward came to, in single precision. */
function passOf(flow: NetworkFlow, z: Batch, x: Batch | null, context: Batch | undefined): Vector[] {
  const there = flow.forward(z, context), from = x ?? asSingle(there.x.values);
  const back = flow.inverse(from, context), logBase = flow.logBase(back.z, context);
  const rowOf = ({ values }: Batch, r: number, width = flow.dim) => [...values.subarray(r * width, (r + 1) * width)];
  return Array.from({ length: VECTORS }, (_, r) => ({
    context: context ? rowOf(context, r, flow.contextWidth) : [],
    forward: { z: rowOf(z, r), x: rowOf(there.x, r), logDet: there.logDet[r] },
    inverse: {
      x: rowOf(from, r),
      z: rowOf(back.z, r),
      logDet: back.logDet[r],
      logProb: logBase[r] + back.logDet[r],
    },
  }));
}

function numbersOf({ forward, inverse }: Vector): number[] {
  return [...forward.x, forward.logDet, ...inverse.z, inverse.logDet, inverse.logProb];
}

/** One-hot rows of the first classes in turn. */
function contextOf(classes: number): Batch | undefined {
  if (classes === 0) return undefined;
  return batch(Array.from({ length: VECTORS * classes }, (_, k) => {
    return k % classes === Math.floor(k / classes) % classes ? 1 : 0;
  }));
}

function batch(values: ArrayLike<number>): Batch {
  return { rows: VECTORS, values: Float64Array.from(values) };
}

/** Rounded to what single precision holds. */
function asSingle(values: ArrayLike<number>): Batch {
  return batch(Float64Array.from(values, Math.fround));
}
