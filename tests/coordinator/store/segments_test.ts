import assert from "node:assert/strict";
import { Unpackr } from "msgpackr/unpack";
import { outputFormats } from "../../../coordinator/output/formats.ts";
import { Store } from "../../../coordinator/store/store.ts";
import { ConflictError, LostBlockError } from "../../../coordinator/store/errors.ts";
import { FileDraws } from "../../../coordinator/store/file_draws.ts";
import { job, segment, shape, valueAt, VALUES, withFolder } from "./example.ts";

const open = (folder: string) => Store.open(folder, { durable: false });

/** A store with one job "j" of two chains with `count` segments each, closed. */
function fill(folder: string, count: number, status: "running" | "completed" = "running"): void {
  const store = open(folder);
  store.jobs.insert(job("j", { status }));
  for (let i = 0; i < count; i++) store.segments.commit([segment("j", 0, i), segment("j", 1, i)]);
  store.close();
}

/** All that a reader gives, checked against the formula. */
function assertRightDraws(store: Store, draws: number): void {
  const reader = new FileDraws(store.segments.layout("j", shape));
  assert.equal(reader.draws, draws);
  const column = new Float64Array(draws);
  for (let chain = 0; chain < 2; chain++) {
    for (let value = 0; value < VALUES; value++) {
      reader.readValue(chain, value, 0, column);
      assert.deepEqual([...column], [...column.keys()].map((draw) => valueAt(chain, value, draw)));
    }
  }
  reader.close();
}

Deno.test("what was committed is there after reopening, with its checkpoint", () =>
  withFolder((folder) => {
    fill(folder, 3);
    const store = open(folder);
    assert.deepEqual(store.lost, []);
    assert.deepEqual(store.segments.committed("j", 2), [{ prefix: 3, beyond: [] }, { prefix: 3, beyond: [] }]);
    assertRightDraws(store, 12);
    const tail = new Unpackr({ moreTypes: true, useRecords: false })
      .unpack(store.segments.checkpoint({ job: "j", chain: 1, segment: 2 }));
    assert.deepEqual(tail, { numericClass: "v8", nonFinite: 1, state: { position: new Float64Array([1, 2]) } });
    store.close();
  }));

Deno.test("draws end at the shortest chain, at the first hole, and where the job stopped", () =>
  withFolder((folder) => {
    fill(folder, 2);
    const store = open(folder);
    store.segments.commit([2, 3, 5].map((i) => segment("j", 0, i)));
    store.segments.commit([segment("j", 1, 2)]);
    assert.deepEqual(store.segments.committed("j", 2), [{ prefix: 4, beyond: [5] }, { prefix: 3, beyond: [] }]);
    assert.equal(store.segments.layout("j", shape).draws, 12);
    assert.equal(store.segments.layout("j", shape).nonFinite, 8);
    store.jobs.update("j", { stopSegments: 2, status: "completed" });
    assert.equal(store.segments.layout("j", shape).draws, 8);
    assert.equal(store.segments.layout("j", shape).complete, true);
    store.close();
  }));

Deno.test("the same result twice is one block; another result for it is refused and changes nothing", () =>
  withFolder((folder) => {
    fill(folder, 1);
    const store = open(folder);
    const size = Deno.statSync(store.segments.path("j")).size;
    assert.deepEqual(store.segments.commit([segment("j", 0, 0)]), ["duplicate"]);
    assert.equal(Deno.statSync(store.segments.path("j")).size, size);
    assert.deepEqual(store.segments.commit([segment("j", 0, 1), segment("j", 0, 1)]), ["committed", "duplicate"]);
    const other = segment("j", 0, 0, { start: 1 });
    assert.throws(
      () => store.segments.commit([segment("j", 0, 2), other]),
      (error) => error instanceof ConflictError && error.chain === 0 && error.segment === 0,
    );
    assert.equal(store.segments.committed("j", 2)[0].prefix, 2, "the rest of a refused call is not committed");
    store.segments.commit([segment("j", 1, 1)]);
    assertRightDraws(store, 8);
    store.close();
  }));

Deno.test("bytes behind the indexed end are cut when the store is opened", () =>
  withFolder((folder) => {
    fill(folder, 2);
    const path = `${folder}/jobs/j.draws`;
    const size = Deno.statSync(path).size;
    Deno.writeFileSync(path, crypto.getRandomValues(new Uint8Array(999)), { append: true });
    const store = open(folder);
    assert.equal(Deno.statSync(path).size, size);
    assert.deepEqual(store.lost, []);
    store.segments.commit([segment("j", 0, 2), segment("j", 1, 2)]);
    assertRightDraws(store, 12);
    store.close();
  }));

Deno.test("a file cut anywhere in its last two records loses those segments, and only those", () =>
  withFolder((folder) => {
    fill(folder, 2, "completed");
    const path = `${folder}/jobs/j.draws`;
    const bytes = Deno.readFileSync(path);
    const database = Deno.readFileSync(`${folder}/ergodic.sqlite`);
    const record = bytes.byteLength / 4;
    for (let size = bytes.byteLength - 1; size >= bytes.byteLength - 2 * record; size -= size % 8 === 1 ? 1 : 7) {
      Deno.writeFileSync(`${folder}/ergodic.sqlite`, database);
      Deno.writeFileSync(path, bytes.subarray(0, size));
      const store = open(folder);
      const intact = Math.floor(size / record);
      assert.deepEqual(
        store.lost,
        [{ job: "j", chain: 0, segment: 1 }, { job: "j", chain: 1, segment: 1 }].slice(intact - 2),
        `cut to ${size} bytes`,
      );
      assert.equal(store.jobs.get("j")?.status, "running", "a completed job is running until it is whole");
      store.segments.commit([segment("j", 0, 1), segment("j", 1, 1)]);
      assertRightDraws(store, 8);
      store.close();
    }
  }));

Deno.test("a missing file loses all segments, and they can be committed again", () =>
  withFolder(async (folder) => {
    fill(folder, 2, "completed");
    Deno.removeSync(`${folder}/jobs/j.draws`);
    let store = open(folder);
    assert.equal(store.lost.length, 4);
    store.segments.commit([0, 1].flatMap((i) => [segment("j", 0, i), segment("j", 1, i)]));
    assertRightDraws(store, 8);
    // Taken away under a running coordinator:
    Deno.removeSync(`${folder}/jobs/j.draws`);
    const reader = new FileDraws(store.segments.layout("j", shape));
    assert.throws(() => reader.readValue(0, 0, 0, new Float64Array(1)), LostBlockError);
    reader.close();
    assert.throws(() => store.segments.read({ job: "j", chain: 0, segment: 0 }), LostBlockError);
    assert.equal((await store.segments.verify("j")).length, 3);
    store.segments.commit([0, 1].flatMap((i) => [segment("j", 0, i), segment("j", 1, i)]));
    store.close();
    store = open(folder);
    assert.deepEqual(store.lost, []);
    assertRightDraws(store, 8);
    store.close();
  }));

/** Changes one bit of a file. Twice is not at all. */
function flipBit(path: string, position: number): void {
  using file = Deno.openSync(path, { read: true, write: true });
  const byte = new Uint8Array(1);
  file.seekSync(position, Deno.SeekMode.Start);
  file.readSync(byte);
  byte[0] ^= 1 << (position % 8);
  file.seekSync(position, Deno.SeekMode.Start);
  file.writeSync(byte);
}

Deno.test("whichever byte is garbled, its segment is not served and the others are", () =>
  withFolder((folder) => {
    fill(folder, 2);
    const store = open(folder);
    const path = store.segments.path("j");
    const size = Deno.statSync(path).size;
    const layout = store.segments.layout("j", shape);
    const column = new Float64Array(8);
    for (let position = 0; position < size; position++) {
      flipBit(path, position);
      const index = Math.floor(position / (size / 4));
      const lost = (error: unknown) =>
        error instanceof LostBlockError && error.chain === index % 2 && error.segment === index >> 1;
      const chain = index % 2;
      const reader = new FileDraws(layout);
      assert.throws(() => reader.readValue(chain, 0, 0, column), lost, `byte ${position}`);
      assert.throws(() => reader.readStatistic(chain, 2, 0, column), lost, `byte ${position}`);
      assert.throws(() => [...reader.blocks(chain)], lost, `byte ${position}`);
      assert.throws(() => [...reader.blocks(chain, 1, 2)], lost, `byte ${position}`);
      reader.readValue(1 - chain, 0, 0, column);
      reader.close();
      flipBit(path, position);
    }
    assertRightDraws(store, 8);
    store.close();
  }));

Deno.test("verify drops what is garbled, reopens the job, and a new result takes its place", () =>
  withFolder(async (folder) => {
    fill(folder, 3, "completed");
    const store = open(folder);
    flipBit(store.segments.path("j"), Deno.statSync(store.segments.path("j")).size / 2);
    assert.deepEqual(await store.segments.verify("j"), [{ job: "j", chain: 1, segment: 1 }]);
    assert.deepEqual(store.segments.committed("j", 2), [{ prefix: 3, beyond: [] }, { prefix: 1, beyond: [2] }]);
    assert.equal(store.jobs.get("j")?.status, "running");
    assertRightDraws(store, 4);
    assert.deepEqual(store.segments.commit([segment("j", 1, 1)]), ["committed"]);
    assert.deepEqual(await store.segments.verify("j"), []);
    assertRightDraws(store, 12);
    store.close();
  }));

Deno.test("reading a garbled checkpoint drops it", () =>
  withFolder((folder) => {
    fill(folder, 1);
    const store = open(folder);
    flipBit(store.segments.path("j"), Deno.statSync(store.segments.path("j")).size - 20);
    assert.throws(() => store.segments.checkpoint({ job: "j", chain: 1, segment: 0 }), LostBlockError);
    assert.deepEqual(store.segments.committed("j", 2)[1], { prefix: 0, beyond: [] });
    store.close();
  }));

Deno.test("a second result heals a garbled first one that nobody has read yet", () =>
  withFolder((folder) => {
    fill(folder, 2);
    const store = open(folder);
    flipBit(store.segments.path("j"), 100);
    assert.deepEqual(store.segments.commit([segment("j", 0, 0)]), ["committed"]);
    assertRightDraws(store, 8);
    store.close();
  }));

Deno.test("columns are read from any draw to any draw, and blocks are cut to the shortest chain", () =>
  withFolder((folder) => {
    fill(folder, 3);
    const store = open(folder);
    store.segments.commit([segment("j", 0, 3)]);
    store.segments.commit([segment("j", 1, 3, { start: 12, draws: 2 })]);
    const reader = new FileDraws(store.segments.layout("j", shape));
    assert.equal(reader.draws, 14);
    for (let start = 0; start <= 14; start++) {
      for (let end = start; end <= 14; end++) {
        const out = new Float64Array(end - start);
        const draws = [...out.keys()].map((i) => start + i);
        reader.readValue(1, 2, start, out);
        assert.deepEqual([...out], draws.map((draw) => valueAt(1, 2, draw)));
        reader.readStatistic(1, 0, start, out);
        assert.deepEqual([...out], draws.map((draw) => -draw - 0.5));
        reader.readStatistic(1, 1, start, out);
        assert.deepEqual([...out], draws.map((draw) => draw % 7));
        reader.readStatistic(1, 2, start, out);
        assert.deepEqual([...out], draws.map((draw) => Number(draw % 5 === 0)));
      }
    }
    assert.throws(() => reader.readValue(0, 0, 14, new Float64Array(1)), RangeError);
    const blocks = [...reader.blocks(0)].map(({ start, draws, stride }) => ({ start, draws, stride }));
    assert.deepEqual(blocks.at(-1), { start: 12, draws: 2, stride: 4 });
    for (const block of reader.blocks(0, 1, 2)) {
      assert.equal(block.values.length, 2 * block.stride);
      assert.equal(block.values[block.stride + 1], valueAt(0, 2, block.start + 1));
    }
    reader.close();
    store.close();
  }));

Deno.test("an output of a garbled job is an error, not wrong draws", () =>
  withFolder(async (folder) => {
    fill(folder, 3);
    const store = open(folder);
    flipBit(store.segments.path("j"), Deno.statSync(store.segments.path("j")).size - 400);
    for (const format of Object.values(outputFormats)) {
      const draws = new FileDraws(store.segments.layout("j", shape));
      const stream = format.stream(draws, { job: "j", model: "gaussian", sampler: "nuts", seed: 1 });
      await assert.rejects(new Response(stream).arrayBuffer(), LostBlockError, format.name);
    }
    store.close();
  }));
