import assert from "node:assert/strict";
import { binarize, binarizeStochastically } from "../../../models/data/binarize.ts";
import { firstRows, keepBack, shuffle, trainAndValidation } from "../../../models/data/rows.ts";
import { rescale, standardization, standardize } from "../../../models/data/scale.ts";
import { decodeDataset, encodeDataset } from "../../../models/data/encoding.ts";
import { letters } from "../../../models/data/letters.ts";
import type { Dataset } from "../../../models/data/dataset.ts";
import { dataset } from "./dataset_example.ts";

Deno.test("a threshold is a share of a byte's range, and a plain number for others; what equals it is 0", () => {
  assert.deepEqual([...binarize(dataset([[0, 127, 128, 255]], { bytes: true }), 0.5).values], [0, 0, 1, 1]);
  assert.deepEqual([...binarize(dataset([[0, 1, 1, 0]], { bytes: true }), 0.5).values], [0, 1, 1, 0]);
  assert.deepEqual([...binarize(dataset([[-3, 7, 7.5, 0]]), 7).values], [0, 0, 1, 0]);
});

Deno.test("stochastic bits are 1 as often as their intensity says", () => {
  const intensities = [0, 1, 64, 128, 200, 255];
  const rows = 20_000;
  const data = dataset(Array.from({ length: rows }, () => intensities), { bytes: true });
  const shares = (bits: Uint8Array | Float32Array) =>
    intensities.map((_, column) => {
      let ones = 0;
      for (let row = 0; row < rows; row++) ones += bits[row * intensities.length + column];
      return ones / rows;
    });
  // 5 standard errors a column: a false alarm in fewer than 1 of 10^5 seeds.
  const agrees = (found: number[]) =>
    found.every((share, column) => {
      const p = intensities[column] / 255;
      return Math.abs(share - p) <= 5 * Math.sqrt(p * (1 - p) / rows);
    });
  const found = shares(binarizeStochastically(data, 11).values);
  assert.ok(agrees(found), String(found));
  assert.deepEqual([found[0], found[5]], [0, 1]);
  assert.ok(!agrees(shares(binarize(data, 0.5).values)), "a threshold in place of the coin is noticed");
});

Deno.test("a row's stochastic bits depend on the seed and its number, not on how many rows there are", () => {
  const rows = Array.from({ length: 9 }, () => Array.from({ length: 40 }, () => 128));
  const all = binarizeStochastically(dataset(rows, { bytes: true }), 3).values;
  const few = binarizeStochastically(dataset(rows.slice(0, 4), { bytes: true }), 3).values;
  assert.deepEqual(few, all.slice(0, 160));
  assert.notDeepEqual(all.slice(0, 40), all.slice(40, 80));
  assert.notDeepEqual(all, binarizeStochastically(dataset(rows, { bytes: true }), 4).values);
});

Deno.test("numbers that are no intensities get no stochastic bits, and the place is said", () => {
  assert.throws(() => binarizeStochastically(dataset([[0.5, 0.1], [0.2, 1.5]]), 0), /row 1, column 1 is 1.5/);
  assert.throws(() => binarizeStochastically(dataset([[NaN]]), 0), /row 0, column 0 is NaN/);
});

Deno.test("bytes and bits are rescaled to 0 … 1, other numbers stay", () => {
  assert.deepEqual(rescale(dataset([[0, 51, 255]], { bytes: true })).values, Float32Array.of(0, 0.2, 1));
  assert.deepEqual(rescale(dataset([[0, 1]], { bytes: true })).values, Float32Array.of(0, 1));
  assert.deepEqual(rescale(dataset([[-2, 300]])).values, Float32Array.of(-2, 300));
});

Deno.test("standardising takes mean and deviation from the rows that are learned from alone", () => {
  const data = dataset([[1, 5], [3, 5], [100, 7]], { validationRows: 1 });
  const found = standardization(data);
  assert.deepEqual([...found.mean], [2, 5]);
  assert.deepEqual([...found.scale], [Math.SQRT2, 1]); // the second column does not vary
  const expected = [-Math.SQRT1_2, 0, Math.SQRT1_2, 0, 98 / Math.SQRT2, 2];
  assert.deepEqual(standardize(data, found).values, Float32Array.from(expected));
  assert.throws(() => standardization(dataset([[1], [2]], { validationRows: 1 })), /at least 2 rows/);
});

Deno.test("rows are kept back by a fraction or by their number, the last ones", () => {
  const data = dataset([[0], [1], [2], [3], [4]]);
  const kept = [0, 0.2, 0.01, 0.999, 1, 4].map((share) => keepBack(data, share).validationRows);
  assert.deepEqual(kept, [0, 1, 1, 4, 1, 4]);
  for (const share of [5, 1.5, 6]) assert.throws(() => keepBack(data, share), /expected a fraction below 1/);
  const { train, validation } = trainAndValidation(keepBack(data, 2));
  assert.deepEqual([[...train.values], [...validation.values]], [[0, 1, 2], [3, 4]]);
  assert.deepEqual([[...train.labels ?? []], [...validation.labels ?? []]], [[0, 1, 2], [3, 4]]);
});

Deno.test("more rows than there are cannot be taken", () => {
  assert.deepEqual([...firstRows(dataset([[5], [6]]), 1).values], [5]);
  assert.throws(() => firstRows(dataset([[5], [6]]), 3), /has 2 rows/);
});

Deno.test("a shuffle keeps rows whole and with their labels, and each place is as likely as any", () => {
  const data = dataset([[0, 10], [1, 11], [2, 12], [3, 13]]);
  const places = new Float64Array(16); // how often row r came to place p
  const seeds = 4000;
  for (let seed = 0; seed < seeds; seed++) {
    const { values, labels } = shuffle(data, seed);
    for (let place = 0; place < 4; place++) {
      const row = values[2 * place];
      assert.equal(values[2 * place + 1], row + 10);
      assert.equal(labels?.[place], row);
      places[4 * row + place]++;
    }
  }
  // 5 standard errors in each of 16 cells: fewer than 1 false alarm in 10^5.
  const most = 5 * Math.sqrt(seeds * 0.25 * 0.75);
  assert.ok(places.every((count) => Math.abs(count - seeds / 4) < most), String(places));
});

function encoded(data: Dataset): Uint8Array {
  return Uint8Array.from(encodeDataset(data).flatMap((part) => [...part]));
}

Deno.test("bits, bytes and real numbers come back from their bytes as they were", () => {
  for (
    const data of [
      letters(),
      keepBack(dataset([[1, 0, 1], [0, 0, 1], [1, 1, 1]], { bytes: true }), 1),
      dataset([[0, 200]], { bytes: true }),
      dataset([[0.5, -3], [NaN, Infinity]]),
    ]
  ) {
    const bytes = encoded(data);
    assert.deepEqual(decodeDataset(bytes), data);
    assert.deepEqual(encoded(decodeDataset(bytes)), bytes);
    const shifted = new Uint8Array(bytes.length + 1).subarray(1);
    shifted.set(bytes);
    assert.deepEqual(decodeDataset(shifted), data, "wherever the bytes begin");
  }
  assert.ok(encoded(letters()).length < 1200 / 8 + 150, "bits are packed");
});
