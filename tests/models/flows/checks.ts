/** What holds of every layer: each check throws where it does not. A whole flow is a layer too (composition.ts). */
import assert from "node:assert/strict";
import type { Arithmetic, Reals } from "../../../numerics/arithmetic/arithmetic.ts";
import { openDouble } from "../../../numerics/arithmetic/double.ts";
import { openSingle } from "../../../numerics/arithmetic/single.ts";
import { Purpose, Random } from "../../../numerics/random/random.ts";
import type { Layer, Rows } from "../../../models/flows/layer.ts";
import { CAPACITY, disturb, type LayerCase } from "./cases.ts";
import { Dual, dual } from "./oracle/dual.ts";
import { type Direction, layerFormula } from "./oracle/formulas.ts";

export const ROWS = 4;
const DIRECTIONS = ["forward", "inverse"] as const;
const STEP = 1e-5;
const SINGLE_BYTES = 1 << 22;
/** Of a layer in single precision beside double: roundings of about 1e-7 each, and what they grow to. */
const SINGLE_TOLERANCE = 2e-4;

/** A layer under test, with rows of numbers that it can take in each direction. */
export class Subject {
  readonly layer: Layer;
  readonly #context: Reals | null;

  constructor(readonly layerCase: LayerCase, readonly arithmetic: Arithmetic = openDouble()) {
    const contextWidth = layerCase.contextWidth ?? 0;
    let isBuilt = false;
    const refusing = (make: "reals" | "doubles") => (length: number) => {
      assert.ok(!isBuilt, "a pass allocates nothing");
      return arithmetic[make](length);
    };
    const place = { ...arithmetic, reals: refusing("reals"), doubles: refusing("doubles") } as Arithmetic;
    this.layer = layerCase.build({ arithmetic: place, capacity: CAPACITY, contextWidth });
    isBuilt = true;
    disturb(this.layer.parameters, layerCase.spread);
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

  /** The context of a row. */
  contextOf(row: number): number[] {
    const width = this.layerCase.contextWidth ?? 0;
    return Array.from(this.#context?.subarray(row * width, (row + 1) * width) ?? []);
  }

  /** Walks in a direction from a copy of x: all rows, or one alone. */
  walk(direction: Direction, x: Reals, { keep = false, row }: { keep?: boolean; row?: number } = {}): Rows {
    const { width } = this.layer;
    const own = this.arithmetic.reals(CAPACITY * width), logDet = this.arithmetic.doubles(CAPACITY);
    own.set(row === undefined ? x : x.subarray(row * width, (row + 1) * width));
    const context = row === undefined || !this.#context ? this.#context : this.#own(this.contextOf(row));
    const rows = { rows: row === undefined ? ROWS : 1, x: own, logDet, context };
    this.layer[direction](rows, keep);
    return rows;
  }

  /** The gradient of Σ w · out + Σ v · logDet by the layer's way back: of the inputs, and into its parameters. */
  back(direction: Direction, x: Reals, inputsOnly = false): { w: number[]; v: number[]; dx: Reals } {
    const random = new Random(8).at(0, 0, Purpose.test), { layer, arithmetic } = this;
    const w = Array.from({ length: ROWS * layer.width }, () => random.normal());
    const v = Array.from({ length: ROWS }, () => random.normal());
    for (const { gradient } of layer.parameters) gradient?.fill(1); // which is to be added to
    this.walk(direction, x, { keep: true });
    const dx = arithmetic.reals(CAPACITY * layer.width), dLogDet = arithmetic.doubles(CAPACITY);
    dx.set(w);
    dLogDet.set(v);
    layer[direction === "forward" ? "forwardBack" : "inverseBack"]({ rows: ROWS, dx, dLogDet, inputsOnly });
    for (const { gradient } of layer.parameters) gradient?.forEach((slope, k) => gradient[k] = slope - 1);
    v.forEach((weight, r) => assert.equal(dLogDet[r], weight, "dLogDet is read only"));
    return { w, v, dx };
  }

  #normals(count: number, stream: number): Reals {
    const random = new Random(5).at(stream, 0, Purpose.test);
    return this.#own(Array.from({ length: count }, () => random.normal()));
  }

  #own(values: readonly number[]): Reals {
    const array = this.arithmetic.reals(values.length);
    array.set(values);
    return array;
  }
}

/** Both ways undo each other, and their log-determinants cancel. */
export function checkRoundTrip(subject: Subject): void {
  for (const [there, back] of [DIRECTIONS, ["inverse", "forward"]] as const) {
    const from = subject.inputs(there);
    const over = subject.walk(there, from), again = subject.walk(back, over.x);
    for (let k = 0; k < from.length; k++) close(again.x[k], from[k], 1e-9, `${there} and ${back}, number ${k}`);
    for (let r = 0; r < ROWS; r++) close(over.logDet[r] + again.logDet[r], 0, 1e-9, `log-determinants of row ${r}`);
  }
}

/** The log-determinant, added to what is there, is that of the Jacobian that central differences give. */
export function checkLogDeterminant(subject: Subject): void {
  const { layer, layer: { width } } = subject;
  for (const direction of DIRECTIONS) {
    const x = subject.inputs(direction), rows = subject.walk(direction, x), logDet = rows.logDet.slice();
    rows.x.set(x);
    layer[direction](rows);
    for (let r = 0; r < ROWS; r++) {
      close(rows.logDet[r], 2 * logDet[r], 1e-12, `what is added to the log-determinant of row ${r}`);
      const jacobian: number[][] = [];
      for (let j = 0; j < width; j++) {
        const [up, down] = [STEP, -STEP].map((step) => subject.walk(direction, moved(x, r * width + j, step)).x);
        jacobian.push(Array.from({ length: width }, (_, i) => (up[r * width + i] - down[r * width + i]) / (2 * STEP)));
      }
      close(logDet[r], logAbsDeterminant(jacobian), 1e-7, `${direction} of row ${r}`);
    }
  }
}

/** Asked for the inputs' gradient alone, a layer gives the same bits of it. */
export function checkInputsOnly(subject: Subject): void {
  for (const direction of DIRECTIONS) {
    const x = subject.inputs(direction), { dx } = subject.back(direction, x);
    assert.deepEqual(subject.back(direction, x, true).dx, dx, direction);
  }
}

/** The way back gives the gradient in the inputs and in every parameter that central differences give. */
export function checkGradients(subject: Subject): void {
  const { layer } = subject;
  for (const direction of DIRECTIONS) {
    const x = subject.inputs(direction), { w, v, dx } = subject.back(direction, x);
    const loss = (x: Reals) => {
      const out = subject.walk(direction, x);
      return w.reduce((sum, weight, k) => sum + weight * out.x[k], 0) +
        v.reduce((sum, weight, r) => sum + weight * out.logDet[r], 0);
    };
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

/** A part is made of layers that have theirs. */
export function hasFormula({ layer }: Subject): boolean {
  return layer.kind !== "part";
}

/** Results and gradients are those of the formula in dual numbers, to the last bits but a few. */
export function checkFormula(subject: Subject): void {
  const { layer } = subject, { width } = layer, formula = layerFormula(layer.kind);
  assert.ok(formula, `a formula of ${layer.kind}`);
  for (const direction of DIRECTIONS) {
    const x = subject.inputs(direction), out = subject.walk(direction, x), { w, v, dx } = subject.back(direction, x);
    /** A row through the formula, one number of it or of a parameter with slope 1. */
    const walked = (r: number, seeded: { name?: string; k: number }) =>
      formula(layer, {
        direction,
        row: seed(x.subarray(r * width, (r + 1) * width), seeded.name === undefined ? seeded.k : -1),
        context: subject.contextOf(r),
        parameter: (name) => {
          const found = layer.parameters.find((parameter) => parameter.name === name);
          if (!found) throw new Error(`the layer has no parameter ${name}`);
          return seed(found.values, name === seeded.name ? seeded.k : -1);
        },
      });
    const slopeOf = (r: number, seeded: { name?: string; k: number }) => {
      const { row, logDet } = walked(r, seeded);
      return row.reduce((sum, one, j) => sum + w[r * width + j] * one.slope, v[r] * logDet.slope);
    };
    for (let r = 0; r < ROWS; r++) {
      const { row, logDet } = walked(r, { k: -1 });
      row.forEach(({ value }, j) => close(out.x[r * width + j], value, 1e-11, `${direction}: number ${j} of row ${r}`));
      close(out.logDet[r], logDet.value, 1e-11, `${direction}: log-determinant of row ${r}`);
      for (let j = 0; j < width; j++) {
        close(dx[r * width + j], slopeOf(r, { k: j }), 1e-10, `${direction}: slope in number ${j} of row ${r}`);
      }
    }
    for (const { name, values, gradient } of layer.parameters) {
      for (let k = 0; gradient && k < values.length; k++) {
        let slope = 0;
        for (let r = 0; r < ROWS; r++) slope += slopeOf(r, { name, k });
        close(gradient[k], slope, 1e-10, `${direction}: slope in ${name} ${k}`);
      }
    }
  }
}

/** A row's results are the same bits whichever rows go with it. */
export function checkIndependence(subject: Subject): void {
  const { width } = subject.layer;
  for (const direction of DIRECTIONS) {
    const x = subject.inputs(direction), all = subject.walk(direction, x);
    for (let row = 0; row < ROWS; row++) {
      const alone = subject.walk(direction, x, { row });
      assert.deepEqual(
        alone.x.slice(0, width),
        all.x.slice(row * width, (row + 1) * width),
        `${direction}: row ${row}`,
      );
      assert.equal(alone.logDet[0], all.logDet[row], `${direction}: log-determinant of row ${row}`);
    }
  }
}

/** Single precision computes the same, forth and back, and a row's results by that row alone there too. */
export function checkSingle(subject: Subject): void {
  const single = new Subject(subject.layerCase, openSingle({ bytes: SINGLE_BYTES }));
  checkIndependence(single);
  for (const direction of DIRECTIONS) {
    const run = (subject: Subject) => {
      const x = subject.inputs(direction), { x: out, logDet } = subject.walk(direction, x);
      const { dx } = subject.back(direction, x);
      const gradients = subject.layer.parameters.flatMap(({ name, gradient }) =>
        gradient ? [[`the gradient of ${name}`, gradient] as const] : []
      );
      return [["what comes out", out], ["the log-determinant", logDet], ["the way back", dx], ...gradients] as const;
    };
    const expected = run(subject);
    run(single).forEach(([what, array], i) =>
      array.forEach((value, k) => close(value, expected[i][1][k], SINGLE_TOLERANCE, `${direction}: ${what}, ${k}`))
    );
  }
}

function seed(values: Reals, at: number): Dual[] {
  return Array.from(values, (value, k) => k === at ? new Dual(value, 1) : dual(value));
}

export function moved(x: Reals, k: number, step: number): Reals {
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
