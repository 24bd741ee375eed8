import assert from "node:assert/strict";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { dataFolders, readInflated } from "../../../coordinator/datasets/files.ts";
import { loadDataset } from "../../../coordinator/datasets/load.ts";
import { DataSpec } from "../../../coordinator/datasets/spec.ts";
import { encodeIdx } from "../../../models/data/idx.ts";
import { InputError } from "../../../numerics/errors.ts";

const load = (spec: unknown, folders: readonly string[] = []) => loadDataset(DataSpec.parse(spec), folders);

async function inFolder(run: (folder: string) => Promise<void>) {
  const folder = await Deno.makeTempDir();
  try {
    await run(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Writes `count` images of 2 × 2 whose pixels are their number, and labels. */
async function writeImages(folder: string, part: string, count: number, compressed: boolean) {
  const rows = Array.from({ length: count }, (_, row) => row);
  const files: [string, Uint8Array][] = [
    [
      `${part}-images-idx3-ubyte`,
      encodeIdx([count, 2, 2], Uint8Array.from(rows.flatMap((row) => [row, row, row, row]))),
    ],
    [`${part}-labels-idx1-ubyte`, encodeIdx([count], Uint8Array.from(rows))],
  ];
  await Deno.mkdir(folder, { recursive: true });
  for (const [name, bytes] of files) {
    await Deno.writeFile(join(folder, compressed ? `${name}.gz` : name), compressed ? gzipSync(bytes) : bytes);
  }
}

Deno.test("a named set comes from the first folder that has all its files, compressed or not", async () => {
  await inFolder(async (folder) => {
    const [empty, partial, first, second] = ["a", "b", "c", "d"].map((name) => join(folder, name));
    await writeImages(join(partial, "mnist"), "train", 9, false);
    await Deno.remove(join(partial, "mnist", "train-labels-idx1-ubyte"));
    await writeImages(join(first, "mnist"), "train", 3, true);
    await writeImages(join(first, "mnist"), "t10k", 2, false);
    await writeImages(join(second, "mnist"), "train", 4, false);

    const folders = [empty, partial, first, second];
    const train = await load({ kind: "mnist", validation: 0.4 }, folders);
    assert.deepEqual(
      { ...train, values: [...train.values], labels: [...train.labels ?? []] },
      {
        name: "mnist",
        rows: 3,
        columns: 4,
        image: [2, 2],
        values: [0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2],
        labels: [0, 1, 2],
        validationRows: 1,
      },
    );
    assert.equal((await load({ kind: "mnist", split: "test" }, folders)).rows, 2);
  });
});

Deno.test("a set that is not here is refused with what puts it in place, without a path", async () => {
  const advice = { "fashion-mnist": /dataset-fashion-mnist/, "mnist": /ERGODIC_DATA/, "mnist-10k": /data:mnist/ };
  for (const [kind, expected] of Object.entries(advice)) {
    await assert.rejects(load({ kind }, ["/nonexistent"]), (error) => {
      assert.ok(error instanceof InputError);
      assert.equal(error.path, "kind");
      assert.match(error.message, expected);
      assert.doesNotMatch(error.message, /nonexistent/);
      return true;
    });
  }
});

Deno.test("a cut file is refused, compressed or not", async () => {
  await inFolder(async (folder) => {
    const gzip = gzipSync(new Uint8Array(1000).fill(7));
    const path = join(folder, "cut.gz");
    await Deno.writeFile(path, gzip.subarray(0, gzip.length - 9));
    await assert.rejects(readInflated(path), /expected a whole gzip file/);
    await writeImages(join(folder, "mnist"), "train", 3, false);
    await Deno.truncate(join(folder, "mnist", "train-images-idx3-ubyte"), 20);
    await assert.rejects(load({ kind: "mnist" }, [folder]), {
      path: "kind",
      message: /images of mnist.*Is the file whole/,
    });
    await Deno.rename(path, join(folder, "mnist", "t10k-images-idx3-ubyte.gz"));
    await Deno.copyFile(
      join(folder, "mnist", "train-labels-idx1-ubyte"),
      join(folder, "mnist", "t10k-labels-idx1-ubyte"),
    );
    await assert.rejects(load({ kind: "mnist", split: "test" }, [folder]), {
      path: "kind",
      message: /a file of mnist is damaged/,
    });
  });
});

Deno.test("the digits come along: 1500 to learn from, 297 others to test on, all ten in both", async () => {
  const train = await load({ kind: "digits" });
  const test = await load({ kind: "digits", split: "test" });
  assert.deepEqual([train.rows, test.rows, train.columns, train.image], [1500, 297, 64, [8, 8]]);
  const key = (values: ArrayLike<number>, row: number) =>
    Array.from({ length: 64 }, (_, i) => values[64 * row + i]).join();
  const seen = new Set(Array.from({ length: 1500 }, (_, row) => key(train.values, row)));
  for (let row = 0; row < 297; row++) assert.ok(!seen.has(key(test.values, row)));
  for (const { labels } of [train, test]) assert.deepEqual([...new Set(labels)].sort(), [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  // Of all 1797 × 64 pixels, 0 … 16, the mean is 4.8842 (numpy, of scikit-learn's load_digits).
  let sum = 0;
  for (const { values } of [train, test]) for (const value of values) sum += Math.round(value / 255 * 16);
  assert.ok(Math.abs(sum / (1797 * 64) - 4.884164579855314) < 1e-12);
});

Deno.test("the parts of a data set are told apart, prepared alike, and standardised by the training part", async () => {
  const spec = { kind: "digits", scale: "standard" };
  const train = await load({ ...spec, validation: 100 });
  const [test, raw] = [await load({ ...spec, split: "test" }), await load({ kind: "digits", split: "test" })];
  const moments = (values: ArrayLike<number>, rows: number, column: number) => {
    let sum = 0, squares = 0;
    for (let row = 0; row < rows; row++) {
      sum += values[64 * row + column];
      squares += values[64 * row + column] ** 2;
    }
    return { mean: sum / rows, sd: Math.sqrt((squares - sum * sum / rows) / (rows - 1)) };
  };
  const { mean, sd } = moments(train.values, 1400, 20);
  assert.ok(Math.abs(mean) < 1e-5 && Math.abs(sd - 1) < 1e-5, "of the 1400 that are learned from");

  const whole = moments((await load({ kind: "digits" })).values, 1500, 20);
  const expected = Array.from({ length: 297 }, (_, row) => (raw.values[64 * row + 20] - whole.mean) / whole.sd);
  expected.forEach((value, row) => assert.ok(Math.abs(test.values[64 * row + 20] - value) < 1e-5));
});

Deno.test("count, bits and validation apply to every kind", async () => {
  const specs = [
    { kind: "digits", count: 12, binarize: "stochastic", validation: 3 },
    { kind: "letters", count: 4, binarize: 0.5, validation: 0.5 },
    { kind: "bars-and-stripes", size: 3, count: 10, validation: 1 },
    { kind: "two-moons", count: 8, binarize: 0, validation: 0.25 },
    { kind: "inline", rows: [[0, 2], [1, 3], [2, 2]], binarize: 1, count: 2, validation: 1 },
  ];
  const found = [];
  for (const spec of specs) {
    const { rows, validationRows, values } = await load(spec);
    found.push([rows, validationRows]);
    assert.ok(values instanceof Uint8Array && values.every((value) => value <= 1), spec.kind);
  }
  assert.deepEqual(found, [[12, 3], [4, 2], [10, 1], [8, 2], [2, 1]]);
  assert.deepEqual([...(await load({ kind: "inline", rows: [[0, 51]], image: [1, 2], scale: "unit" })).values], [
    0,
    Math.fround(0.2),
  ]);
});

Deno.test("what a spec asks in vain is refused with its path", async () => {
  const cases: [spec: unknown, path: string][] = [
    [{ kind: "letters", count: 11 }, "count"],
    [{ kind: "letters", validation: 10 }, "validation"],
    [{ kind: "letters", validation: 1.5 }, "validation"],
    [{ kind: "inline", rows: [[1, 2], [3]] }, "rows.1"],
    [{ kind: "inline", rows: [[1, 2]], image: [2, 3] }, "image"],
    [{ kind: "inline", rows: [[1, 2]], binarize: "stochastic" }, "binarize"],
    [{ kind: "inline", rows: [[1, 2]], scale: "standard" }, "scale"],
  ];
  for (const [spec, path] of cases) {
    await assert.rejects(
      load(spec),
      (error) => error instanceof InputError && error.path === path,
      JSON.stringify(spec),
    );
  }
});

Deno.test("the wire names data, never files", () => {
  const refused = [
    { kind: "csv", path: "/etc/passwd" },
    { kind: "mnist", path: "/etc" },
    { kind: "mnist", split: "all" },
    { kind: "inline", rows: [] },
    { kind: "inline", rows: [[]] },
    { kind: "inline", rows: [[NaN]] },
    { kind: "digits", count: 0 },
    { kind: "digits", validation: -0.1 },
    { kind: "digits", binarize: true },
    { kind: "bars-and-stripes", size: 11 },
  ];
  for (const spec of refused) assert.ok(!DataSpec.safeParse(spec).success, JSON.stringify(spec));
});

Deno.test("the folders of ERGODIC_DATA come first", () => {
  const before = Deno.env.get("ERGODIC_DATA");
  try {
    Deno.env.set("ERGODIC_DATA", "/one:/two");
    assert.deepEqual(dataFolders(), ["/one", "/two", "data", "/usr/share/datasets"]);
    Deno.env.delete("ERGODIC_DATA");
    assert.deepEqual(dataFolders(), ["data", "/usr/share/datasets"]);
  } finally {
    if (before !== undefined) Deno.env.set("ERGODIC_DATA", before);
  }
});

const HAS_FASHION = await exists("/usr/share/datasets/fashion-mnist/t10k-images-idx3-ubyte.gz");

Deno.test({
  name: "Debian's Fashion-MNIST is found and is itself",
  ignore: !HAS_FASHION,
  async fn() {
    const { rows, columns, image, values, labels } = await load(
      { kind: "fashion-mnist", split: "test", count: 1000 },
      dataFolders(),
    );
    assert.deepEqual([rows, columns, image], [1000, 784, [28, 28]]);
    assert.deepEqual([...labels?.slice(0, 10) ?? []], [9, 2, 1, 1, 6, 1, 4, 6, 5, 7]); // as its authors publish them
    assert.ok(values instanceof Uint8Array && values.some((value) => value === 255));
  },
});

async function exists(path: string): Promise<boolean> {
  try {
    await Deno.stat(path);
    return true;
  } catch {
    return false;
  }
}
