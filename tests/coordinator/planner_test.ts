import assert from "node:assert/strict";
import fc from "fast-check";
import { plan, type PlanInput, type SegmentPlan } from "../../coordinator/planner.ts";

const RUNS = { seed: 20260101, numRuns: 300 };
const BLOCK_BYTES = 1 << 20;

/** Jobs small enough to walk over every one of their segments. */
const jobs: fc.Arbitrary<PlanInput> = fc.record({
  warmup: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 30_000 })),
  draws: fc.integer({ min: 1, max: 20_000 }),
  thin: fc.oneof(fc.constant(1), fc.integer({ min: 2, max: 30 }), fc.integer({ min: 100_000, max: 300_000 })),
  drawBytes: fc.oneof(fc.integer({ min: 1, max: 800 }), fc.integer({ min: 1, max: 1_600_000 })),
  drawsAtOnce: fc.oneof(fc.constant(1), fc.integer({ min: 0, max: 10 }).map((power) => 2 ** power)),
  beyond: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 50_000 })),
}).map(({ beyond, ...job }) => {
  const fits = Math.max(1, Math.floor(1.6e9 / (job.drawBytes * job.thin))); // keeps the number of segments walkable
  const draws = Math.min(job.draws, fits);
  return { ...job, draws, ...(beyond > 0 ? { maxDraws: draws + Math.min(beyond, 20 * fits) } : {}) };
});

function holds(property: (job: PlanInput, segments: SegmentPlan) => void): void {
  fc.assert(fc.property(jobs, (job) => property(job, plan(job))), RUNS);
}

function stepsOf({ warmup, draws, thin, maxDraws = draws }: PlanInput): number {
  return warmup + maxDraws * thin;
}

function decisions(segments: SegmentPlan): number[] {
  return Array.from({ length: segments.count + 1 }, (_, i) => i).filter((i) => segments.isDecision(i));
}

Deno.test("the segments of a chain partition its steps", () => {
  holds((job, segments) => {
    let end = 0;
    for (let i = 0; i < segments.count; i++) {
      const { from, to } = segments.range(i);
      assert.equal(from, end);
      assert.ok(to > from, `segment ${i} has no steps`);
      end = to;
    }
    assert.equal(end, stepsOf(job));
    assert.equal(segments.steps, stepsOf(job));
  });
});

Deno.test("every barrier of warmup ends a segment, at which the chains learn and wait; without barriers nothing changes", () => {
  const warmups = fc.record({ warmup: fc.integer({ min: 1, max: 30_000 }), cuts: fc.array(fc.integer({ min: 0 })) });
  fc.assert(
    fc.property(warmups, ({ warmup, cuts }) => {
      const barriers = [...new Set(cuts.map((cut) => 1 + cut % warmup))].sort((a, b) => a - b);
      const job = { warmup, draws: 500, thin: 1, drawBytes: 8 };
      const segments = plan({ ...job, barriers });
      assert.deepEqual(segments.learnings.map((at) => segments.range(at - 1).to), barriers);
      assert.deepEqual(decisions(segments), segments.learnings);
      assert.ok(segments.count <= plan(job).count + barriers.length);
      assert.equal(segments.drawsAfter(segments.required), 500);
      const described = (plan: SegmentPlan) => Array.from({ length: plan.count }, (_, i) => plan.range(i));
      assert.deepEqual(described(plan({ ...job, barriers: [] })), described(plan(job)));
      let end = 0;
      for (const { from, to } of described(segments)) {
        assert.ok(from === end && to > from);
        end = to;
      }
    }),
    RUNS,
  );
});

Deno.test("no segment has both warmup and draws, and `draws` ends one", () => {
  holds((job, segments) => {
    const ends = new Set(Array.from({ length: segments.count }, (_, i) => segments.range(i).to));
    if (job.warmup > 0) assert.ok(ends.has(job.warmup));
    assert.equal(segments.range(segments.required).from, job.warmup + job.draws * job.thin);
    assert.equal(segments.drawsAfter(segments.required), job.draws);
    assert.equal(segments.drawsAfter(segments.count), job.maxDraws ?? job.draws);
  });
});

Deno.test("the draws of a segment are the kept steps in its range", () => {
  holds((job, segments) => {
    for (let i = 0; i < segments.count; i++) {
      const { from, to } = segments.range(i);
      const kept = (step: number) => Math.max(0, Math.floor((step - job.warmup) / job.thin));
      assert.equal(segments.drawsAfter(i + 1) - segments.drawsAfter(i), kept(to) - kept(from));
    }
  });
});

Deno.test("blocks and the way between checkpoints are bounded", () => {
  holds((job, segments) => {
    for (let i = 0; i < segments.count; i++) {
      const { from, to } = segments.range(i);
      const draws = segments.drawsAfter(i + 1) - segments.drawsAfter(i);
      assert.ok(draws <= 1 || draws * job.drawBytes <= BLOCK_BYTES, `${draws} draws of ${job.drawBytes} bytes`);
      assert.ok(draws <= 10_000 && to - from <= 100_000);
    }
  });
});

Deno.test("segments end with the draws that a model makes at once, where a block has room for them", () => {
  const ends = (drawsAtOnce: number, draws: number, drawBytes = 16) => {
    const segments = plan({ warmup: 0, draws, thin: 2, drawBytes, drawsAtOnce });
    return Array.from({ length: segments.count }, (_, i) => segments.drawsAfter(i + 1));
  };
  assert.deepEqual(ends(1024, 1000), [1000]);
  assert.deepEqual(ends(64, 1000), [128, 256, 384, 512, 640, 768, 896, 1000]);
  assert.deepEqual(ends(1024, 20_000), [2048, 4096, 6144, 8192, 10240, 12288, 14336, 16384, 18432, 20_000]);
  assert.deepEqual(ends(1024, 250_000).slice(0, 2), [9216, 18432], "of at most 10,000 draws");
  assert.deepEqual(ends(64, 2000, 6272).slice(0, 2), [128, 256], "of 167 that have room");
  assert.deepEqual(ends(256, 2000, 6272), ends(1, 2000, 6272), "there is room for 167");
});

Deno.test("a job without stopWhen decides nothing", () => {
  const segments = plan({ warmup: 1000, draws: 1000, thin: 1, drawBytes: 80 });
  assert.deepEqual(decisions(segments), []);
  assert.equal(segments.required, segments.count);
});

Deno.test("decisions begin at `draws`, end at maxDraws, and fall only between", () => {
  fc.assert(
    fc.property(jobs.filter(({ maxDraws }) => maxDraws !== undefined), (job) => {
      const segments = plan(job);
      const at = decisions(segments);
      assert.equal(at[0], segments.required);
      assert.equal(at.at(-1), segments.count);
      assert.ok(!segments.isDecision(segments.count + 1) && !segments.isDecision(segments.required - 1));
    }),
    RUNS,
  );
});

Deno.test("between two decisions a job grows by a tenth at most, but for the segment that reaches it", () => {
  holds((_, segments) => {
    const at = decisions(segments);
    for (let k = 1; k < at.length; k++) {
      const grown = segments.drawsAfter(at[k] - 1) / segments.drawsAfter(at[k - 1]);
      assert.ok(grown < 1.1 * (1 + 1e-9), `from ${at[k - 1]} to ${at[k]} segments it grew ${grown} times`);
    }
  });
});

Deno.test("all decisions of a job cost as much as a few at its end", () => {
  // One decision a power of 1.1 at most: Σ ≤ n (1.1 + 1 + 1/1.1 + …) = 12.1 n, and one at the very end.
  holds((_, segments) => {
    let cost = 0;
    for (const segment of decisions(segments)) {
      cost += segments.drawsAfter(segment);
      assert.ok(cost <= 13.1 * segments.drawsAfter(segment), `${cost} by ${segments.drawsAfter(segment)} draws`);
    }
  });
});

Deno.test("a range of a plan of billions of segments is found without walking over the others", () => {
  const job = { warmup: 0, draws: 10_000_000, thin: 100_000_000, drawBytes: 8 };
  const segments = plan(job);
  assert.ok(segments.count > 1e9);
  assert.equal(segments.range(segments.count - 1).to, job.draws * job.thin);
});

Deno.test("a plan is a function of the job alone, and stays as it is from release to release", () => {
  // A store knows segments by their number: moving a boundary would orphan what unfinished jobs have committed.
  const ranges = (job: PlanInput) => {
    const segments = plan(job);
    return Array.from({ length: segments.count }, (_, i) => segments.range(i).to);
  };
  const usual = { warmup: 1000, draws: 1000, thin: 1, drawBytes: 80 };
  assert.deepEqual(ranges(usual), Array.from({ length: 20 }, (_, i) => 100 * (i + 1)));
  assert.deepEqual(ranges({ ...usual }), ranges(usual));
  assert.deepEqual(ranges({ warmup: 30, draws: 120, thin: 2, drawBytes: 24 }), [30, 130, 230, 270]);
  const stopping = { warmup: 0, draws: 100, thin: 1, drawBytes: 16, maxDraws: 300 };
  assert.deepEqual(ranges(stopping), [50, 100, 150, 200, 250, 300]);
  assert.deepEqual(decisions(plan(stopping)), [2, 3, 4, 5, 6]);
  assert.deepEqual(ranges({ warmup: 10, draws: 3, thin: 1, drawBytes: 8000000 }), [10, 11, 12, 13]);
});
