import assert from "node:assert/strict";
import { createApp } from "../../../coordinator/app.ts";
import { FakeJobs } from "../fake_jobs.ts";
import { readPng } from "../pictures/read_png.ts";

const IDENTITY = [[1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1]];
const GAUSSIAN = { kind: "gaussian", mean: [0, 0, 0, 0], covariance: IDENTITY };
const RBM = { kind: "rbm", weights: IDENTITY, clamp: [1, 0, null, null] };

function completed(model: object, chains: number) {
  const jobs = new FakeJobs();
  const { id } = jobs.submit({ model, chains, warmup: 0, draws: 3 });
  jobs.complete(id);
  return { jobs, app: createApp(jobs), path: `/v1/jobs/${id}/images` };
}

Deno.test("the images of a job are a PNG of the last draw of each chain", async () => {
  const { jobs, app, path } = completed(GAUSSIAN, 2);
  const response = await app.request(`${path}?zoom=1`);
  assert.equal(response.status, 200);
  assert.equal(response.headers.get("Content-Type"), "image/png");
  assert.equal(response.headers.get("Ergodic-Complete"), "true");
  const { width, height, pixels } = readPng(await response.bytes());
  assert.deepEqual([height, width], [6, 10]);
  // Draw 2 of chain c of value v is 100 c + 2 + v / 10: black to white from 2 to 102.3.
  const shades = [0, 0.1, 100, 100.1, 0.2, 0.3, 100.2, 100.3].map((value) => Math.round(255 * value / 100.3));
  assert.deepEqual([...pixels].filter((pixel) => pixel !== 96), shades);
  assert.equal(jobs.openReaders, 0);
});

Deno.test("height, width, count and zoom shape the sheet", async () => {
  const { app, path } = completed(GAUSSIAN, 3);
  const size = async (query: string) => {
    const { width, height } = readPng(await (await app.request(`${path}?${query}`)).bytes());
    return [height, width];
  };
  assert.deepEqual(await size("height=1&count=1&zoom=3"), [2 + 3 + 2, 2 + 12 + 2]);
  assert.deepEqual(await size("height=4&width=1&draws=2&zoom=1&variable=x"), [2 + 3 * 6, 2 + 2 * 3]);
});

Deno.test("what was clamped comes before what was made of it", async () => {
  const { app, path } = completed(RBM, 1);
  const { width, pixels } = readPng(await (await app.request(`${path}?zoom=1`)).bytes());
  assert.equal(width, 10);
  assert.deepEqual([...pixels.subarray(2 * width + 2, 2 * width + 4)], [0, 0], "1 and 0 beside draws of 2 to 2.3");
});

Deno.test("images that there are not: 404, 409, and 422 with the parameter", async () => {
  const { jobs, app, path } = completed(GAUSSIAN, 1);
  const fault = async (query: string) => (await (await app.request(`${path}?${query}`)).json()).errors[0].path;
  assert.equal(await fault("height=3"), "height");
  assert.equal(await fault("variable=mu"), "variable");
  assert.equal(await fault("zoom=0"), "zoom");
  assert.equal(await fault("height=x"), "height");
  assert.equal(await fault("colour=red"), "colour");
  assert.equal((await app.request("/v1/jobs/none/images")).status, 404);
  const { id } = jobs.submit({ model: GAUSSIAN });
  assert.equal((await app.request(`/v1/jobs/${id}/images`)).status, 409);
  assert.equal(jobs.openReaders, 0);
});
