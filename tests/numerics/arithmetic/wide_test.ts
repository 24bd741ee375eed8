/** Products by vectors of 256 bits: the bits of the others, whether V8 makes such vectors or not. */
import assert from "node:assert/strict";
import { openSingle } from "../../../numerics/arithmetic/single.ts";
import { openTwin } from "../../../numerics/arithmetic/twin.ts";
import { Purpose, Random } from "../../../numerics/random/random.ts";
import { WIDE_FLAGS } from "../../../numerics/wasm/wide.ts";

const BYTES = 1 << 22;
const SHAPES = [[1, 16, 8], [5, 17, 9], [4, 32, 256], [7, 31, 257], [131, 21, 40], [2, 515, 513], [3, 15, 9], [
  0,
  16,
  9,
]];

/** Every product a few hundred times, so that V8 compiles the kernel for good. */
function products(open: () => ReturnType<typeof openSingle>, repeats: number): number[][] {
  return SHAPES.flatMap(([m, n, k]) =>
    [[1, 0], [-0.3, 0.7]].flatMap(([alpha, beta]) =>
      [[false, false], [true, false], [false, true]].map(([transposeA, transposeB]) => {
        const arithmetic = open(), random = new Random(3).at(m, n, Purpose.test);
        const lengths = [m * k, k * n, m * n, n, m * n, m * n];
        const [a, b, before, bias, c, layer] = lengths.map((length) => arithmetic.reals(length));
        for (const array of [a, b, before, bias]) array.forEach((_, i) => array[i] = random.normal());
        const factors = { m, n, k, a, transposeA, b, transposeB, alpha, beta };
        for (let i = 0; i < repeats; i++) {
          c.set(before);
          layer.set(before);
          arithmetic.gemm({ ...factors, c });
          arithmetic.dense({ ...factors, c: layer }, bias, "relu");
        }
        return [...c, ...layer];
      })
    )
  );
}

Deno.test("wide products give the twin's bits", () => {
  const expected = products(() => openTwin(BYTES), 1);
  assert.deepEqual(products(() => openSingle({ bytes: BYTES, wide: true }), 1), expected);
});

Deno.test("wide products give the same bits in a process whose V8 joins vectors, fused or not", async () => {
  for (const relaxed of [false, true]) {
    const here = products(() => openSingle({ bytes: BYTES, relaxed }), 1);
    const { stdout, code } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "--no-lock", `--v8-flags=${WIDE_FLAGS}`, import.meta.filename!, String(relaxed)],
      stderr: "inherit",
    }).output();
    assert.equal(code, 0);
    assert.deepEqual(JSON.parse(new TextDecoder().decode(stdout)), here);
  }
});

if (import.meta.main && Deno.args.length === 1) {
  const found = products(() => openSingle({ bytes: BYTES, relaxed: Deno.args[0] === "true", wide: true }), 300);
  console.log(JSON.stringify(found));
}
