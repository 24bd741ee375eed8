import assert from "node:assert/strict";
import type { z } from "zod";
import type { Dataset } from "../../../models/data/dataset.ts";
import { lengthOf } from "../../../models/training/limits.ts";
import { trainings } from "../../../models/training/registry.ts";
import type { TrainingDefinition } from "../../../models/training/training.ts";
import { InputError } from "../../../numerics/errors.ts";
import { trainingProcess } from "../../../workers/training_process.ts";

/** Bits, all 0 but those of the first row. */
function rowsOf(rows: number, columns: number): Dataset {
  return { name: "rows", rows, columns, values: new Uint8Array(rows * columns).fill(1, 0, columns), validationRows: 0 };
}

function build<Config extends z.ZodObject>(
  { config, build }: TrainingDefinition<Config>,
  options: unknown,
  data: Dataset,
) {
  return build(config.parse(options), data, 1);
}

Deno.test("a training makes whole records, one at least, and no more than can be read", () => {
  assert.deepEqual(lengthOf({ epochs: 3 }, 7), { updates: 21, updatesARecord: 7 });
  assert.deepEqual(lengthOf({ epochs: 3, recordEvery: 4 }, 7), { updates: 24, updatesARecord: 4 });
  assert.deepEqual(lengthOf({ epochs: 3, recordEvery: 1e7 }, 7), { updates: 21, updatesARecord: 21 });
  assert.deepEqual(lengthOf({ epochs: 100_000 }, 7), { updates: 700_000, updatesARecord: 7 });
  const refused = (length: Parameters<typeof lengthOf>[0], path: string, advice: RegExp) =>
    assert.throws(() => lengthOf(length, 7), (error) => {
      assert.ok(error instanceof InputError);
      assert.equal(error.path, path);
      assert.match(error.message, advice);
      return true;
    });
  refused({ epochs: 1_000_000 }, "epochs", /at most 100000 records.*recordEvery to 70 or more/);
  refused({ epochs: 1_000_000, recordEvery: 69 }, "recordEvery", /recordEvery to 70 or more/);
  assert.equal(lengthOf({ epochs: 1_000_000, recordEvery: 70 }, 7).updates, 7_000_000);
});

Deno.test("what no worker could do is refused before any of it is begun, with its limit", () => {
  const cases: [TrainingDefinition, object, Dataset, string, RegExp][] = [
    [trainings.rbm, { kind: "rbm", hidden: 20_000 }, rowsOf(1, 20_000), "hidden", /32 MB/],
    [trainings.rbm, { kind: "rbm", hidden: 20_000, particles: 100_000 }, rowsOf(1, 10), "hidden", /32 MB/],
    [trainings.rbm, { kind: "rbm", method: "exact", hidden: 20_000 }, rowsOf(1, 20_000), "hidden", /32 MB/],
    [trainings.rbm, { kind: "rbm", hidden: 2000, batchSize: 100_000 }, rowsOf(1, 784), "batchSize", /1024 MB/],
    [trainings.rbm, { kind: "rbm", steps: 10_000 }, rowsOf(1, 784), "steps", /1e\+?10|10000000000/],
    [
      trainings.rbm,
      { kind: "rbm", ais: { temperatures: 1_000_000, particles: 100_000 } },
      rowsOf(1, 784),
      "ais",
      /at most 10000000000000 in a record; found 3.92e\+16/,
    ],
    [trainings.boltzmann, { kind: "boltzmann" }, rowsOf(1, 5000), "hidden", /32 MB/],
    [trainings.boltzmann, { kind: "boltzmann", steps: 10_000 }, rowsOf(1, 1000), "steps", /steps × particles/],
    [trainings.boltzmann, { kind: "boltzmann", monitorRows: 1e6 }, rowsOf(1, 1000), "monitorRows", /monitorRows/],
    [
      trainings.boltzmann,
      { kind: "boltzmann", hidden: 100, clampedSteps: 10_000, batchSize: 1000 },
      rowsOf(1, 100),
      "clampedSteps",
      /clampedSteps/,
    ],
    [trainings.hopfield, { kind: "hopfield" }, rowsOf(1, 5000), "data", /32 MB/],
    [trainings.hopfield, { kind: "hopfield", rule: "hebb" }, rowsOf(20_000, 1000), "data", /rows × columns²/],
    [trainings.hopfield, { kind: "hopfield", sweeps: 1000 }, rowsOf(100, 1000), "sweeps", /sweeps/],
  ];
  for (const [definition, options, data, path, message] of cases) {
    const begin = performance.now();
    assert.throws(() => build(definition, options, data), (error) => {
      assert.ok(error instanceof InputError, String(error));
      assert.deepEqual([path, message.test(error.message)], [error.path, true], error.message);
      return true;
    });
    assert.ok(performance.now() - begin < 2000, `${path} took ${performance.now() - begin} ms`);
  }
});

Deno.test("an estimate that takes long gives signs of life, and its state tells whether to stop", () => {
  let signs = 0;
  const training = build(trainings.rbm, {
    kind: "rbm",
    hidden: 20,
    epochs: 1,
    ais: { temperatures: 50, particles: 2 },
    earlyStopping: { monitor: "reconstruction_error", patience: 1 },
  }, rowsOf(4, 25));
  const process = trainingProcess(training, () => signs++);
  const state = process.start(0, 1);
  process.advance(state, 0, 1);
  const values = new Float64Array(process.values);
  process.record(state, 0, values, new Float64Array());
  assert.equal(signs, 50);
  assert.equal(state.stop, false);
  process.record(state, 0, values, new Float64Array()); // not better than before: its patience ends
  assert.equal(state.stop, true);
});
