import assert from "node:assert/strict";

/** Throws where a number is farther from what is expected than `tolerance`, relative to 1 + |expected|. */
export function expectClose(
  found: ArrayLike<number>,
  expected: ArrayLike<number>,
  what: string,
  tolerance = 1e-5,
): void {
  assert.equal(found.length, expected.length, what);
  for (let k = 0; k < found.length; k++) {
    const error = Math.abs(found[k] - expected[k]) / (1 + Math.abs(expected[k]));
    assert.ok(
      found[k] === expected[k] || error <= tolerance,
      `${what} ${k}: found ${found[k]}, expected ${expected[k]}`,
    );
  }
}
