/** What all densities of one number have in common. */
import assert from "node:assert/strict";
import type { Given } from "../../../models/library/numbers.ts";
import { Random } from "../../../numerics/random/random.ts";
import golden from "./golden.json" with { type: "json" };
import { integral } from "./integral.ts";
import { continuous, drawn, type LawCase, laws } from "./laws.ts";
import r from "./r.json" with { type: "json" };
import { difference, named, partialsOf } from "./traced.ts";

const POINTS = 60;

function pointsOf(law: LawCase): number[][] {
  const random = new Random(laws.indexOf(law));
  return Array.from({ length: POINTS }, (_, i) => drawn(law, random.at(0, i)));
}

function valueOf(name: string, given: readonly Given[]): number {
  return Number(named(name)(...given));
}

function subsets(places: readonly number[]): number[][] {
  return places.reduce<number[][]>((found, place) => [...found, ...found.map((one) => [...one, place])], [[]])
    .filter((one) => one.length > 0);
}

Deno.test("every density that the table of values has is held to these, and the other way round", () => {
  assert.deepEqual(laws.map(({ name }) => name).sort(), Object.keys(golden).sort());
});

for (const law of laws) {
  const { name } = law, f = named(name);

  Deno.test(`the partials of ${name} are what its values' differences say`, () => {
    for (const given of pointsOf(law)) {
      const places = continuous(law), { gradient } = partialsOf(f, given, places);
      places.forEach((k, i) => {
        const size = Math.max(Math.abs(given[k]), 1e-3);
        const { slope, error } = difference((x) => valueOf(name, x), given, k, 0.01 * size);
        // What the rounding of the values makes of a difference, besides what the extrapolations say of themselves.
        const rounding = 1e-13 * Math.max(1, Math.abs(valueOf(name, given))) / (0.001 * size);
        assert.ok(
          Math.abs(slope - gradient[i]) <= 1e-8 * Math.abs(slope) + 20 * error + rounding,
          `${name}(${given}), argument ${k}: ${gradient[i]}, by differences ${slope} ± ${error}`,
        );
      });
    }
  });

  Deno.test(`${name} is the same, bit by bit, whichever arguments are traced`, () => {
    for (const given of pointsOf(law).slice(0, 10)) {
      for (const asArray of [false, true]) {
        const call = (...all: readonly Given[]) => f(...all.map((one) => asArray ? [one].flat() : one));
        const places = continuous(law), whole = partialsOf(call, given, places);
        for (const subset of subsets(places)) {
          const part = partialsOf(call, given, subset);
          assert.deepEqual(part.value, whole.value);
          subset.forEach((k, i) => assert.deepEqual(part.gradient[i], whole.gradient[places.indexOf(k)]));
        }
      }
    }
  });

  Deno.test(`${name} of arrays is the sum over their entries, a number going with each`, () => {
    const points = pointsOf(law), places = continuous(law);
    const columns = law.kinds.map((_, k) => points.map((given) => given[k]));
    const sum = points.reduce((all, given) => all + valueOf(name, given), 0);
    close(valueOf(name, columns), sum);
    for (const fixed of law.kinds.keys()) {
      if (law.arrange) continue;
      const shared = points.map((given) => given.with(fixed, points[0][fixed]));
      const call = (...all: readonly Given[]) => f(...all);
      const lengths = law.kinds.map((_, k) => k === fixed ? 1 : POINTS);
      const flat = law.kinds.flatMap((_, k) => k === fixed ? [points[0][k]] : columns[k]);
      const cut = (all: readonly Given[]): Given[] => {
        let at = 0;
        return lengths.map((length, k) => {
          const part = all.slice(at, at += length);
          return k === fixed ? part[0] : part;
        });
      };
      const traced = law.kinds.flatMap((_, k) => Array(lengths[k]).fill(places.includes(k)));
      const found = partialsOf((...all) => call(...cut(all)), flat, [...flat.keys()].filter((i) => traced[i]));
      const parts = shared.map((given) => partialsOf(f, given, places));
      close(found.value, parts.reduce((all, { value }) => all + value, 0));
      let at = 0;
      places.forEach((k, i) => {
        const slopes = parts.map(({ gradient }) => gradient[i]);
        if (k === fixed) close(found.gradient[at++], slopes.reduce((all, one) => all + one, 0), slopes);
        else slopes.forEach((slope) => close(found.gradient[at++], slope));
      });
    }
  });

  Deno.test(`${name} is −∞ with no slope outside the support, and NaN for a wrong parameter`, () => {
    const places = continuous(law);
    for (const given of law.outside) {
      const { value, gradient } = partialsOf(f, given, places);
      assert.equal(value, -Infinity, `${name}(${given})`);
      assert.equal(valueOf(name, given), -Infinity);
      assert.ok(gradient.every((slope) => slope === 0), `${name}(${given}): ${gradient}`);
    }
    for (const given of law.wrong) {
      assert.ok(Number.isNaN(partialsOf(f, given, places).value), `${name}(${given})`);
      assert.ok(Number.isNaN(valueOf(name, given)), `${name}(${given})`);
    }
    const given = drawn(law, new Random(1).at(0, 0));
    for (const k of given.keys()) assert.ok(Number.isNaN(valueOf(name, given.with(k, NaN))), `argument ${k}`);
  });

  Deno.test(`${name} has the total 1`, () => {
    const [from, to] = law.support, isDiscrete = !continuous(law).includes(0);
    for (const parameters of law.totals) {
      const density = (x: number) => Math.exp(valueOf(name, [x, ...parameters]));
      const total = isDiscrete
        ? Array.from({ length: to - from + 1 }, (_, k) => density(from + k)).reduce((sum, p) => sum + p, 0)
        : law.center === undefined
        ? integral(density, from, to)
        : integral(density, from, parameters[law.center]) + integral(density, parameters[law.center], to);
      assert.ok(Math.abs(total - 1) < 1e-8, `${name}(x, ${parameters}): ${total}`);
    }
  });
}

function close(found: number, expected: number, terms: readonly number[] = []): void {
  const size = terms.reduce((sum, one) => sum + Math.abs(one), Math.abs(expected) + 1);
  assert.ok(Math.abs(found - expected) <= 1e-12 * size, `${found}, not ${expected}`);
}

Deno.test("densities are those of R", () => {
  for (const [name, given, value] of r as [string, number[], number][]) { // densities.R writes no other
    const found = valueOf(name, given);
    assert.ok(
      Math.abs(found - value) < 1e-12 * Math.max(1, Math.abs(value)),
      `${name}(${given}): ${found}, R ${value}`,
    );
  }
});
