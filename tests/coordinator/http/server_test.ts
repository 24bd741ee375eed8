import assert from "node:assert/strict";
import { Summary } from "../../../coordinator/schema/summary.ts";
import { createApp } from "../../../coordinator/app.ts";
import { client } from "../../../coordinator/client.ts";
import { FakeJobs } from "../fake_jobs.ts";
import { malformedRequests } from "./malformed_requests.ts";
import { assertRefused } from "./refusal.ts";

const SEED = 20260102;
const MOST_BODY_BYTES = 16 * 2 ** 20;
const SPEC = { model: { kind: "gaussian" as const, mean: [0], covariance: [[1]] }, draws: 3 };

/** Runs a test against a server on a port of this machine, which must be able to shut down afterwards. */
async function served(
  options: Parameters<typeof createApp>[1],
  test: (service: { jobs: FakeJobs; url: string; port: number }) => Promise<void>,
): Promise<void> {
  const jobs = new FakeJobs();
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, createApp(jobs, options).fetch);
  try {
    await test({ jobs, url: `http://127.0.0.1:${server.addr.port}`, port: server.addr.port });
  } finally {
    await server.shutdown();
  }
}

/** What a client that speaks HTTP by hand gets, until the server closes or enough has come. */
async function speak(port: number, text: string, enough: RegExp, close: boolean): Promise<string> {
  using connection = await Deno.connect({ hostname: "127.0.0.1", port });
  await connection.write(new TextEncoder().encode(text));
  if (close) await connection.closeWrite();
  const buffer = new Uint8Array(1 << 16);
  let answer = "";
  while (!enough.test(answer)) {
    const count = await connection.read(buffer);
    if (count === null) break;
    answer += new TextDecoder().decode(buffer.subarray(0, count));
  }
  return answer;
}

Deno.test("the typed client takes a job through its life", async () => {
  await served({ token: "s3cret" }, async ({ jobs, url }) => {
    const api = client(url, { token: "s3cret" });
    const taken = await api.v1.jobs.$post({ json: SPEC, header: { "idempotency-key": "once" } });
    assert.ok(taken.status === 202);
    const { id, spec } = await taken.json();
    assert.equal(spec.draws, 3);
    assert.equal(spec.seed, 7);

    const paused = await api.v1.jobs[":id"].pause.$post({ param: { id }, query: {} });
    assert.ok(paused.status === 202);
    assert.equal((await paused.json()).status, "paused");

    const early = await api.v1.jobs[":id"].summary.$get({ param: { id }, query: {} });
    assert.ok(early.status === 409);
    assert.match((await early.json()).detail, /no draw/);

    jobs.complete(id);
    const summary = await api.v1.jobs[":id"].summary.$get({ param: { id }, query: {} });
    assert.ok(summary.status === 200);
    assert.equal(Summary.parse(await summary.json()).chains, 4);
    const draws = await api.v1.jobs[":id"].draws.$get({ param: { id }, query: { format: "csv" } });
    assert.equal((await draws.text()).split("\n").length, 1 + 4 * 3 + 1);
    const list = await api.v1.jobs.$get({ query: { limit: "1" } });
    assert.ok(list.status === 200);
    assert.deepEqual((await list.json()).jobs.map((job) => job.id), [id]);
  });
});

Deno.test("250 malformed requests over a socket are each refused, and the service goes on", async () => {
  await served({}, async ({ jobs, url }) => {
    const endedJob = jobs.submit(SPEC).id;
    const drawlessJob = jobs.submit(SPEC).id;
    jobs.cancel(endedJob);
    for (const malformed of malformedRequests(250, SEED, { endedJob, drawlessJob, mostBodyBytes: MOST_BODY_BYTES })) {
      await assertRefused(malformed, url, fetch);
    }
    assert.equal(jobs.list({ limit: 10 }).jobs.length, 2);
    const taken = await client(url).v1.jobs.$post({ json: SPEC });
    assert.equal(taken.status, 202);
    await taken.body?.cancel();
  });
});

Deno.test("a body that stops coming is 408, one that breaks off leaves the service as it was", async () => {
  await served({ bodyIdleMs: 30 }, async ({ jobs, url, port }) => {
    const head = "POST /v1/jobs HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n";
    const answer = await speak(port, `${head}{"model":`, /\/problems\/timeout/, false);
    assert.match(answer, /^HTTP\/1.1 408 /);
    await speak(port, `${head}{"model":`, /\r\n\r\n/, true);
    assert.equal((await fetch(`${url}/v1/jobs`).then((response) => response.json())).jobs.length, 0);
    assert.equal(jobs.list({ limit: 1 }).jobs.length, 0);
  });
});

Deno.test("a client that drops its connection leaves no stream and no reader", async () => {
  await served({ heartbeatMs: 10 }, async ({ jobs, url }) => {
    const { id } = jobs.submit(SPEC);
    const long = jobs.submit({ ...SPEC, draws: 200_000 });
    jobs.complete(long.id);
    const leaving = new AbortController();
    for (const path of [`${id}/events`, `${long.id}/draws?format=json`]) {
      const response = await fetch(`${url}/v1/jobs/${path}`, { signal: leaving.signal });
      await response.body?.getReader().read();
    }
    assert.deepEqual([jobs.openStreams, jobs.openReaders], [1, 1]);
    leaving.abort();
    const deadline = Date.now() + 5000;
    while (jobs.openStreams + jobs.openReaders > 0 && Date.now() < deadline) {
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    assert.deepEqual([jobs.openStreams, jobs.openReaders], [0, 0]);
  });
});
