/** A result is held against its segment before it is committed. */
import assert from "node:assert/strict";
import { acceptJob } from "../../coordinator/accept.ts";
import { checkBlock } from "../../coordinator/check_block.ts";
import { type Block, COLUMN_ARRAYS, encodeBlock } from "../../workers/block.ts";

const accepted = acceptJob(
  { model: { kind: "gaussian", mean: [0, 1], covariance: [[1, 0], [0, 1]] }, warmup: 0, draws: 50, chains: 2, seed: 1 },
  () => 1,
);
const { shape, plan } = accepted;
const { from, to } = plan.range(0);
const draws = to - from;

function block(changed: Partial<Block> = {}): Uint8Array {
  const statistics = shape.statistics.map(({ type }) => new COLUMN_ARRAYS[type](draws));
  const sound: Block = { draws, values: new Float64Array(2 * draws), statistics, numericClass: "v8", nonFinite: 0 };
  return encodeBlock({ ...sound, ...changed }, null);
}

const check = (bytes: Uint8Array) => checkBlock(bytes, accepted, 0, 0);

Deno.test("a block of its segment passes, with what is counted in it", () => {
  const terms = [{ line: 3, column: 7, text: "Math.log(x)", count: 2 }];
  assert.deepEqual(check(block({ nonFinite: 4, terms })), { lanes: 1, draws, nonFinite: 4, terms });
});

const WRONG: readonly [string, Uint8Array][] = [
  ["nothing", new Uint8Array()],
  ["too few bytes for a header", new Uint8Array(20)],
  ["another file", new Uint8Array(1000).fill(7)],
  ["other draws", block({ draws: draws - 1, values: new Float64Array(2 * (draws - 1)) })],
  ["more values", block({ values: new Float64Array(3 * draws) })],
  ["values of another type", block({ values: new Int8Array(2 * draws) })],
  ["statistics left out", block({ statistics: [] })],
  ["two chains", block({ lanes: 2, values: new Float64Array(4 * draws) })],
  ["a count below 0", block({ nonFinite: -1 })],
  ["a count that is no number", block({ nonFinite: NaN })],
  ["terms with a long text", block({ terms: [{ line: 1, column: 1, text: "x".repeat(1000), count: 1 }] })],
  ["a cut end", block().subarray(0, block().byteLength - 3)],
  ["more at its end", new Uint8Array([...block(), 0, 0, 0])],
];
for (const [name, bytes] of WRONG) {
  Deno.test(`a result is refused: ${name}`, () => {
    assert.throws(() => check(bytes));
  });
}

Deno.test("whatever byte of a header is another, a result is refused or says the same", () => {
  const sound = block(), said = check(sound);
  for (let i = 0; i < 32; i++) {
    for (const change of [1, 128, 255]) {
      const bytes = sound.slice();
      bytes[i] ^= change;
      try {
        assert.deepEqual(check(bytes), said, `byte ${i}`);
      } catch (error) {
        if (error instanceof assert.AssertionError) throw error;
      }
    }
  }
});
