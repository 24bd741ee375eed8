/** What is particular to netCDF: its file is made whole, in a temporary folder, before its first byte is read. */
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { netcdf } from "../../../coordinator/output/netcdf.ts";
import { collect, context as example, ExampleDraws, stoppedClock } from "./example.ts";

const large = () =>
  new ExampleDraws({
    chains: 2,
    draws: 200_000,
    blockDraws: 9_000,
    variables: [{ name: "a", shape: [] }, { name: "b", shape: [3] }],
  });

async function withFolder(test: (folder: string) => Promise<void>): Promise<void> {
  const folder = Deno.makeTempDirSync();
  try {
    await test(folder);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
}

/** One turn of the event loop. */
const turn = () => new Promise((resolve) => setImmediate(resolve));

Deno.test("netcdf: arrays of many HDF5 chunks have every number in its place", async () => {
  const { Dataset, File } = await import("h5wasm/node");
  await withFolder(async (folder) => {
    const path = `${folder}/draws.nc`;
    await Deno.writeFile(path, netcdf.stream(large(), example));
    const file = new File(path, "r");
    const [a, b, steps] = ["posterior/a", "posterior/b", "sample_stats/n_steps"].map((name) => {
      const found = file.get(name);
      assert.ok(found instanceof Dataset && found.metadata.chunks, `${name} has HDF5 chunks`);
      return found.value as Float64Array;
    });
    const draws = large();
    let wrong = 0;
    for (let chain = 0; chain < draws.chains; chain++) {
      for (let draw = 0; draw < draws.draws; draw++) {
        const row = chain * draws.draws + draw;
        if (!Object.is(a[row], draws.valueAt(chain, 0, draw))) wrong++;
        for (let value = 0; value < 3; value++) {
          if (!Object.is(b[3 * row + value], draws.valueAt(chain, 1 + value, draw))) wrong++;
        }
        if (steps[row] !== draws.statisticAt(chain, 2, draw)) wrong++;
      }
    }
    file.close();
    assert.equal(wrong, 0);
  });
});

Deno.test("netcdf: downloads at the same time give what each gives alone", async () => {
  using _ = stoppedClock();
  const other = () => new ExampleDraws({ draws: 40_000, blockDraws: 3_000 });
  const alone = [await collect(netcdf.stream(large(), example)), await collect(netcdf.stream(other(), example))];
  const together = await Promise.all(
    [large(), other()].map((draws) => collect(netcdf.stream(draws, example))),
  );
  for (const [i, expected] of alone.entries()) {
    assert.equal(together[i].byteLength, expected.byteLength);
    assert.ok(Buffer.from(together[i].buffer).equals(expected), `download ${i} differs`);
  }
});

Deno.test("netcdf: others run while the file is made", async () => {
  let turns = 0;
  let over = false;
  const count = async () => {
    for (; !over; turns++) await turn();
  };
  const counting = count();
  const reader = netcdf.stream(large(), example).getReader();
  await reader.read();
  over = true;
  await reader.cancel();
  await counting;
  // 2 chains × 2 pieces of `a`, 5 of `b` and 2 of each of 4 statistics, and the coordinates.
  assert.ok(turns >= 30, `the event loop turned ${turns} times`);
});

Deno.test("netcdf: a cancel while the file is made stops it at the next piece", async () => {
  const draws = large();
  const reader = netcdf.stream(draws, example).getReader();
  const reading = reader.read();
  while (draws.blocksRead === 0) await turn();
  await reader.cancel();
  assert.equal(draws.closed, 1);
  assert.deepEqual(await reading, { done: true, value: undefined });
  assert.ok(draws.blocksRead < 50, `${draws.blocksRead} of 92 blocks were read`);
});

Deno.test("netcdf: the temporary folder is used and left empty, also while the file is read", async () => {
  await withFolder(async (folder) => {
    const context = { ...example, temporaryFolder: folder };
    const empty = () => assert.deepEqual([...Deno.readDirSync(folder)], []);

    const reader = netcdf.stream(large(), context).getReader();
    await reader.read();
    empty();
    await reader.cancel();
    await collect(netcdf.stream(new ExampleDraws(), context));
    const broken = new ExampleDraws();
    broken.brokenBlock = 4;
    await assert.rejects(collect(netcdf.stream(broken, context)), /a broken block/);
    empty();

    const draws = new ExampleDraws();
    const elsewhere = { ...example, temporaryFolder: `${folder}/absent` };
    await assert.rejects(collect(netcdf.stream(draws, elsewhere)), Deno.errors.NotFound);
    assert.equal(draws.closed, 1);
  });
});
