import assert from "node:assert/strict";
import fc from "fast-check";
import { z } from "zod";
import { boundFaults } from "../../../coordinator/schema/bound_faults.ts";

const SEED = 20260104;

const example = () =>
  z.strictObject({
    rows: z.array(z.array(z.number().min(0)).min(1)).max(3).optional(),
    columns: z.union([z.array(z.int()), z.record(z.string(), z.array(z.number()))]).default([]),
    pair: z.tuple([z.string(), z.array(z.boolean())]).optional(),
  });

Deno.test("a bounded schema accepts, fills in and refuses what the plain one does, with the same faults where they are few", () => {
  const plain = example(), bounded = boundFaults(example());
  const numbers = fc.array(fc.oneof(fc.double({ noNaN: true }), fc.integer(), fc.constantFrom(-1, NaN, "x", null)), {
    maxLength: 4,
  });
  const value = fc.record({
    rows: fc.array(numbers, { maxLength: 4 }),
    columns: fc.oneof(numbers, fc.dictionary(fc.string(), numbers, { maxKeys: 3 })),
    pair: fc.tuple(fc.string(), fc.array(fc.oneof(fc.boolean(), fc.constant(1)), { maxLength: 3 })),
  }, { requiredKeys: [] });
  fc.assert(
    fc.property(value, (value) => {
      const [a, b] = [plain.safeParse(value), bounded.safeParse(value)];
      assert.deepEqual(b.data, a.data);
      assert.deepEqual(b.error?.issues, a.error?.issues);
    }),
    { seed: SEED, numRuns: 500 },
  );
});

Deno.test("a bounded schema looks no further once a hundred faults are found", () => {
  let looks = 0;
  const wrong = z.number().refine(() => ++looks < 0);
  const schema = boundFaults(z.object({
    list: z.array(wrong).min(1).optional(),
    rows: z.array(z.array(wrong)).optional(),
    columns: z.record(z.string(), wrong).optional(),
  }));
  const many = Array(10_000).fill(0);
  const cases = [{ list: many }, { rows: many.map(() => [0, 0]) }, { rows: [many, many] }, { columns: { ...many } }];
  assert.equal(schema.safeParse({ list: 1, rows: [1, [1]], columns: [] }).success, false); // what was seen before changes nothing
  for (const value of cases) {
    looks = 0;
    const { error } = schema.safeParse(value);
    assert.ok(error && error.issues.length >= 100 && error.issues.length <= 200, `${error?.issues.length} faults`);
    assert.ok(looks <= 200, `${looks} looks at ${Object.keys(value)}`);
  }
});
