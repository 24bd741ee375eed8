import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { StoreDamagedError, StoreLockedError } from "../../../coordinator/store/errors.ts";
import { FileDraws } from "../../../coordinator/store/file_draws.ts";
import { Store } from "../../../coordinator/store/store.ts";
import { job, shape, valueAt, VALUES, withFolder } from "./example.ts";

const open = (folder: string) => Store.open(folder, { durable: true });

/** Starts a committer; `lines` are what it has acknowledged so far. */
function startCommitter(folder: string) {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", fileURLToPath(new URL("./committer.ts", import.meta.url)), folder],
    stdout: "piped",
  }).spawn();
  const lines: string[] = [];
  const reading = (async () => {
    let rest = "";
    for await (const text of child.stdout.pipeThrough(new TextDecoderStream())) {
      const parts = (rest + text).split("\n");
      rest = parts.pop() ?? "";
      lines.push(...parts);
    }
  })();
  return { child, lines, reading };
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5));
}

Deno.test("every acknowledged segment is there after kill -9, right in every number", () =>
  withFolder(async (folder) => {
    let acknowledged = -1;
    for (let round = 0; round < 5; round++) {
      const { child, lines, reading } = startCommitter(folder);
      await until(() => lines.length > 20 * round + 2);
      child.kill("SIGKILL");
      await child.status;
      await reading;
      acknowledged = Number(lines.at(-1));

      const store = open(folder);
      assert.deepEqual(store.lost, []);
      assert.deepEqual(await store.segments.verify("j"), []);
      const [first, second] = store.segments.committed("j", 2);
      assert.ok(first.prefix > acknowledged, `${acknowledged} was acknowledged, ${first.prefix} are committed`);
      assert.deepEqual(second, first);
      const reader = new FileDraws(store.segments.layout("j", shape));
      assert.equal(reader.draws, 40 * first.prefix);
      const column = new Float64Array(reader.draws);
      for (let value = 0; value < VALUES; value++) {
        reader.readValue(1, value, 0, column);
        assert.ok(column.every((x, draw) => x === valueAt(1, value, draw)));
      }
      reader.close();
      store.close();
    }
    assert.ok(acknowledged > 80);
  }));

Deno.test("a second coordinator is refused at once, and let in when the first is killed", () =>
  withFolder(async (folder) => {
    const { child, lines, reading } = startCommitter(folder);
    await until(() => lines.length > 0);
    const begin = performance.now();
    assert.throws(
      () => open(folder),
      (error) => error instanceof StoreLockedError && error.message.includes(folder),
    );
    assert.ok(performance.now() - begin < 1000);
    child.kill("SIGKILL");
    await child.status;
    await reading;
    const store = open(folder);
    assert.throws(() => open(folder), StoreLockedError);
    store.close();
    open(folder).close();
  }));

Deno.test("a damaged or later database is refused with a sentence, and the lock is let go", () =>
  withFolder((folder) => {
    const store = open(folder);
    store.jobs.insert(job("a"));
    store.close();
    const path = `${folder}/ergodic.sqlite`;
    const bytes = Deno.readFileSync(path);

    Deno.writeTextFileSync(path, "This is no database, however long one looks at it. ".repeat(200));
    assert.throws(() => open(folder), StoreDamagedError);
    const garbled = bytes.slice();
    garbled.fill(0xa5, 4096, 3 * 4096);
    Deno.writeFileSync(path, garbled);
    assert.throws(() => open(folder), StoreDamagedError);
    const later = bytes.slice();
    new DataView(later.buffer).setUint32(60, 999); // user_version in SQLite's header
    Deno.writeFileSync(path, later);
    assert.throws(() => open(folder), /version 999/);

    Deno.writeFileSync(path, bytes);
    const again = open(folder);
    assert.equal(again.jobs.get("a")?.id, "a");
    again.close();
  }));
