import { type Service, withService } from "./with_service.ts"; // first: it readies zod for the routes
import assert from "node:assert/strict";
import { z } from "zod";
import type { JobSpecInput } from "../../coordinator/schema/job.ts";
import { malformedRequests } from "./http/malformed_requests.ts";
import { assertRefused } from "./http/refusal.ts";

const SEED = 20260103;
const MOST_BODY_BYTES = 16 * 2 ** 20;
const QUICK: JobSpecInput = {
  model: { kind: "gaussian", mean: [1, 2], covariance: [[1, 0], [0, 1]] },
  chains: 2,
  warmup: 100,
  draws: 300,
  seed: 4,
};
/** Minutes of work, none of whose draws are made within the test. */
const LONG: JobSpecInput = { model: { kind: "funnel" }, chains: 1, warmup: 10_000_000, draws: 10, seed: 1 };

const Status = z.object({ status: z.string() });

async function cancel({ url }: Service, id: string): Promise<void> {
  const response = await fetch(`${url}/v1/jobs/${id}/cancel`, { method: "POST" });
  assert.equal(response.status, 202, await response.text());
}

async function submit({ api }: Service, spec: JobSpecInput): Promise<string> {
  const response = await api.v1.jobs.$post({ json: spec });
  assert.ok(response.status === 202);
  return (await response.json()).id;
}

/** The ids and types of the events after `after`, until the stream ends. */
async function follow(url: string, id: string, after?: number): Promise<{ id: number; type: string; data: unknown }[]> {
  const headers: HeadersInit = after === undefined ? {} : { "Last-Event-ID": String(after) };
  const text = await (await fetch(`${url}/v1/jobs/${id}/events`, { headers })).text();
  return [...text.matchAll(/^event: (\w+)\ndata: (.*)\nid: (\d+)$/gm)]
    .map(([, type, data, id]) => ({ id: Number(id), type, data: JSON.parse(data) }));
}

Deno.test("a job over HTTP: events, summary and draws, the same bytes for the same seed", () =>
  withService(async (service) => {
    const { url } = service;
    const id = await submit(service, QUICK);
    const events = await follow(url, id);
    assert.deepEqual(events.map((event) => event.id), events.map((_, i) => i + 1));
    assert.equal(Status.parse(events.at(-1)?.data).status, "completed");
    assert.deepEqual(await follow(url, id, 2), events.slice(2));
    const over = await fetch(`${url}/v1/jobs/${id}/events`, { headers: { "Last-Event-ID": String(events.length) } });
    assert.equal(over.status, 204);

    const summary = await (await fetch(`${url}/v1/jobs/${id}/summary`)).json();
    assert.deepEqual([summary.complete, summary.draws, summary.variables[1].name], [true, 300, "x[2]"]);
    const other = await submit(service, QUICK);
    await follow(url, other);
    const texts = await Promise.all(
      [id, other].map(async (job) => await (await fetch(`${url}/v1/jobs/${job}/draws`)).text()),
    );
    assert.equal(texts[0], texts[1]);
    const { variables, chains, complete } = JSON.parse(texts[0]);
    assert.deepEqual([variables, chains.length, chains[1].length, complete], [["x[1]", "x[2]"], 2, 300, true]);
    const { chains: correlations } = await (await fetch(`${url}/v1/jobs/${id}/autocorrelation?variable=x[1]&lags=5`))
      .json();
    assert.deepEqual([correlations.length, correlations[0].length], [2, 6]);
  }));

Deno.test("250 malformed requests to the whole service are each refused, and its jobs go on", () =>
  withService(async (service) => {
    const { url, api } = service;
    const drawlessJob = await submit(service, LONG);
    const endedJob = await submit(service, LONG);
    await cancel(service, endedJob);
    await follow(url, endedJob);
    const quick = await submit(service, QUICK); // runs while the storm lasts

    for (const malformed of malformedRequests(250, SEED, { endedJob, drawlessJob, mostBodyBytes: MOST_BODY_BYTES })) {
      await assertRefused(malformed, url, fetch);
    }

    await cancel(service, drawlessJob);
    assert.equal(Status.parse((await follow(url, drawlessJob)).at(-1)?.data).status, "cancelled");
    assert.equal(Status.parse((await follow(url, quick)).at(-1)?.data).status, "completed");
    const list = await api.v1.jobs.$get({ query: {} });
    assert.ok(list.status === 200);
    const statuses = (await list.json()).jobs.map(({ id, status }) => [id, status]);
    assert.deepEqual(statuses, [[quick, "completed"], [endedJob, "cancelled"], [drawlessJob, "cancelled"]]);
  }));

Deno.test("a stop ends the event streams", () =>
  withService(async (service) => {
    const id = await submit(service, LONG);
    const response = await fetch(`${service.url}/v1/jobs/${id}/events`);
    assert.ok(response.body);
    const reader = response.body.getReader();
    await reader.read();
    const stopped = service.stop();
    while (!(await reader.read()).done);
    await stopped;
  }));
