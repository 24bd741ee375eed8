/**
 * A flow from its layers and its base: any number of rows, a chunk at a time. Rows are copied in and out, so that callers know
 * nothing of the arithmetic's memory.
 */
import type { Reals } from "../../numerics/arithmetic/arithmetic.ts";
import { Purpose, Random } from "../../numerics/random/random.ts";
import type { Network } from "./definition.ts";
import type { Batch, Flow } from "./flow.ts";
import type { Parameter, Rows, Workplace } from "./layer.ts";
import { under } from "./parameter.ts";

/** Every parameter of a network by its name: `layers[3].bound`, `base.logits`. */
export function parametersOf({ layers, base }: Network): Parameter[] {
  return [...layers.flatMap((layer, i) => under(`layers[${i}]`, layer.parameters)), ...under("base", base.parameters)];
}

/** After parameters have changed, and before the first use. */
export function reload({ layers, base }: Network): void {
  for (const layer of layers) layer.reload();
  base.reload();
}

/** Data to noise, layer after layer; `rows` are changed in place, logDet begins at 0. */
export function walkToNoise({ layers }: Network, rows: Rows, keep = false): void {
  rows.logDet.fill(0, 0, rows.rows);
  for (let i = layers.length - 1; i >= 0; i--) layers[i].inverse(rows, keep);
}

/** Noise to data. */
export function walkToData({ layers }: Network, rows: Rows, keep = false): void {
  rows.logDet.fill(0, 0, rows.rows);
  for (const layer of layers) layer.forward(rows, keep);
}

/** Numbers that a NetworkFlow takes of an arithmetic beside the network. */
export function flowSize(dim: number, contextWidth: number, capacity: number): number {
  return capacity * (2 * dim + contextWidth + 6) + 256;
}

export class NetworkFlow implements Flow {
  readonly #place: Workplace;
  readonly #x: Reals;
  readonly #dx: Reals;
  readonly #context: Reals | null;
  readonly #logDet: Float64Array;
  readonly #logDensity: Float64Array;
  readonly #ones: Float64Array;

  constructor(readonly network: Network, readonly dim: number, place: Workplace) {
    const { arithmetic, capacity, contextWidth } = place;
    this.#place = place;
    this.#x = arithmetic.reals(capacity * dim);
    this.#dx = arithmetic.reals(capacity * dim);
    this.#context = contextWidth === 0 ? null : arithmetic.reals(capacity * contextWidth);
    this.#logDet = arithmetic.doubles(capacity);
    this.#logDensity = arithmetic.doubles(capacity);
    this.#ones = arithmetic.doubles(capacity).fill(1);
    reload(network);
  }

  get numericClass() {
    return this.#place.arithmetic.numericClass;
  }

  /** Numbers of a row of context. */
  get contextWidth(): number {
    return this.#place.contextWidth;
  }

  forward(z: Batch, context?: Batch): { x: Batch; logDet: Float64Array } {
    const values = new Float64Array(z.rows * this.dim), logDet = new Float64Array(z.rows);
    this.#inChunks(z, context, (rows, start) => {
      walkToData(this.network, rows);
      this.#takeOut(rows, start, values, logDet);
    });
    return { x: { rows: z.rows, values }, logDet };
  }

  inverse(x: Batch, context?: Batch): { z: Batch; logDet: Float64Array } {
    const values = new Float64Array(x.rows * this.dim), logDet = new Float64Array(x.rows);
    this.#inChunks(x, context, (rows, start) => {
      walkToNoise(this.network, rows);
      this.#takeOut(rows, start, values, logDet);
    });
    return { z: { rows: x.rows, values }, logDet };
  }

  /** log p(x) of every row. */
  logDensity(x: Batch, context?: Batch): Float64Array {
    const out = new Float64Array(x.rows);
    this.#inChunks(x, context, (rows, start) => out.set(this.#scored(rows, false), start));
    return out;
  }

  /** The same, and ∇ log p of every row into `gradient` [rows × dim]. The parameters' gradients mean nothing after it. */
  logDensityAndGradient(x: Batch, gradient: Float64Array, context?: Batch): Float64Array {
    const out = new Float64Array(x.rows);
    const { layers, base } = this.network;
    this.#inChunks(x, context, (rows, start) => {
      out.set(this.#scored(rows, true), start);
      const cotangents = { rows: rows.rows, dx: this.#dx, dLogDet: this.#ones, inputsOnly: true };
      this.#dx.fill(0, 0, rows.rows * this.dim);
      base.back(rows.x, rows.rows, this.#ones, this.#dx);
      for (const layer of layers) layer.inverseBack(cotangents);
      for (let k = 0, at = start * this.dim; k < rows.rows * this.dim; k++) gradient[at + k] = this.#dx[k];
    });
    return out;
  }

  /**
   * The noise of a chain's draws [from, to): draw d of chain c is a function of (seed, c, d + 1) alone, as a kernel's numbers are of its
   * step. [rows × dim].
   */
  noise(at: { seed: number; chain: number; from: number; to: number }, temperature = 1, context?: Batch): Batch {
    return drawNoise(this.network, this.dim, at, temperature, context);
  }

  /** log p_z of rows of noise: less the logDet of `forward`, log p of what they become. */
  logBase(z: Batch, context?: Batch): Float64Array {
    const out = new Float64Array(z.rows);
    this.#inChunks(z, context, ({ rows, x, context }, start) => {
      const logs = this.#logDensity.fill(0, 0, rows);
      this.network.base.logDensity(x, rows, context, logs);
      out.set(logs.subarray(0, rows), start);
    });
    return out;
  }

  #scored(rows: Rows, keep: boolean): Float64Array {
    walkToNoise(this.network, rows, keep);
    const out = this.#logDensity.subarray(0, rows.rows);
    out.set(rows.logDet.subarray(0, rows.rows));
    this.network.base.logDensity(rows.x, rows.rows, rows.context, out, keep);
    return out;
  }

  #inChunks(batch: Batch, context: Batch | undefined, work: (rows: Rows, start: number) => void): void {
    const { capacity, contextWidth } = this.#place;
    if (batch.values.length !== batch.rows * this.dim) {
      throw new RangeError(`expected ${batch.rows} rows of ${this.dim} numbers, found ${batch.values.length} numbers`);
    }
    if ((context?.values.length ?? 0) !== batch.rows * contextWidth) {
      throw new RangeError(
        `the flow is conditional on ${contextWidth} numbers a row, found ${
          context?.values.length ?? 0
        } for ${batch.rows} rows`,
      );
    }
    for (let start = 0; start < batch.rows; start += capacity) {
      const rows = Math.min(capacity, batch.rows - start);
      this.#x.set(batch.values.subarray(start * this.dim, (start + rows) * this.dim));
      if (context) this.#context?.set(context.values.subarray(start * contextWidth, (start + rows) * contextWidth));
      work({ rows, x: this.#x, logDet: this.#logDet, context: this.#context }, start);
    }
  }

  #takeOut({ rows, x, logDet: found }: Rows, start: number, values: Float64Array, logDet: Float64Array): void {
    values.set(x.subarray(0, rows * this.dim), start * this.dim);
    logDet.set(found.subarray(0, rows), start);
  }
}

function drawNoise(
  { base }: Network,
  dim: number,
  { seed, chain, from, to }: { seed: number; chain: number; from: number; to: number },
  temperature: number,
  context?: Batch,
): Batch {
  const rows = to - from, values = new Float64Array(rows * dim), random = new Random(seed), row = new Float64Array(dim);
  const width = context ? context.values.length / rows : 0;
  random.prepare({ stream: chain, step: from + 1, stride: 1, count: rows, numbers: 2 * dim });
  for (let r = 0; r < rows; r++) {
    const own = context ? context.values.subarray(r * width, (r + 1) * width) : null;
    base.draw(random.at(chain, from + r + 1, Purpose.step), temperature, own, row);
    for (let j = 0, at = r * dim; j < dim; j++, at++) values[at] = row[j]; // for short rows faster than set
  }
  return { rows, values };
}
