/** The library's functions of one and two numbers against special.json, which special.py computes with 60 digits. */
import assert from "node:assert/strict";
import special from "./special.json" with { type: "json" };
import { named, partialsOf } from "./traced.ts";

const table: Readonly<Record<string, readonly (readonly unknown[])[]>> = special;

/** Where a value passes through zero, or its derivative is that of a tail, an argument's own rounding moves it by more. */
const LOOSER: Readonly<Record<string, { relative?: number; absolute?: number }>> = {
  // Zeros between the poles, and of the reflection's logarithm.
  lgamma: { absolute: 2e-15 },
};

for (const name of Object.keys(table)) {
  Deno.test(`${name} and its derivatives are what 60 digits give`, () => {
    const { relative = 1e-13, absolute = 0 } = LOOSER[name] ?? {};
    for (const [given, value, partials] of table[name] as [number[], number, (number | null)[]][]) { // special.py writes no other
      const places = partials.flatMap((partial, k) => partial === null ? [] : [k]);
      const close = (found: number, expected: number, what: string) =>
        assert.ok(
          Math.abs(found - expected) <= relative * Math.abs(expected) + absolute,
          `${name}(${given}), ${what}: ${found}, not ${expected}: ${found / expected - 1}`,
        );
      for (const asArray of [false, true]) {
        if (places.length === 0) {
          close(Number([named(name)(...given.map((one) => asArray ? [one] : one))].flat()[0]), value, "value");
          continue;
        }
        const found = partialsOf(
          (...all) => [named(name)(...all.map((one) => asArray ? [one].flat() : one))].flat()[0],
          given,
          places,
        );
        close(found.value, value, "value");
        places.forEach((k, i) => close(found.gradient[i], partials[k] ?? 0, `partial ${k}`));
      }
    }
  });
}
