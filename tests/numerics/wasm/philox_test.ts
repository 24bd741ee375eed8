import assert from "node:assert/strict";
import { philox4x32 } from "../../../numerics/random/philox.ts";
import { philoxBlocks, WORDS } from "../../../numerics/wasm/philox.ts";

Deno.test("four blocks at once are the four blocks of the plain twin", () => {
  const words = [0, 1, 2, 0x7fffffff, 0x80000000, 0xfffffffd, 0xffffffff, 0x243f6a88];
  const together = new Uint32Array(WORDS), alone = new Uint32Array(4);
  for (let i = 0; i < 4096; i++) {
    const [first, c1, c2, c3] = [0, 3, 6, 9].map((shift) => words[(i >> shift) & 7]);
    const k0 = words[(i * 5 + 1) & 7], k1 = words[(i >> 2) & 7];
    philoxBlocks(first, c1, c2, c3, k0, k1, together);
    for (let block = 0; block < 4; block++) {
      philox4x32((first + block) >>> 0, c1, c2, c3, k0, k1, alone);
      assert.deepEqual(together.subarray(4 * block, 4 * block + 4), alone);
    }
  }
});
