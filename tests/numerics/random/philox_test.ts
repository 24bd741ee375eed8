import assert from "node:assert/strict";
import { multiplyHigh, philox4x32 } from "../../../numerics/random/philox.ts";

// Random123, tests/kat_vectors, lines "philox4x32 10": counter, key, result.
const KNOWN_ANSWERS = [
  "00000000 00000000 00000000 00000000 00000000 00000000 6627e8d5 e169c58d bc57ac4c 9b00dbd8",
  "ffffffff ffffffff ffffffff ffffffff ffffffff ffffffff 408f276d 41c83b0e a20bc7c6 6d5451fd",
  "243f6a88 85a308d3 13198a2e 03707344 a4093822 299f31d0 d16cfe09 94fdcceb 5001e420 24126ea1",
];

Deno.test("philox4x32-10 gives the known answers of Random123", () => {
  for (const line of KNOWN_ANSWERS) {
    const [c0, c1, c2, c3, k0, k1, ...expected] = line.split(" ").map((word) => parseInt(word, 16));
    const out = new Uint32Array(4);
    philox4x32(c0, c1, c2, c3, k0, k1, out);
    assert.deepEqual([...out], expected);
  }
});

Deno.test("multiplyHigh is the upper word of the product", () => {
  const words = [0, 1, 2, 0xffff, 0x10000, 0x10001, 0x7fffffff, 0x80000000, 0xd2511f53, 0xfffeffff, 0xffffffff];
  for (const a of words) {
    for (const b of words) {
      assert.equal(multiplyHigh(a, b) >>> 0, Number((BigInt(a) * BigInt(b)) >> 32n), `${a} × ${b}`);
    }
  }
});
