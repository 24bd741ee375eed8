/** Every base: its density, its gradients, its draws. False alarms: one in a million a base. */
import assert from "node:assert/strict";
import { openDouble } from "../../../numerics/arithmetic/double.ts";
import { InputError } from "../../../numerics/errors.ts";
import { Random } from "../../../numerics/random/random.ts";
import type { Base } from "../../../models/flows/base.ts";
import { baseOptions, buildBase } from "../../../models/flows/bases/options.ts";
import { BaseSubject, checkBaseDraws, checkBaseGradients } from "./base_checks.ts";
import { type BaseCase, baseCases } from "./cases.ts";

for (const baseCase of baseCases) {
  Deno.test(`${baseCase.name} base: log density and gradients are those of the formula`, () =>
    checkBaseGradients(new BaseSubject(baseCase, 3)));
  Deno.test(`${baseCase.name} base: the density integrates to 1 and draws follow it`, () =>
    checkBaseDraws(new BaseSubject(baseCase, 1)));
}

/** A case whose base does one thing otherwise. */
function twin(name: string, change: (base: Base) => Partial<Base>): BaseCase {
  const found = baseCases.find((baseCase) => baseCase.name === name);
  if (!found) throw new Error(`no base ${name}`);
  return {
    ...found,
    build: (width, place) => {
      const base = found.build(width, place);
      return new Proxy(base, {
        get: (_, key) => {
          const value: unknown = Reflect.get({ ...change(base) }, key) ?? Reflect.get(base, key);
          return typeof value === "function" ? value.bind(base) : value;
        },
      });
    },
  };
}

Deno.test("a logistic density without its factor of normalisation is caught", () => {
  const broken = twin("logistic", (base) => ({
    logDensity: (z, rows, context, out) => {
      base.logDensity(z, rows, context, out);
      for (let r = 0; r < rows; r++) out[r] += 0.01;
    },
  }));
  assert.throws(() => checkBaseDraws(new BaseSubject(broken, 1)), /integrates/);
});

Deno.test("draws that shun one component are caught", () => {
  const broken = twin("given mixture", (base) => ({
    draw: (random, temperature, context, out) => {
      do base.draw(random, temperature, context, out); while (out[0] > 0 && random.uniform() < 0.1);
    },
  }));
  assert.throws(() => checkBaseDraws(new BaseSubject(broken, 1)), /do not follow/);
});

Deno.test("a way back that overwrites the cotangent is caught", () => {
  const broken = twin("normal", (base) => ({
    back: (z, rows, weight, dz) => {
      dz.fill(0);
      base.back(z, rows, weight, dz);
    },
  }));
  assert.throws(() => checkBaseGradients(new BaseSubject(broken, 3)), /slope/);
});

Deno.test("a temperature scales the noise of the same random numbers about its mean", () => {
  const place = { arithmetic: openDouble(), capacity: 1, contextWidth: 0 },
    warm = new Float64Array(2),
    cold = warm.slice();
  for (const kind of ["normal", "logistic", "conditional-normal"] as const) {
    const base = buildBase(kind, 2, place, new Random(1));
    base.draw(new Random(3).at(0, 1), 1, null, warm);
    base.draw(new Random(3).at(0, 1), 0.5, null, cold);
    assert.deepEqual(cold, warm.map((z) => 0.5 * z));
  }
  assert.throws(() => buildBase("uniform", 2, place, new Random(1)).draw(new Random(3), 0.5, null, cold), InputError);
});

Deno.test("a given mixture with a row too few, or too short, is refused with its place", () => {
  const place = { arithmetic: openDouble(), capacity: 1, contextWidth: 0 };
  const cases = [
    [{ means: [[0, 0]], scales: [[1, 1], [1, 1]] }, "base.means"],
    [{ means: [[0, 0], [0]], scales: [[1, 1], [1, 1]] }, "base.means.1"],
    [{ means: [[0, 0], [0, 1]], scales: [[1, 1], [1, 1, 1]] }, "base.scales.1"],
  ] as const;
  for (const [options, path] of cases) {
    const parsed = baseOptions.parse({ kind: "given-mixture", weights: [1, 1], ...options });
    assert.throws(
      () => buildBase(parsed, 2, place, new Random(1)),
      (error) => error instanceof InputError && error.path === path,
    );
  }
});
