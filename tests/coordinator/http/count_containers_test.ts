import assert from "node:assert/strict";
import { encode } from "@msgpack/msgpack";
import fc from "fast-check";
import { countInJson, countInMessagePack } from "../../../coordinator/http/count_containers.ts";

const SEED = 20260105;

function containers(value: unknown): number {
  if (typeof value !== "object" || value === null || value instanceof Uint8Array) return 0;
  return Object.values(value).reduce((sum: number, entry) => sum + containers(entry), 1);
}

Deno.test("arrays and maps are counted in the bytes of MessagePack as they are in the value", () => {
  const { tree } = fc.letrec((tie) => ({
    tree: fc.oneof(
      { maxDepth: 5 },
      fc.oneof(
        fc.integer(),
        fc.maxSafeInteger(),
        fc.double(),
        fc.float(),
        fc.boolean(),
        fc.constant(null),
        fc.string({ maxLength: 300 }),
        fc.uint8Array({ maxLength: 300 }),
      ),
      fc.array(tie("tree"), { maxLength: 20 }),
      fc.dictionary(fc.string(), tie("tree"), { maxKeys: 20 }),
    ),
  }));
  fc.assert(fc.property(tree, (value) => assert.equal(countInMessagePack(encode(value)), containers(value))), {
    seed: SEED,
    numRuns: 300,
  });
  const long = [Array(70_000).fill("x".repeat(70)), "y".repeat(70_000), new Uint8Array(70_000), "z".repeat(300)];
  assert.equal(countInMessagePack(encode(long)), 2);
});

Deno.test("whatever bytes come, counting ends", () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => countInMessagePack(bytes) <= bytes.length), {
    seed: SEED,
    numRuns: 1000,
  });
});

Deno.test("arrays and objects are counted in the bytes of JSON", () => {
  const value = { a: [[1], [2, {}]], b: null };
  assert.equal(countInJson(new TextEncoder().encode(JSON.stringify(value))), containers(value));
});
