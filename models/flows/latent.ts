/** What lies behind data: their noise, data again from it, and the way from one row of data to another through it. */
import type { Batch, Flow } from "./flow.ts";

export interface Encoded {
  readonly z: Batch;
  /** Of the inverse, a row. */
  readonly logDet: Float64Array;
}

/** The noise of which the flow makes these rows. */
export function encode(flow: Flow, x: Batch, context?: Batch): Encoded {
  return flow.inverse(x, context);
}

/** Rows to noise and back, with the largest error of each: what rounding, and a numeric inverse, leave of them. */
export function reconstruct(flow: Flow, x: Batch, context?: Batch): { x: Batch; error: Float64Array } {
  const { x: again } = flow.forward(encode(flow, x, context).z, context);
  const error = new Float64Array(x.rows);
  x.values.forEach((value, k) => {
    const r = Math.floor(k / flow.dim);
    error[r] = Math.max(error[r], Math.abs(again.values[k] - value));
  });
  return { x: again, error };
}

/**
 * `straight`: (1 − t) a + t b. `arc`: the great circle (Shoemake 1985), with the length going evenly from that of a to that of b: in many
 * dimensions noise lies near a sphere, and the middle of a straight line well inside of it.
 */
export type Path = "straight" | "arc";

export interface Interpolation {
  /** One row each. */
  readonly from: Batch;
  readonly to: Batch;
  /** Rows to give, both ends among them; two at least. */
  readonly rows: number;
  readonly path?: Path;
  /** What each end is conditional on; between them evenly mixed. */
  readonly context?: { readonly from: Batch; readonly to: Batch };
}

/** Rows of data from one to the other, evenly along a path of their noise. */
export function interpolate(flow: Flow, { from, to, rows, path = "straight", context }: Interpolation): Batch {
  if (!(Number.isInteger(rows) && rows >= 2)) throw new RangeError(`expected two rows or more, found ${rows}`);
  const a = encode(flow, from, context?.from).z.values, b = encode(flow, to, context?.to).z.values;
  const z = { rows, values: along(a, b, rows, path) };
  return flow.forward(
    z,
    context && { rows, values: along(context.from.values, context.to.values, rows, "straight") },
  ).x;
}

function along(a: Batch["values"], b: Batch["values"], rows: number, path: Path): Float64Array {
  const width = a.length, out = new Float64Array(rows * width);
  const share = path === "arc" ? arcShares(a, b) : (t: number) => [1 - t, t];
  for (let i = 0; i < rows; i++) {
    const [ofA, ofB] = share(i / (rows - 1));
    for (let j = 0; j < width; j++) out[i * width + j] = ofA * a[j] + ofB * b[j];
  }
  return out;
}

/** Of each end at t. Where they point the same way, or opposite ways, or one is 0, no circle is told: the straight line is. */
function arcShares(a: Batch["values"], b: Batch["values"]): (t: number) => [number, number] {
  const dot = (one: Batch["values"], other: Batch["values"]) => {
    let sum = 0;
    for (let j = 0; j < one.length; j++) sum += one[j] * other[j];
    return sum;
  };
  const lengthA = Math.sqrt(dot(a, a)), lengthB = Math.sqrt(dot(b, b));
  const cosine = dot(a, b) / (lengthA * lengthB);
  const angle = Math.acos(Math.min(1, Math.max(-1, cosine))), sine = Math.sin(angle);
  if (!(sine > 1e-6)) return (t) => [1 - t, t];
  return (t) => {
    const length = (1 - t) * lengthA + t * lengthB;
    return [Math.sin((1 - t) * angle) / sine * length / lengthA, Math.sin(t * angle) / sine * length / lengthB];
  };
}
