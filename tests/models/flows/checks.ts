/** What holds of every layer, in double precision: each check throws where it does not. */
import assert from "node:assert/strict";
import type { Arithmetic, Reals } from "../../../numerics/arithmetic/arithmetic.ts";
import { openDouble } from "../../../numerics/arithmetic/double.ts";
import { Purpose, Random } from "../../../numerics/random/random.ts";
import type { Layer, Rows } from "../../../models/flows/layer.ts";
import { CAPACITY, disturb, type LayerCase } from "./cases.ts";

export const ROWS = 4;
const STEP = 1e-5;
type Direction = "forward" | "inverse";

/** A layer under test, and a row of numbers that it can take in each direction. */
export class Subject {
  readonly layer: Layer;
  readonly arithmetic: Arithmetic;
  readonly #context: Reals | null;

  constructor(readonly layerCase: LayerCase, build: LayerCase["build"] = layerCase.build) {
    this.arithmetic = openDouble();
    const contextWidth = layerCase.contextWidth ?? 0;
    this.layer = build({ arithmetic: this.arithmetic, capacity: CAPACITY, contextWidth });
    disturb(this.layer.parameters);
    this.layer.reload();
    this.#context = contextWidth === 0 ? null : this.#normals(ROWS * contextWidth, 99);
  }

  /** Inputs of a direction. */
  inputs(direction: Direction): Reals {
    const x = this.#normals(ROWS * this.layer.width, direction === "forward" ? 1 : 2);
    if (direction === "inverse" && this.layerCase.data === "unit") {
      x.forEach((value, k) => x[k] = 1 / (1 + Math.exp(-value)));
    }
    return x;
  }

  /** Walks in a direction from a copy of x. */
  walk(direction: Direction, x: Reals, keep = false): Rows {
    const own = this.arithmetic.reals(CAPACITY * this.layer.width);
    own.set(x);
    const rows = { rows: ROWS, x: own, logDet: this.arithmetic.doubles(CAPACITY), context: this.#context };
    this.layer[direction](rows, keep);
    return rows;
  }

  #normals(count: number, stream: number): Reals {
    const random = new Random(5).at(stream, 0, Purpose.test);
    const array = this.arithmetic.reals(count);
    for (let k = 0; k < count; k++) array[k] = random.normal();
    return array;
  }
}

/** Both ways undo each other, and their log-determinants cancel. */
export function checkRoundTrip(subject: Subject): void {
  for (const [there, back] of [["forward", "inverse"], ["inverse", "forward"]] as const) {
    const from = subject.inputs(there);
    const over = subject.walk(there, from), again = subject.walk(back, over.x);
    for (let k = 0; k < from.length; k++) close(again.x[k], from[k], 1e-9, `${there} and ${back}, number ${k}`);
    for (let r = 0; r < ROWS; r++) close(over.logDet[r] + again.logDet[r], 0, 1e-9, `log-determinants of row ${r}`);
  }
}

/** The log-determinant is that of the Jacobian that central differences give. */
export function checkLogDeterminant(subject: Subject): void {
  const { width } = subject.layer;
  for (const direction of ["forward", "inverse"] as const) {
    const x = subject.inputs(direction), { logDet } = subject.walk(direction, x);
    for (let r = 0; r < ROWS; r++) {
      const jacobian: number[][] = [];
      for (let j = 0; j < width; j++) {
        const [up, down] = [STEP, -STEP].map((step) => subject.walk(direction, moved(x, r * width + j, step)).x);
        jacobian.push(Array.from({ length: width }, (_, i) => (up[r * width + i] - down[r * width + i]) / (2 * STEP)));
      }
      close(logDet[r], logAbsDeterminant(jacobian), 1e-7, `${direction} of row ${r}`);
    }
  }
}

/** The way back gives the gradient of Σ w · out + Σ v · logDet in the inputs and in every parameter, as central differences do. */
export function checkGradients(subject: Subject): void {
  const { layer, arithmetic } = subject;
  const weights = new Random(8).at(0, 0, Purpose.test);
  const w = Array.from({ length: ROWS * layer.width }, () => weights.normal());
  const v = Array.from({ length: ROWS }, () => weights.normal());
  for (const direction of ["forward", "inverse"] as const) {
    const loss = (x: Reals) => {
      const out = subject.walk(direction, x);
      return w.reduce((sum, weight, k) => sum + weight * out.x[k], 0) +
        v.reduce((sum, weight, r) => sum + weight * out.logDet[r], 0);
    };
    const x = subject.inputs(direction);
    for (const { gradient } of layer.parameters) gradient?.fill(0);
    subject.walk(direction, x, true);
    const dx = arithmetic.reals(CAPACITY * layer.width), dLogDet = arithmetic.doubles(CAPACITY);
    dx.set(w);
    dLogDet.set(v);
    layer[direction === "forward" ? "forwardBack" : "inverseBack"]({ rows: ROWS, dx, dLogDet });
    for (let k = 0; k < x.length; k++) {
      const slope = (loss(moved(x, k, STEP)) - loss(moved(x, k, -STEP))) / (2 * STEP);
      close(dx[k], slope, 1e-6, `${direction}: input ${k}`);
    }
    for (const { name, values, gradient } of layer.parameters) {
      if (!gradient) continue;
      for (let k = 0; k < values.length; k++) {
        const old = values[k];
        const [up, down] = [STEP, -STEP].map((step) => {
          values[k] = old + step;
          layer.reload();
          return loss(x);
        });
        values[k] = old;
        layer.reload();
        close(gradient[k], (up - down) / (2 * STEP), 1e-6, `${direction}: ${name} ${k}`);
      }
    }
  }
}

function moved(x: Reals, k: number, step: number): Reals {
  const copy = x.slice();
  copy[k] += step;
  return copy;
}

export function close(found: number, expected: number, tolerance: number, what: string): void {
  const error = Math.abs(found - expected);
  assert.ok(error <= tolerance * (1 + Math.abs(expected)), `${what}: found ${found}, expected ${expected}`);
}

/** log|det| by elimination with pivots. */
export function logAbsDeterminant(matrix: readonly (readonly number[])[]): number {
  const rows = matrix.map((row) => [...row]);
  let log = 0;
  for (let i = 0; i < rows.length; i++) {
    const pivot = rows.slice(i).reduce((best, row, k) => Math.abs(row[i]) > Math.abs(rows[best][i]) ? i + k : best, i);
    [rows[i], rows[pivot]] = [rows[pivot], rows[i]];
    log += Math.log(Math.abs(rows[i][i]));
    for (const row of rows.slice(i + 1)) {
      const factor = row[i] / rows[i][i];
      for (let j = i; j < rows.length; j++) row[j] -= factor * rows[i][j];
    }
  }
  return log;
}
