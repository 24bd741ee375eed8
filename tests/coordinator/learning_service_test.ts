/** The whole service and what it is asked about trainings, trained models and their pictures. */
import { type Service, withService } from "./with_service.ts"; // first: it readies zod for the routes
import assert from "node:assert/strict";
import { z } from "zod";
import { malformedLearning, REFUSED_WITH_DATA } from "./http/malformed_learning.ts";
import { assertRefused } from "./http/refusal.ts";
import { readPng } from "./pictures/read_png.ts";

const SEED = 20260106;
const Job = z.object({ id: z.string(), status: z.string() });
const Problem = z.object({ errors: z.array(z.object({ path: z.string(), message: z.string() })) });

const TRAINING = {
  train: { kind: "rbm", hidden: 6, epochs: 5, batchSize: 10, particles: 10, ais: { temperatures: 5, particles: 2 } },
  data: { kind: "bars-and-stripes", size: 3, validation: 2 },
  name: "a-model",
  seed: 5,
};

function post({ url }: Service, path: string, body: unknown): Promise<Response> {
  const headers = { "Content-Type": "application/json" };
  return fetch(url + path, { method: "POST", headers, body: JSON.stringify(body) });
}

async function ended(service: Service, path: string, body: unknown): Promise<string> {
  const response = await post(service, path, body);
  assert.equal(response.status, 202, await response.clone().text());
  const { id } = Job.parse(await response.json());
  await (await fetch(`${service.url}/v1/jobs/${id}/events`)).text(); // to its end
  assert.equal(service.coordinator.job(id).status, "completed");
  return id;
}

Deno.test("140 malformed requests about trainings are each refused by the whole service, and what it has stays", () =>
  withService(async (service) => {
    const { url, coordinator } = service;
    await ended(service, "/v1/training", TRAINING);
    const endedJob = await ended(service, "/v1/jobs", {
      model: { kind: "gaussian", mean: [0, 0], covariance: [[1, 0], [0, 1]] },
      chains: 2,
      warmup: 10,
      draws: 10,
    });
    const drawlessJob = coordinator.submit({ model: { kind: "funnel" }, chains: 1, warmup: 10_000_000, draws: 10 }).id;
    const before = [coordinator.models(), coordinator.list({ limit: 100 }).jobs.map(({ id }) => id)];

    for (const malformed of malformedLearning(120, SEED, { endedJob, drawlessJob })) {
      await assertRefused(malformed, url, fetch);
    }
    assert.deepEqual([coordinator.models(), coordinator.list({ limit: 100 }).jobs.map(({ id }) => id)], before);
    coordinator.cancel(drawlessJob);
  }));

Deno.test("a training that its data or its size forbid is refused with the path and the limit", () =>
  withService(async (service) => {
    for (const [train, data, path, message] of REFUSED_WITH_DATA) {
      const response = await post(service, "/v1/training", { train, data });
      const text = await response.text();
      assert.equal(response.status, 422, text);
      const [fault] = Problem.parse(JSON.parse(text)).errors;
      assert.equal(fault.path, path, text);
      assert.match(fault.message, message);
    }
    assert.equal(service.coordinator.list({ limit: 1 }).jobs.length, 0);
  }));

Deno.test("a trained model is listed, drawn, downloaded, sampled and deleted over HTTP", () =>
  withService(async (service) => {
    const { url } = service;
    await ended(service, "/v1/training", TRAINING);
    const { models } = await (await fetch(`${url}/v1/models`)).json();
    assert.deepEqual(models.map(({ name }: { name: string }) => name), ["a-model"]);
    const filters = readPng(await (await fetch(`${url}/v1/models/a-model/filters?zoom=2`)).bytes());
    assert.deepEqual([filters.width, filters.height], [3 * 8 + 2, 2 * 8 + 2]);
    const parameters = await fetch(`${url}/v1/models/a-model/parameters`);
    assert.equal(parameters.headers.get("Content-Type"), "application/zip");
    assert.ok((await parameters.bytes()).length > 1000);

    const job = await ended(service, "/v1/jobs", {
      model: { kind: "trained", name: "a-model" },
      chains: 4,
      warmup: 5,
      draws: 5,
      seed: 1,
    });
    const images = readPng(await (await fetch(`${url}/v1/jobs/${job}/images?zoom=1`)).bytes());
    assert.deepEqual([images.width, images.height], [12, 12], "as the model was trained: 3 × 3");
    const remove = () => fetch(`${url}/v1/models/a-model`, { method: "DELETE" });
    assert.equal((await remove()).status, 204);
    const again = await remove();
    assert.deepEqual([again.status, (await again.json()).type], [404, "/problems/not-found"]);
    const stillThere = await fetch(`${url}/v1/jobs/${job}/images`); // the job keeps what its model's name stood for
    assert.equal(stillThere.status, 200);
    await stillThere.body?.cancel();
  }));

Deno.test("while data are prepared other requests are answered, and a shutdown leaves the preparation off", () =>
  withService(async (service) => {
    const { url, stop } = service;
    const data = { kind: "checkerboard", count: 3_000_000 };
    let done = false;
    const answer = post(service, "/v1/training", { train: { kind: "rbm", visible: "gaussian", epochs: 1 }, data });
    const finished = answer.then(() => done = true);
    let answered = 0;
    while (!done && answered < 20) {
      const response = await fetch(`${url}/v1/models`);
      assert.deepEqual([response.status, await response.json()], [200, { models: [] }]);
      answered++;
    }
    assert.equal(answered, 20, "on one thread no other request is answered before this one");
    await stop();
    await finished;
    const { status } = await answer;
    await (await answer).body?.cancel();
    assert.ok(status === 503 || status === 202, `${status}`);
  }));
