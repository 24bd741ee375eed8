/** The dense kernels one by one, on the shapes of an RBM with 784 × 500 units and 1000 rows. */
import { openDense, rowSumBytes } from "../numerics/dense/dense.ts";
import { Purpose, Random } from "../numerics/random/random.ts";

const ROWS = 1000, VISIBLE = 784, HIDDEN = 500;

const random = new Random(20260101).at(0, 0, Purpose.test);
const normals = (length: number) => Float32Array.from({ length }, () => random.normal());
const weights = normals(VISIBLE * HIDDEN);

for (const relaxed of [false, true]) {
  const dense = openDense({ bytes: 1 << 23, relaxed });
  const a = dense.float32(ROWS * VISIBLE), b = dense.float32(VISIBLE * HIDDEN), c = dense.float32(ROWS * HIDDEN);
  a.set(normals(a.length));
  b.set(weights);
  const operations = 2 * ROWS * VISIBLE * HIDDEN / 1e9;
  Deno.bench(`gemm, ${operations} GFLOP${relaxed ? ", fused" : ""}`, { group: "rows × weights", n: 20 }, () => {
    dense.gemm({ m: ROWS, n: HIDDEN, k: VISIBLE, a, b, c });
  });
}

const dense = openDense({ bytes: rowSumBytes(VISIBLE, HIDDEN) + (1 << 23) });
const sum = dense.rowSum(VISIBLE, HIDDEN), matrix = dense.float32(weights.length);
matrix.set(weights);
sum.load(matrix, null);
const fields = dense.float32(ROWS * HIDDEN), drawn = dense.int8(ROWS * HIDDEN);
for (const density of [0.5, 0.1, 0.01]) {
  const bits = dense.int8(ROWS * VISIBLE);
  for (let i = 0; i < bits.length; i++) bits[i] = random.uniform() < density ? 1 : 0;
  Deno.bench(`sums over bits, ${100 * density} % of them set`, { group: "rows × weights", n: 20 }, () => {
    sum.apply(bits, ROWS, fields);
  });
}
Deno.bench("the weights in fixed point", { n: 50 }, () => sum.load(matrix, null));

const key = { seed: 1, purpose: Purpose.test, stream: 0, step: 1 };
const sd = dense.float32(HIDDEN).fill(1), sums = dense.float64(ROWS);
const layer = { rows: ROWS, m: HIDDEN, key, firstBlock: 0 };
const group = `${ROWS} × ${HIDDEN}`;
Deno.bench("sampleBits", { group, n: 50 }, () => dense.sampleBits({ ...layer, field: fields, out: drawn }));
Deno.bench("sampleNormals", { group, n: 50 }, () => dense.sampleNormals({ ...layer, mean: fields, sd, out: fields }));
Deno.bench("sigmoid", { group, n: 50 }, () => dense.sigmoid(fields, ROWS, HIDDEN, 1, fields));
Deno.bench("softplusSums", { group, n: 50 }, () => dense.softplusSums(fields, ROWS, HIDDEN, 1, sums));
