import assert from "node:assert/strict";
import { JobStatistics } from "../../../coordinator/statistics/job_statistics.ts";
import { LargeSummary } from "../../../coordinator/statistics/large_summary.ts";
import { summarize } from "../../../coordinator/statistics/summary.ts";
import { StatisticsClosedError, SummaryQueue } from "../../../coordinator/statistics/summary_queue.ts";
import { LostBlockError } from "../../../coordinator/store/errors.ts";
import { FileDraws } from "../../../coordinator/store/file_draws.ts";
import type { DrawsLayout } from "../../../coordinator/store/layout.ts";
import { Store } from "../../../coordinator/store/store.ts";
import { job, segment, shape, withFolder } from "../store/example.ts";

/** The layout of a job with `draws` draws in each of two chains. */
function withLayout(draws: number, work: (layout: DrawsLayout) => Promise<void>): Promise<void> {
  return withFolder(async (folder) => {
    const store = Store.open(folder, { durable: false });
    store.jobs.insert(job("j"));
    for (let i = 0; i < draws / 10; i++) {
      store.segments.commit([segment("j", 0, i, { draws: 10 }), segment("j", 1, i, { draws: 10 })]);
    }
    try {
      await work(store.segments.layout("j", shape));
    } finally {
      store.close();
    }
  });
}

function summaryHere(layout: DrawsLayout) {
  const reader = new FileDraws(layout);
  try {
    return summarize(reader);
  } finally {
    reader.close();
  }
}

Deno.test("a summary from the worker is the one computed here, and the same request twice is one", () =>
  withLayout(100, async (layout) => {
    const queue = new SummaryQueue();
    const first = queue.summarize(layout, {}), second = queue.summarize({ ...layout }, {});
    assert.equal(first, second);
    const whole = queue.summarize({ ...layout, complete: true }, {});
    assert.deepEqual(await first, summaryHere(layout));
    assert.equal((await whole).complete, true);
    queue.close();
  }));

Deno.test("a damaged block comes back from the worker as what it is, and the worker goes on", () =>
  withLayout(20, async (layout) => {
    const queue = new SummaryQueue();
    const bytes = Deno.readFileSync(layout.path);
    const damaged = `${layout.path}.damaged`;
    bytes[layout.segments[1].offset[1] + 100] ^= 1;
    Deno.writeFileSync(damaged, bytes);
    await assert.rejects(
      queue.summarize({ ...layout, path: damaged }, {}),
      (error) => error instanceof LostBlockError && error.chain === 1 && error.segment === 1,
    );
    assert.equal((await queue.summarize(layout, {})).draws, 20);
    queue.close();
  }));

Deno.test("closing rejects what is under way and what comes after", () =>
  withLayout(20, async (layout) => {
    const queue = new SummaryQueue();
    const under = assert.rejects(queue.summarize(layout, {}), StatisticsClosedError);
    queue.close();
    await under;
    await assert.rejects(queue.summarize(layout, {}), StatisticsClosedError);
  }));

Deno.test("a small job is summarised without a worker", () =>
  withLayout(20, async (layout) => {
    const statistics = new JobStatistics();
    const found = await statistics.summarize(layout, { spec: {}, names: ["mu", "theta[1]", "theta[2]"] });
    assert.deepEqual(found, summaryHere(layout));
    statistics.close();
  }));

Deno.test("a large summary, from a process of its own, is the one computed here", () =>
  withLayout(100, async (layout) => {
    assert.deepEqual(await new LargeSummary(layout, {}).summary, summaryHere(layout));
  }));

Deno.test("a damaged block comes back from the process as what it is", () =>
  withLayout(20, async (layout) => {
    const bytes = Deno.readFileSync(layout.path);
    bytes[layout.segments[0].offset[0] + 100] ^= 1;
    Deno.writeFileSync(layout.path, bytes);
    await assert.rejects(new LargeSummary(layout, {}).summary, (error) => error instanceof LostBlockError);
  }));

Deno.test("a process that is ended before it answers rejects with a sentence", () =>
  withLayout(20, async (layout) => {
    const large = new LargeSummary(layout, {});
    large.end();
    await assert.rejects(large.summary, /without an answer/);
  }));
