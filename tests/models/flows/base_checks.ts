/** What holds of every base: each check throws where it does not. Its noise is one number wide where it is integrated. */
import assert from "node:assert/strict";
import type { Reals } from "../../../numerics/arithmetic/arithmetic.ts";
import { openDouble } from "../../../numerics/arithmetic/double.ts";
import { Purpose, Random } from "../../../numerics/random/random.ts";
import type { Base } from "../../../models/flows/base.ts";
import { criticalValue, kolmogorovSmirnov } from "../../numerics/kolmogorov_smirnov.ts";
import { type BaseCase, CAPACITY, disturb } from "./cases.ts";
import { close, moved, ROWS } from "./checks.ts";
import { Dual, dual } from "./oracle/dual.ts";
import { baseFormulas } from "./oracle/formulas.ts";

const STEP = 1e-5;
const DRAWS = 20_000;
const FALSE_ALARM = 1e-6; // of a base's draws

export class BaseSubject {
  readonly arithmetic = openDouble();
  readonly base: Base;
  readonly #context: Reals | null;

  constructor(readonly baseCase: BaseCase, width: number) {
    const contextWidth = baseCase.contextWidth ?? 0;
    this.base = baseCase.build(width, { arithmetic: this.arithmetic, capacity: CAPACITY, contextWidth });
    disturb(this.base.parameters.filter(({ gradient }) => gradient));
    this.base.reload();
    this.#context = contextWidth === 0 ? null : this.#filled(ROWS * contextWidth, (random) => random.normal());
  }

  noise(): Reals {
    const inside = this.baseCase.noise === "unit";
    return this.#filled(ROWS * this.base.width, (random) => inside ? random.uniform() : random.normal());
  }

  contextOf(row: number): Reals | null {
    const width = this.baseCase.contextWidth ?? 0;
    return this.#context?.subarray(row * width, (row + 1) * width) ?? null;
  }

  logDensity(z: Reals): Float64Array {
    const out = new Float64Array(ROWS);
    this.base.logDensity(z, ROWS, this.#context, out, true);
    return out;
  }

  /** One row alone. */
  logDensityOf(z: number, row: number): number {
    const out = new Float64Array(1);
    this.base.logDensity(Float64Array.of(z), 1, this.contextOf(row), out);
    return out[0];
  }

  #filled(count: number, value: (random: Random) => number): Reals {
    const random = new Random(6).at(0, 0, Purpose.test);
    return Float64Array.from({ length: count }, () => value(random));
  }
}

/** The density and its gradients, in the noise and in every parameter, are those of the formula in dual numbers, and of differences. */
export function checkBaseGradients(subject: BaseSubject): void {
  const { base } = subject, { width } = base, z = subject.noise(), found = subject.logDensity(z);
  const weight = Float64Array.of(0.5, -1.2, 2, 0.3), dz = new Float64Array(z.length).fill(1);
  for (const { gradient } of base.parameters) gradient?.fill(0);
  base.back(z, ROWS, weight, dz);
  const formula = (r: number, seeded: { name?: string; k: number }) =>
    baseFormulas[base.kind](base, {
      row: seed(z.subarray(r * width, (r + 1) * width), seeded.name === undefined ? seeded.k : -1),
      context: Array.from(subject.contextOf(r) ?? []),
      parameter: (name) => {
        const own = base.parameters.find((parameter) => parameter.name === name);
        return seed(own?.values ?? [], name === seeded.name ? seeded.k : -1);
      },
    });
  const loss = (z: Reals) => subject.logDensity(z).reduce((sum, log, r) => sum + weight[r] * log, 0);
  for (let r = 0; r < ROWS; r++) {
    close(found[r], formula(r, { k: -1 }).value, 1e-12, `log density of row ${r}`);
    for (let j = 0, k = r * width; j < width; j++, k++) {
      close(dz[k], 1 + weight[r] * formula(r, { k: j }).slope, 1e-11, `slope in number ${j} of row ${r}`);
      const slope = (loss(moved(z, k, STEP)) - loss(moved(z, k, -STEP))) / (2 * STEP);
      close(dz[k], 1 + slope, 1e-7, `differences in number ${j} of row ${r}`);
    }
  }
  for (const { name, values, gradient } of base.parameters) {
    for (let k = 0; gradient && k < values.length; k++) {
      const slopes = Array.from(weight, (one, r) => one * formula(r, { name, k }).slope);
      close(gradient[k], slopes.reduce((a, b) => a + b), 1e-11, `slope in ${name} ${k}`);
    }
  }
}

/** The density of one number integrates to 1, and draws follow it. */
export function checkBaseDraws(subject: BaseSubject): void {
  const { base, baseCase } = subject, row = 1;
  const [from, to, cells] = baseCase.noise === "unit" ? [0, 1, 100] : [-40, 40, 20_000];
  const width = (to - from) / cells, below = new Float64Array(cells + 1);
  for (let i = 0; i < cells; i++) {
    below[i + 1] = below[i] + width * Math.exp(subject.logDensityOf(from + (i + 0.5) * width, row));
  }
  close(below[cells], 1, 1e-6, "what the density integrates to");
  const cdf = (x: number) => {
    const at = Math.min(cells - 1, Math.max(0, (x - from) / width)), i = Math.floor(at);
    return below[i] + (at - i) * (below[i + 1] - below[i]);
  };
  const random = new Random(12), out = new Float64Array(1);
  const draws = Float64Array.from({ length: DRAWS }, (_, step) => {
    base.draw(random.at(0, step, Purpose.test), 1, subject.contextOf(row), out);
    return out[0];
  });
  const distance = kolmogorovSmirnov(draws, cdf);
  assert.ok(distance < criticalValue(FALSE_ALARM), `draws do not follow the density: ${distance}`);
}

function seed(values: ArrayLike<number>, at: number): Dual[] {
  return Array.from(values, (value, k) => k === at ? new Dual(value, 1) : dual(value));
}
