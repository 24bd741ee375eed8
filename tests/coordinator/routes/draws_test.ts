import assert from "node:assert/strict";
import { decode } from "@msgpack/msgpack";
import { createApp } from "../../../coordinator/app.ts";
import { FakeJobs } from "../fake_jobs.ts";

const SPEC = {
  model: { kind: "gaussian", mean: [0, 0], covariance: [[1, 0], [0, 1]] },
  chains: 2,
  warmup: 0,
  draws: 3,
};
const EXPECTED = {
  variables: ["x[1]", "x[2]"],
  chains: [[[0, 0.1], [1, 1.1], [2, 2.1]], [[100, 100.1], [101, 101.1], [102, 102.1]]],
  complete: true,
};

function completed(spec: object = SPEC) {
  const jobs = new FakeJobs();
  const { id } = jobs.submit(spec);
  jobs.complete(id);
  return { jobs, app: createApp(jobs), path: `/v1/jobs/${id}` };
}

Deno.test("draws come as JSON, as MessagePack and as files, and leave no reader open", async () => {
  const { jobs, app, path } = completed();
  const json = await app.request(`${path}/draws`);
  assert.equal(json.headers.get("Content-Disposition"), 'attachment; filename="job-1.json"');
  assert.equal(json.headers.get("Ergodic-Complete"), "true");
  assert.deepEqual(await json.json(), EXPECTED);

  const packed = await app.request(`${path}/draws?format=json`, { headers: { Accept: "application/msgpack" } });
  assert.equal(packed.headers.get("Content-Type"), "application/msgpack");
  assert.deepEqual(decode(await packed.arrayBuffer()), EXPECTED);

  const csv = await app.request(`${path}/draws?format=csv`);
  assert.equal((await csv.text()).split("\n").length, 1 + 2 * 3 + 1);
  for (const format of ["npz", "arrow", "netcdf"]) {
    const response = await app.request(`${path}/draws?format=${format}`);
    const bytes = await response.arrayBuffer();
    assert.ok(bytes.byteLength > 100);
    const length = response.headers.get("Content-Length");
    if (length !== null) assert.equal(Number(length), bytes.byteLength, format);
  }
  assert.equal(jobs.openReaders, 0);
});

Deno.test("a download that is broken off, and one of the headers only, close their reader", async () => {
  const { jobs, app, path } = completed({ ...SPEC, draws: 20_000 });
  const response = await app.request(`${path}/draws?format=csv`);
  assert.ok(response.body);
  const reader = response.body.getReader();
  await reader.read();
  assert.equal(jobs.openReaders, 1);
  await reader.cancel();
  assert.equal(jobs.openReaders, 0);

  const head = await app.request(`${path}/draws?format=csv`, { method: "HEAD" });
  assert.equal(head.headers.get("Content-Type"), "text/csv; charset=utf-8");
  assert.equal(jobs.openReaders, 0);
});

Deno.test("draws in a format that there is not are 422, of a job without draws 409, of no job 404", async () => {
  const { jobs, app, path } = completed();
  const { errors } = await (await app.request(`${path}/draws?format=xlsx`)).json();
  assert.equal(errors[0].path, "format");
  assert.match(errors[0].message, /one of "json", "csv".*found "xlsx"/);
  const { id } = jobs.submit(SPEC);
  for (const what of ["draws", "summary", "autocorrelation?variable=x[1]"]) {
    assert.equal((await app.request(`/v1/jobs/${id}/${what}`)).status, 409);
    assert.equal((await app.request(`/v1/jobs/none/${what}`)).status, 404);
  }
});

Deno.test("the autocorrelation is that of the named variable, a chain at a time", async () => {
  const { jobs, app, path } = completed({ ...SPEC, draws: 50 });
  const { variable, complete, chains } = await (await app.request(`${path}/autocorrelation?variable=x[2]&lags=3`))
    .json();
  assert.deepEqual([variable, complete, chains.length, chains[0].length], ["x[2]", true, 2, 4]);
  chains[0].forEach((rho: number, lag: number) => assert.ok(Math.abs(rho - autocorrelationOfRamp(50, lag)) < 1e-12));

  const { errors } = await (await app.request(`${path}/autocorrelation?variable=mu`)).json();
  assert.match(errors[0].message, /one of x\[1\], x\[2\]; found "mu"/);
  assert.equal((await app.request(`${path}/autocorrelation`)).status, 422);
  assert.equal(jobs.openReaders, 0);
});

/** Of 0, 1 … n − 1, about its mean, divided by n at every lag. */
function autocorrelationOfRamp(n: number, lag: number): number {
  const deviations = Array.from({ length: n }, (_, i) => i - (n - 1) / 2);
  const sum = (k: number) => deviations.slice(k).reduce((total, deviation, i) => total + deviation * deviations[i], 0);
  return sum(lag) / sum(0);
}
