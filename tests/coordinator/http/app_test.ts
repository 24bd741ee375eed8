import assert from "node:assert/strict";
import { Packr } from "msgpackr/pack";
import { createApp } from "../../../coordinator/app.ts";
import { FakeJobs } from "../fake_jobs.ts";

const SPEC = { model: { kind: "gaussian", mean: [0], covariance: [[1]] }, chains: 2, warmup: 10, draws: 3 };

function service(options: Parameters<typeof createApp>[1] = {}) {
  const jobs = new FakeJobs();
  const app = createApp(jobs, options);
  const post = (path: string, body: BodyInit | null, headers: Record<string, string> = {}) =>
    app.request(path, { method: "POST", body, headers: { "Content-Type": "application/json", ...headers } });
  return { jobs, app, post };
}

async function problemOf(response: Response) {
  assert.equal(response.headers.get("Content-Type"), "application/problem+json");
  const problem = await response.json();
  assert.equal(problem.status, response.status);
  return problem;
}

Deno.test("a job is taken with its defaults, its seed and its address", async () => {
  const { post } = service();
  const response = await post("/v1/jobs", JSON.stringify({ model: { kind: "eight-schools" } }));
  assert.equal(response.status, 202);
  assert.equal(response.headers.get("Location"), "/v1/jobs/job-1");
  const { id, status, spec } = await response.json();
  assert.deepEqual({ id, status }, { id: "job-1", status: "queued" });
  const { chains, warmup, draws, thin, seed, sampler } = spec;
  assert.deepEqual({ chains, warmup, draws, thin, seed }, { chains: 4, warmup: 1000, draws: 1000, thin: 1, seed: 7 });
  assert.equal(sampler.kind, "nuts");
});

Deno.test("the list is newest first, in pages, and tells id, status and progress", async () => {
  const { app, post } = service();
  for (let i = 0; i < 3; i++) await post("/v1/jobs", JSON.stringify(SPEC));
  const first = await (await app.request("/v1/jobs?limit=2")).json();
  assert.deepEqual(first.jobs.map(({ id }: { id: string }) => id), ["job-3", "job-2"]);
  assert.deepEqual(Object.keys(first.jobs[0]), ["id", "status", "progress"]);
  const second = await (await app.request(`/v1/jobs?limit=2&cursor=${first.nextCursor}`)).json();
  assert.deepEqual(second.jobs.map(({ id }: { id: string }) => id), ["job-1"]);
  assert.equal("nextCursor" in second, false);
});

Deno.test("steering answers 202 with the job, and 409 once it has ended", async () => {
  const { app, post } = service();
  await post("/v1/jobs", JSON.stringify(SPEC));
  for (const [verb, status] of [["pause", "paused"], ["resume", "running"], ["cancel", "cancelled"]]) {
    const response = await app.request(`/v1/jobs/job-1/${verb}`, { method: "POST" });
    assert.equal(response.status, 202);
    assert.equal((await response.json()).status, status);
  }
  assert.equal((await post("/v1/jobs/job-1/pause", "{}")).status, 409);
  assert.equal((await problemOf(await post("/v1/jobs/job-1/pause", '{"now":1}'))).errors[0].path, "now");
});

Deno.test("an idempotency key gives the first job again, and 422 with another body", async () => {
  const { post } = service();
  const key = { "Idempotency-Key": "k" };
  const first = await (await post("/v1/jobs", JSON.stringify(SPEC), key)).json();
  const again = await post("/v1/jobs", JSON.stringify(SPEC), key);
  assert.equal(again.status, 202);
  assert.equal((await again.json()).id, first.id);
  const other = await problemOf(await post("/v1/jobs", JSON.stringify({ ...SPEC, draws: 4 }), key));
  assert.deepEqual([other.status, other.errors[0].path], [422, "Idempotency-Key"]);
  for (const bad of ["", "a b", "x".repeat(256), "é"]) {
    const { status, errors } = await problemOf(await post("/v1/jobs", "{}", { "Idempotency-Key": bad }));
    assert.deepEqual([status, errors[0].path], [422, "Idempotency-Key"]);
  }
});

Deno.test("each fault is told with its path, what was expected and what was found", async () => {
  const { post } = service();
  const cases: [unknown, string, RegExp][] = [
    [{}, "model", /^is required: expected an object$/],
    [{ model: {} }, "model.kind", /^is required: expected one of gaussian, /],
    [{ model: { kind: "gausian" } }, "model.kind", /^expected one of gaussian, .*, found "gausian"$/],
    [{ model: "gaussian" }, "model", /^expected an object, found "gaussian"$/],
    [{ ...SPEC, draws: "10" }, "draws", /^expected .*, found "10"$/],
    [{ ...SPEC, draws: 1.5 }, "draws", /^expected an integer, found 1.5$/],
    [{ ...SPEC, chains: 0 }, "chains", /^expected at least 1, found 0$/],
    [{ ...SPEC, chains: 1001 }, "chains", /^expected at most 1000, found 1001$/],
    [{ ...SPEC, seed: 2 ** 53 }, "seed", /beyond/],
    [{ ...SPEC, sampler: null }, "sampler", /^expected an object, found null$/],
    [{ ...SPEC, iterations: 1 }, "iterations", /spelling/],
    [{ ...SPEC, model: { ...SPEC.model, mu: 1 } }, "model.mu", /spelling/],
    [
      { ...SPEC, model: { ...SPEC.model, covariance: [["1"]] } },
      "model.covariance.0.0",
      /^expected a finite number, found "1"$/,
    ],
    [{ ...SPEC, stopWhen: {} }, "stopWhen", /at least one condition/],
    [{ ...SPEC, init: [[0]] }, "init", /one start for each of 2 chains/],
  ];
  for (const [body, path, message] of cases) {
    const { status, errors } = await problemOf(await post("/v1/jobs", JSON.stringify(body)));
    assert.equal(status, 422, JSON.stringify(body));
    const fault = errors.find((error: { path: string }) => error.path === path);
    assert.match(fault?.message ?? `no fault at ${path}: ${JSON.stringify(errors)}`, message);
  }
});

Deno.test("a column of faults is told up to a hundred", async () => {
  const { post } = service();
  const mean = Array.from({ length: 500 }, () => "x");
  const { errors } = await problemOf(await post("/v1/jobs", JSON.stringify({ model: { kind: "gaussian", mean } })));
  assert.equal(errors.length, 101);
});

Deno.test("a body in MessagePack is the same job, typed arrays and all", async () => {
  const { app, post } = service();
  const packr = new Packr({ moreTypes: true, useRecords: false });
  const typed = {
    ...SPEC,
    model: { kind: "gaussian", mean: Float64Array.of(0.5, 1), covariance: [Float32Array.of(1, 0), Int8Array.of(0, 1)] },
  };
  const body = Uint8Array.from(packr.pack(typed));
  const response = await post("/v1/jobs", body, {
    "Content-Type": "application/msgpack",
    Accept: "application/msgpack",
  });
  assert.equal(response.status, 202);
  assert.equal(response.headers.get("Content-Type"), "application/msgpack");
  const job = packr.unpack(new Uint8Array(await response.arrayBuffer()));
  assert.deepEqual(job.spec.model, { kind: "gaussian", mean: [0.5, 1], covariance: [[1, 0], [0, 1]] });
  assert.deepEqual(job, await (await app.request("/v1/jobs/job-1")).json());
});

Deno.test("the Accept header chooses between JSON and MessagePack by weight", async () => {
  const { app } = service();
  const cases = [
    ["application/msgpack", "application/msgpack"],
    ["application/json, application/msgpack;q=0.5", "application/json"],
    ["application/msgpack;q=0.9, application/json;q=0.5", "application/msgpack"],
    ["*/*", "application/json"],
    ["application/msgpack;q=0", "application/json"],
    ["text/html", "application/json"],
  ];
  for (const [accept, expected] of cases) {
    const response = await app.request("/v1/models", { headers: { Accept: accept } });
    assert.equal(response.headers.get("Content-Type"), expected, accept);
    assert.match(response.headers.get("Vary") ?? "", /Accept/);
  }
});

Deno.test("without the token everything but the probes is one and the same 401", async () => {
  const { app } = service({ token: "s3cret" });
  for (const path of ["/healthz", "/readyz"]) assert.equal((await app.request(path)).status, 200);
  const bodies = new Set<string>();
  const paths = [
    "/",
    "/docs",
    "/openapi.json",
    "/metrics",
    "/v1/jobs",
    "/v1/jobs/none",
    "/nowhere",
    "/problems/unauthorized",
  ];
  const wrong = [
    "",
    "Bearer",
    "Bearer no",
    "Bearer s3cre",
    "Bearer s3cret2",
    "Basic czNjcmV0",
    "s3cret",
    "Digest s3cret",
  ];
  for (const path of paths) {
    for (const authorization of wrong) {
      const response = await app.request(path, { headers: { Authorization: authorization } });
      assert.equal(response.status, 401, `${path} ${authorization}`);
      assert.match(response.headers.get("WWW-Authenticate") ?? "", /Bearer realm/);
      bodies.add(await response.text());
    }
  }
  assert.equal(bodies.size, 1);
  assert.equal((await app.request("/v1/jobs", { headers: { Authorization: "Bearer s3cret" } })).status, 200);
  assert.equal((await app.request("/v1/jobs", { headers: { Authorization: "bearer s3cret" } })).status, 200);
});

Deno.test("a browser may give the token as a password for reading, never for changing", async () => {
  const { app } = service({ token: "s3cret" });
  const headers = { Authorization: `Basic ${btoa("anyone:s3cret")}` };
  const challenge = async (path: string, headers = {}) =>
    (await app.request(path, { headers })).headers.get("WWW-Authenticate") ?? "";
  assert.match(await challenge("/docs"), /^Basic/);
  assert.match(await challenge("/v1/jobs", { Accept: "text/html,*/*;q=0.8" }), /^Basic/);
  assert.equal(await challenge("/v1/jobs"), 'Bearer realm="ergodic"'); // a page's own requests open no dialogue
  assert.equal((await app.request("/docs", { headers })).status, 200);
  assert.equal((await app.request("/v1/jobs", { headers })).status, 200);
  assert.equal((await app.request("/v1/jobs", { headers, method: "POST" })).status, 401);
});

Deno.test("a method that a route does not take is 405 with those that it does", async () => {
  const { app } = service();
  const response = await app.request("/v1/jobs", { method: "DELETE" });
  assert.equal(response.status, 405);
  assert.deepEqual(response.headers.get("Allow")?.split(", ").sort(), ["GET", "HEAD", "OPTIONS", "POST"]);
  await problemOf(response);
  const options = await app.request("/v1/jobs/job-1/cancel", { method: "OPTIONS" });
  assert.deepEqual([options.status, options.headers.get("Allow")], [204, "POST, OPTIONS"]);
  assert.equal((await app.request("/v1/nothing", { method: "DELETE" })).status, 404);
});

Deno.test("a full queue is 429 and says when to come back", async () => {
  const { jobs, post } = service();
  jobs.mostUnfinished = 1;
  await post("/v1/jobs", JSON.stringify(SPEC));
  const response = await post("/v1/jobs", JSON.stringify(SPEC));
  assert.deepEqual([response.status, response.headers.get("Retry-After")], [429, "5"]);
  await problemOf(response);
});

Deno.test("during a shutdown the service is alive, not ready, and takes nothing", async () => {
  const { jobs, app, post } = service();
  jobs.accepting = false;
  assert.equal((await app.request("/healthz")).status, 200);
  assert.equal((await app.request("/readyz")).status, 503);
  assert.equal((await post("/v1/jobs", JSON.stringify(SPEC))).status, 503);
});

Deno.test("a fault of the service tells nothing but the request's id", async () => {
  const { jobs, app } = service();
  jobs.job = () => {
    throw new Error("secret of /somewhere/store.ts");
  };
  const response = await app.request("/v1/jobs/x", { headers: { "X-Request-Id": "abc" } });
  const problem = await problemOf(response);
  assert.equal(problem.status, 500);
  assert.equal(problem.requestId, "abc");
  assert.equal(response.headers.get("X-Request-Id"), "abc");
  assert.doesNotMatch(JSON.stringify(problem), /secret|somewhere|\.ts/);
});

Deno.test("a problem's type leads to its explanation", async () => {
  const { app } = service();
  const { type } = await problemOf(await app.request("/v1/jobs/none"));
  assert.equal(type, "/problems/not-found");
  assert.ok((await (await app.request(type)).json()).explanation.length > 0);
  await problemOf(await app.request("/problems/none"));
});

Deno.test("metrics count requests by route, never by path", async () => {
  const { app } = service();
  await app.request("/v1/jobs/secret-id");
  await app.request("/made-up/path");
  const text = await (await app.request("/metrics")).text();
  assert.match(text, /_count\{method="GET",route="\/v1\/jobs\/:id",status="404"\} 1/);
  assert.match(text, /_count\{method="GET",route="none",status="404"\} 1/);
  const lines = [
    'ergodic_jobs{sort="sampling",status="queued"} 0',
    'ergodic_jobs{sort="training",status="paused"} 5',
    "ergodic_workers 2",
    "ergodic_committed_draws 4",
    "ergodic_training_updates 6",
    "ergodic_models 7",
  ];
  for (const line of lines) {
    assert.ok(text.includes(line), `${line} in ${text}`);
  }
  assert.doesNotMatch(text, /secret-id|made-up/);
});
