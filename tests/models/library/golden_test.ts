/** Densities of one number against golden.json, whose definitions golden.py states and evaluates with 360 digits. */
import assert from "node:assert/strict";

import { density, type Law } from "../../../models/library/density.ts";
import type { Given } from "../../../models/library/numbers.ts";
import { digamma, logGamma } from "../../../numerics/special/gamma_function.ts";
import golden from "./golden.json" with { type: "json" };
import { named, partialsOf } from "./traced.ts";

const normalValue = (x: number, mu: number, sigma: number) =>
  -0.5 * ((x - mu) / sigma) ** 2 - Math.log(sigma) - 0.5 * Math.log(2 * Math.PI);
const normalPartials = [
  (x: number, mu: number, sigma: number) => (mu - x) / sigma ** 2,
  (x: number, mu: number, sigma: number) => (x - mu) / sigma ** 2,
  (x: number, mu: number, sigma: number) => (((x - mu) / sigma) ** 2 - 1) / sigma,
];
const gammaPartials = [
  (x: number, a: number, b: number) => (a - 1) / x - b,
  (x: number, a: number, b: number) => Math.log(b) + Math.log(x) - digamma(a),
  (x: number, a: number, b: number) => a / b - x,
];

type Row = readonly [readonly number[], number, readonly (number | null)[], readonly (number | null)[]];
type Call = (...given: readonly Given[]) => unknown;

const table: Readonly<Record<string, readonly (readonly unknown[])[]>> = golden;

function rows(name: string): Row[] {
  return table[name].map(([given, value, partials, moves]) => [given, value, partials, moves] as Row); // golden.py writes no other
}

/**
 * What a function does not do as the table says. A sum of terms is right to the rounding of the terms, which are as large as the arguments
 * times the partials: where they cancel, that is what an argument's own last digit moves.
 */
function failures(name: string, f: Call): string[] {
  return rows(name).flatMap(([given, value, partials, moves]) => {
    const places = partials.flatMap((partial, k) => partial === null ? [] : [k]);
    const found = partialsOf(f, given, places);
    const sensitivity = places.reduce((most, k) => Math.max(most, Math.abs(given[k] * (partials[k] ?? 0))), 0);
    const lines = places.flatMap((k, i) => {
      const expected = partials[k] ?? 0, allowed = 1e-13 * Math.abs(expected) + 4e-16 * (moves[k] ?? 0);
      return close(found.gradient[i], expected, allowed)
        ? []
        : [`partial ${k}: ${found.gradient[i]}, not ${expected} ${Math.abs(found.gradient[i] / expected - 1)}`];
    });
    if (!close(found.value, value, 1e-14 * Math.max(Math.abs(value), 1) + 4e-16 * sensitivity)) {
      lines.push(`value: ${found.value}, not ${value} ${Math.abs(found.value - value)}`);
    }
    return lines.map((line) => `${name}(${given.join(", ")}): ${line}`);
  });
}

function close(found: number, expected: number, allowed: number): boolean {
  return Math.abs(found - expected) <= allowed;
}

for (const name of Object.keys(table)) {
  Deno.test(`${name} and its partials are what the definition gives, of numbers and of arrays`, () => {
    const f = named(name);
    assert.deepEqual(failures(name, f), []);
    assert.deepEqual(failures(name, (...given) => f(...given.map((one) => [one]))), []);
  });
}

/** Laws with a mistake in them. */
const twins: Record<string, Law<readonly string[]>[]> = {
  normal: [
    twin((x, mu, sigma) => -0.5 * ((x - mu) / sigma) ** 2 - 0.5 * Math.log(2 * Math.PI), { of: normalPartials }),
    twin((x, mu, sigma) => -0.5 * ((x - mu) / sigma) ** 2 - Math.log(sigma), { of: normalPartials }),
    twin(normalValue, { of: normalPartials.with(2, (x, mu, sigma) => (x - mu) ** 2 / sigma ** 3) }),
    twin(normalValue, { of: normalPartials.with(1, (x, mu, sigma) => (mu - x) / sigma ** 2) }),
  ],
  gamma: [
    twin((x, a, b) => a * Math.log(b) + (a - 1) * Math.log(x) - b * x, { of: gammaPartials }),
    twin((x, a, b) => a * Math.log(b) - logGamma(a) + a * Math.log(x) - b * x, { of: gammaPartials }),
    twin((x, a, b) => -a * Math.log(b) - logGamma(a) + (a - 1) * Math.log(x) - x / b, { of: gammaPartials }),
  ],
  poisson: [twin((y, rate) => y * Math.log(rate) - rate, { of: [null, (y, rate) => y / rate - 1] })],
};

type Partials = Law<readonly string[]>["partials"];

function twin(value: Law<readonly string[]>["value"], { of: partials }: { of: Partials }): Law<readonly string[]> {
  return { name: "twin", takes: ["x", "a", "b"].slice(0, partials.length), domain: () => 0, value, partials };
}

Deno.test("the table catches a density with a term dropped or turned round, and a wrong partial", () => {
  for (const [name, laws] of Object.entries(twins)) {
    for (const law of laws) assert.ok(failures(name, density(law)).length > 0, `${name}: ${law.value}`);
  }
  assert.ok(failures("gamma", named("inverseGamma")).length > 0);
  assert.ok(failures("binomialLogit", named("binomial")).length > 0);
});
