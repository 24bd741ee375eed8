import assert from "node:assert/strict";
import { lookup3 } from "../../../../coordinator/output/hdf5/lookup3.ts";

Deno.test("lookup3 gives the values that its author published", () => {
  const hash = (text: string) => lookup3(new TextEncoder().encode(text));
  assert.equal(hash(""), 0xdeadbeef);
  assert.equal(hash("Four score and seven years ago"), 0x17770551);
});
