/** Densities of one number against golden.json, whose definitions golden.py states and evaluates with 360 digits. */
import assert from "node:assert/strict";

import type { Given } from "../../../models/library/numbers.ts";
import golden from "./golden.json" with { type: "json" };
import { named, partialsOf } from "./traced.ts";

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
  Deno.test(`${name} and its partials are what the definition gives`, () => {
    assert.deepEqual(failures(name, named(name)), []);
  });
}
