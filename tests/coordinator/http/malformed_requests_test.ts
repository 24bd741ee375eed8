import assert from "node:assert/strict";
import { createApp } from "../../../coordinator/app.ts";
import { FakeJobs } from "../fake_jobs.ts";
import { malformedLearning } from "./malformed_learning.ts";
import { malformedRequests } from "./malformed_requests.ts";
import { assertRefused } from "./refusal.ts";

const SEED = 20260101;
const SPEC = { model: { kind: "gaussian", mean: [0], covariance: [[1]] } };

Deno.test("600 malformed requests are each refused with a reason, and no job is made, changed or lost", async () => {
  const jobs = new FakeJobs();
  const mostBodyBytes = 1 << 20;
  const app = createApp(jobs, { mostBodyBytes });
  const endedJob = jobs.submit(SPEC).id;
  const drawlessJob = jobs.submit(SPEC).id;
  jobs.cancel(endedJob);
  const before = [jobs.job(endedJob), jobs.job(drawlessJob)];

  for (const malformed of malformedRequests(600, SEED, { endedJob, drawlessJob, mostBodyBytes })) {
    await assertRefused(malformed, "http://localhost", (request) => app.fetch(request));
  }

  assert.deepEqual([jobs.job(endedJob), jobs.job(drawlessJob)], before);
  assert.equal(jobs.list({ limit: 10 }).jobs.length, 2);
  const body = JSON.stringify(SPEC);
  const response = await app.request("/v1/jobs", {
    method: "POST",
    body,
    headers: { "Content-Type": "application/json" },
  });
  assert.equal(response.status, 202);
  assert.deepEqual([jobs.openReaders, jobs.openStreams], [0, 0]);
});

Deno.test("400 malformed requests about trainings, models, pictures and chains are each refused with a reason", async () => {
  const jobs = new FakeJobs();
  const app = createApp(jobs);
  const endedJob = jobs.submit({ model: { kind: "gaussian", mean: [0, 0], covariance: [[1, 0], [0, 1]] } }).id;
  const drawlessJob = jobs.submit(SPEC).id;
  jobs.complete(endedJob);
  for (const malformed of malformedLearning(400, SEED, { endedJob, drawlessJob })) {
    await assertRefused(malformed, "http://localhost", (request) => app.fetch(request));
  }
  assert.equal(jobs.list({ limit: 10 }).jobs.length, 2);
  assert.equal(jobs.openReaders, 0);
});
