/** Every format read back by a library that is not ours, number by number. */
import assert from "node:assert/strict";
import { crc32 } from "node:zlib";
import { decode } from "@msgpack/msgpack";
import { tableFromIPC } from "apache-arrow";
import { parse } from "csv-parse/sync";
import { arrow } from "../../../coordinator/output/arrow.ts";
import { csv } from "../../../coordinator/output/csv.ts";
import { json } from "../../../coordinator/output/json.ts";
import { messagePack } from "../../../coordinator/output/message_pack.ts";
import { netcdf } from "../../../coordinator/output/netcdf.ts";
import { npz } from "../../../coordinator/output/npz.ts";
import { collect, context, ExampleDraws } from "./example.ts";

const draws = new ExampleDraws();
const indices = (length: number) => Array.from({ length }, (_, i) => i);

/** Calls `check` for every number of the example. */
function forEachValue(check: (chain: number, draw: number, value: number, expected: number) => void): void {
  for (let chain = 0; chain < draws.chains; chain++) {
    for (let draw = 0; draw < draws.draws; draw++) {
      for (let value = 0; value < draws.names.length; value++) {
        check(chain, draw, value, draws.valueAt(chain, value, draw));
      }
    }
  }
}

Deno.test("json gives every number back, null for what is not finite", async () => {
  const text = new TextDecoder().decode(await collect(json.stream(new ExampleDraws({ complete: false }), context)));
  const body = JSON.parse(text);
  assert.deepEqual(Object.keys(body), ["variables", "chains", "complete"]);
  assert.deepEqual(body.variables, draws.names);
  assert.equal(body.complete, false);
  assert.equal(body.chains.length, 3);
  assert.equal(body.chains[2].length, 25);
  forEachValue((chain, draw, value, expected) => {
    const found = body.chains[chain][draw][value];
    assert.ok(Object.is(found, Number.isFinite(expected) ? expected : null), `${found} for ${expected}`);
  });
});

Deno.test("a row longer than a chunk is whole", async () => {
  const wide = new ExampleDraws({ chains: 2, draws: 2, blockDraws: 2, variables: [{ name: "x", shape: [30_000] }] });
  const body = JSON.parse(new TextDecoder().decode(await collect(json.stream(wide, context))));
  assert.equal(body.chains[1][0].length, 30_000);
  assert.equal(body.chains[1][0][29_999], wide.valueAt(1, 29_999, 0));
  const rows: string[][] = parse(
    await collect(csv.stream(wide, context)).then((bytes) => new TextDecoder().decode(bytes)),
  );
  assert.equal(rows.length, 5);
  assert.equal(Number(rows[4][30_001]), wide.valueAt(1, 29_999, 1));
});

Deno.test("MessagePack has the shape of the JSON, and NaN is NaN", async () => {
  const body = decode(await collect(messagePack.stream(new ExampleDraws(), context))) as Record<string, unknown>;
  assert.deepEqual(Object.keys(body), ["variables", "chains", "complete"]);
  assert.deepEqual(body.variables, draws.names);
  const chains = body.chains as number[][][];
  assert.equal(chains[2].length, 25);
  forEachValue((chain, draw, value, expected) => assert.ok(Object.is(chains[chain][draw][value], expected)));
});

Deno.test("csv has a header, quotes names with commas, and counts from 1", async () => {
  const text = new TextDecoder().decode(await collect(csv.stream(new ExampleDraws(), context)));
  const [header, ...rows]: string[][] = parse(text);
  assert.deepEqual(header, ["chain", "draw", ...draws.names]);
  assert.equal(rows.length, 75);
  const number = (field: string) => field === "Inf" ? Infinity : field === "-Inf" ? -Infinity : Number(field);
  forEachValue((chain, draw, value, expected) => {
    const row = rows[25 * chain + draw];
    assert.deepEqual(row.slice(0, 2), [String(chain + 1), String(draw + 1)]);
    assert.ok(Object.is(number(row[2 + value]), expected), `${row[2 + value]} for ${expected}`);
  });
});

Deno.test("weighted draws have their log weight in every format, last where there are only values", async () => {
  const weighted = () => new ExampleDraws({ weighted: true });
  const last = draws.names.length, names = [...draws.names, "log_weight"];
  const expected = (chain: number, draw: number) => weighted().statisticAt(chain, 4, draw);
  const text = async (format: typeof json | typeof csv) =>
    new TextDecoder().decode(await collect(format.stream(weighted(), context)));
  const body = JSON.parse(await text(json));
  const packed = await collect(messagePack.stream(weighted(), context));
  assert.equal(packed.byteLength, messagePack.length?.(weighted(), context));
  const unpacked = decode(packed) as { variables: string[]; chains: number[][][] };
  const [header, ...rows]: string[][] = parse(await text(csv));
  const table = tableFromIPC(await collect(arrow.stream(weighted(), context)));
  const fields = table.schema.fields.map(({ name }) => name);
  for (const found of [body.variables, unpacked.variables, header.slice(2), fields.slice(2)]) {
    assert.deepEqual(found, names);
  }
  for (const [chain, draw] of [[0, 0], [1, 2], [2, 24], [1, 13]]) {
    const weight = expected(chain, draw), row = 25 * chain + draw;
    assert.equal(body.chains[chain][draw][last], Number.isFinite(weight) ? weight : null);
    assert.equal(unpacked.chains[chain][draw][last], weight);
    assert.equal(rows[row][2 + last], Number.isFinite(weight) ? String(weight) : "-Inf");
    assert.equal(table.getChildAt(2 + last)?.get(row), weight);
    assert.equal(unpacked.chains[chain][draw][1], weighted().valueAt(chain, 1, draw));
  }
});

Deno.test("arrow gives the columns back, with a record batch a block and what they are of", async () => {
  const table = tableFromIPC(await collect(arrow.stream(new ExampleDraws(), context)));
  assert.deepEqual(table.schema.fields.map(({ name }) => name), ["chain", "draw", ...draws.names]);
  assert.deepEqual(Object.fromEntries(table.schema.metadata), {
    job: "job-1",
    model: "eight-schools",
    sampler: "nuts",
    seed: "9007199254740991",
    complete: "true",
  });
  assert.equal(table.batches.length, 9);
  assert.deepEqual([...table.getChild("chain")!], indices(75).map((i) => Math.floor(i / 25) + 1));
  assert.deepEqual([...table.getChild("draw")!], indices(75).map((i) => i % 25 + 1));
  const columns = draws.names.map((name) => table.getChild(name)!);
  forEachValue((chain, draw, value, expected) => {
    assert.ok(Object.is(columns[value].get(25 * chain + draw), expected));
  });
});

/** The entries of a stored zip, by its central directory; each entry's CRC is checked. */
function unzip(bytes: Uint8Array<ArrayBuffer>): Map<string, Uint8Array<ArrayBuffer>> {
  const view = new DataView(bytes.buffer);
  const end = bytes.byteLength - 22;
  assert.equal(view.getUint32(end, true), 0x06054b50);
  const entries = new Map<string, Uint8Array<ArrayBuffer>>();
  let at = view.getUint32(end + 16, true);
  for (let i = view.getUint16(end + 10, true); i > 0; i--) {
    assert.equal(view.getUint32(at, true), 0x02014b50);
    const [crc, size] = [view.getUint32(at + 16, true), view.getUint32(at + 20, true)];
    const nameLength = view.getUint16(at + 28, true);
    const name = new TextDecoder().decode(bytes.subarray(at + 46, at + 46 + nameLength));
    const local = view.getUint32(at + 42, true);
    const start = local + 30 + view.getUint16(local + 26, true) + view.getUint16(local + 28, true);
    const content = bytes.slice(start, start + size);
    assert.equal(crc32(content), crc, name);
    entries.set(name, content);
    at += 46 + nameLength + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
  }
  return entries;
}

function readArray(npy: Uint8Array<ArrayBuffer>): { header: string; data: ArrayBuffer } {
  const length = new DataView(npy.buffer).getUint16(8, true);
  assert.equal((10 + length) % 64, 0);
  return {
    header: new TextDecoder().decode(npy.subarray(10, 10 + length)).trim(),
    data: npy.slice(10 + length).buffer,
  };
}

Deno.test("npz has an array a variable and one a statistic", async () => {
  const entries = unzip(await collect(npz.stream(new ExampleDraws(), context)));
  const arrays = new Map([...entries].map(([name, npy]) => [name, readArray(npy)]));
  assert.deepEqual(Object.fromEntries([...arrays].map(([name, { header }]) => [name, header])), {
    "mu.npy": "{'descr': '<f8', 'fortran_order': False, 'shape': (3, 25), }",
    "theta.npy": "{'descr': '<f8', 'fortran_order': False, 'shape': (3, 25, 3), }",
    'odd, "name".npy': "{'descr': '<f8', 'fortran_order': False, 'shape': (3, 25, 2, 2), }",
    "sample_stats/lp.npy": "{'descr': '<f8', 'fortran_order': False, 'shape': (3, 25), }",
    "sample_stats/acceptance_rate.npy": "{'descr': '<f4', 'fortran_order': False, 'shape': (3, 25), }",
    "sample_stats/n_steps.npy": "{'descr': '<i4', 'fortran_order': False, 'shape': (3, 25), }",
    "sample_stats/diverging.npy": "{'descr': '|b1', 'fortran_order': False, 'shape': (3, 25), }",
  });
  const variables = ["mu", "theta", 'odd, "name"'].map((name) => new Float64Array(arrays.get(`${name}.npy`)!.data));
  forEachValue((chain, draw, value, expected) => {
    const row = 25 * chain + draw;
    const found = value === 0
      ? variables[0][row]
      : value < 4
      ? variables[1][3 * row + value - 1]
      : variables[2][4 * row + value - 4];
    assert.ok(Object.is(found, expected));
  });
  const steps = new Int32Array(arrays.get("sample_stats/n_steps.npy")!.data);
  const diverging = new Uint8Array(arrays.get("sample_stats/diverging.npy")!.data);
  indices(75).forEach((i) => {
    assert.equal(steps[i], draws.statisticAt(Math.floor(i / 25), 2, i % 25));
    assert.equal(diverging[i], draws.statisticAt(Math.floor(i / 25), 3, i % 25));
  });
});

Deno.test("netcdf opens in the HDF5 library with values, dimension scales and attributes", async () => {
  const { Dataset, File, Group, ready } = await import("h5wasm/node");
  await ready;
  const path = Deno.makeTempFileSync({ suffix: ".nc" });
  try {
    Deno.writeFileSync(path, await collect(netcdf.stream(new ExampleDraws(), context)));
    const file = new File(path, "r");
    assert.deepEqual(file.keys(), ["posterior", "sample_stats", "observed_data"]);
    const dataset = (name: string) => {
      const found = file.get(name);
      assert.ok(found instanceof Dataset, name);
      return found;
    };
    const group = file.get("posterior");
    assert.ok(group instanceof Group);
    assert.deepEqual(group.keys(), [
      "chain",
      "draw",
      "mu",
      "theta_dim_0",
      "theta",
      'odd, "name"_dim_0',
      'odd, "name"_dim_1',
      'odd, "name"',
    ]);
    assert.equal(group.attrs.inference_library.value, "ergodic");
    assert.equal(group.attrs.seed.value, BigInt(context.seed));

    const theta = dataset("posterior/theta");
    assert.deepEqual(theta.shape, [3, 25, 3]);
    assert.deepEqual([0, 1, 2].map((axis) => theta.get_attached_scales(axis)), [
      ["/posterior/chain"],
      ["/posterior/draw"],
      ["/posterior/theta_dim_0"],
    ]);
    assert.equal(dataset("posterior/draw").get_scale_name(), "draw");
    assert.deepEqual(dataset("posterior/draw").value, BigInt64Array.from(indices(25), BigInt));
    const names = ["mu", "theta", 'odd, "name"'].map((name) => dataset(`posterior/${name}`).value as Float64Array);
    forEachValue((chain, draw, value, expected) => {
      const row = 25 * chain + draw;
      const found = value === 0
        ? names[0][row]
        : value < 4
        ? names[1][3 * row + value - 1]
        : names[2][4 * row + value - 4];
      assert.ok(Object.is(found, expected));
    });
    for (const [statistic, { name }] of draws.statistics.entries()) {
      const found = dataset(`sample_stats/${name}`).value as Float64Array;
      indices(75).forEach((i) => assert.equal(found[i], draws.statisticAt(Math.floor(i / 25), statistic, i % 25)));
    }
    assert.equal(dataset("sample_stats/diverging").attrs.dtype.value, "bool");
    assert.deepEqual(dataset("observed_data/y").value, Float64Array.of(28, 8, -3));
    assert.deepEqual(dataset("observed_data/x").shape, [2, 2]);
    file.close();
  } finally {
    Deno.removeSync(path);
  }
});

Deno.test("netcdf keeps apart variables whose names are taken by dimensions or have a slash", async () => {
  const { File, ready } = await import("h5wasm/node");
  await ready;
  const names = ["draw", "x", "x_dim_0", "a/b"];
  const variables = names.map((name) => ({ name, shape: name === "x" ? [2] : [] }));
  const path = Deno.makeTempFileSync({ suffix: ".nc" });
  try {
    // The attribute that lists a dimension's variables passes HDF5's old limit of 64 KiB.
    const many = Array.from({ length: 4200 }, (_, i) => ({ name: `many-${i}`, shape: [] }));
    const example = new ExampleDraws({ chains: 1, draws: 2, blockDraws: 2, variables: [...variables, ...many] });
    Deno.writeFileSync(path, await collect(netcdf.stream(example, context)));
    const file = new File(path, "r");
    const value = (name: string) => {
      const entity = file.get(`posterior/${name}`);
      assert.ok(entity && "value" in entity, name);
      return entity.value;
    };
    assert.deepEqual(value("draw_"), Float64Array.of(example.valueAt(0, 0, 0), example.valueAt(0, 0, 1)));
    assert.deepEqual(value("x_dim_0"), BigInt64Array.of(0n, 1n));
    assert.deepEqual(value("x_dim_0_"), Float64Array.of(example.valueAt(0, 3, 0), example.valueAt(0, 3, 1)));
    assert.deepEqual(value("a_b"), Float64Array.of(example.valueAt(0, 4, 0), example.valueAt(0, 4, 1)));
    assert.deepEqual(value("many-4199"), Float64Array.of(example.valueAt(0, 4204, 0), example.valueAt(0, 4204, 1)));
    file.close();
  } finally {
    Deno.removeSync(path);
  }
});
