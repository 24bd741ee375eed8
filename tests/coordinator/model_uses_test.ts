/** Small uses of flows that are answered at once, over HTTP: trained ones and uploaded graphs. */
import assert from "node:assert/strict";
import { encode as packed } from "@msgpack/msgpack";
import { openDouble } from "../../numerics/arithmetic/double.ts";
import { flowTarget } from "../../models/flows/model.ts";
import { trainedFlow } from "../../models/flows/trained.ts";
import { exportFlow } from "../../onnx/export/flow.ts";
import { flowCases, networkOf } from "../models/flows/cases.ts";
import { type Service, withService } from "./with_service.ts";

const ROUNDING = 2e-4; // of single precision in another order

const flowOf = (name: string) => {
  const flowCase = flowCases.find((flowCase) => flowCase.name === name);
  assert.ok(flowCase);
  return trainedFlow(networkOf(flowCase, openDouble()), flowCase.flow, flowCase.shape);
};
const trained = flowOf("real-nvp"), ofClasses = flowOf("real-nvp of classes");
const { forward, inverse } = exportFlow(trained);

/** Two models of the same flow, `trained` and `graph`, and `classes` of another. */
async function withModels(work: (service: Service) => Promise<void>): Promise<void> {
  await withService(async (service) => {
    service.coordinator.keepModel("trained", trained);
    service.coordinator.keepModel("classes", ofClasses);
    for (const [direction, body] of [["forward", forward], ["inverse", inverse]] as const) {
      const url = `${service.url}/v1/models/graph?direction=${direction}&base=normal`;
      const response = await fetch(url, { method: "PUT", body });
      assert.ok(response.ok, await response.text());
    }
    await work(service);
  });
}

async function ask(service: Service, path: string, body: unknown, status = 200) {
  const response = await fetch(`${service.url}/v1/models/${path}`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
  const answer = await response.json();
  assert.equal(response.status, status, JSON.stringify(answer));
  return answer;
}

function assertClose(found: readonly number[], expected: readonly number[], what: string): void {
  assert.equal(found.length, expected.length, what);
  found.forEach((value, i) =>
    assert.ok(
      Math.abs(value - expected[i]) < ROUNDING * (1 + Math.abs(expected[i])),
      `${what}: ${value}, ${expected[i]}`,
    )
  );
}

Deno.test("trained flows and their graphs answer alike, and what they answer belongs together", async () => {
  await withModels(async (service) => {
    const target = flowTarget(trained, { temperature: 1 });
    for (const name of ["trained", "graph"]) {
      const more = await ask(service, `${name}/sample`, { count: 60, seed: 9 });
      const fewer = await ask(service, `${name}/sample`, { count: 7, seed: 9 });
      assert.deepEqual(fewer, { ...more, x: more.x.slice(0, 7), logProb: more.logProb.slice(0, 7) });
      const { x, logProb }: { x: number[][]; logProb: number[] } = more;
      assertClose(logProb, x.map((row) => target.logDensity(Float64Array.from(row))), `${name}'s densities`);
      assertClose((await ask(service, `${name}/log-prob`, { x })).logProb, logProb, `${name}'s densities of rows`);
      const { x: back, error } = await ask(service, `${name}/reconstruct`, { x });
      assertClose(back.flat(), x.flat(), `${name}'s way to noise and back`);
      assert.ok(error < 1e-4);
      const between = await ask(service, `${name}/interpolate`, { from: x[0], to: x[1], steps: 5 });
      assert.equal(between.x.length, 5);
      assertClose([...between.x[0], ...between.x[4]], [...x[0], ...x[1]], `${name}'s ends`);
    }
    const [own, graph] = await Promise.all(
      ["trained", "graph"].map((name) => ask(service, `${name}/encode`, { x: [[0.3, -1], [2, 0.1]] })),
    );
    assertClose(graph.z.flat(), own.z.flat(), "noise");
  });
});

Deno.test("a sample is that of a job of one chain with its seed", async () => {
  await withModels(async (service) => {
    for (const name of ["trained", "graph"]) {
      const { x, logProb } = await ask(service, `${name}/sample`, { count: 2500, seed: 4, temperature: 0.8 });
      const body = { kind: name === "graph" ? "onnx" : "trained", name, temperature: 0.8 };
      const spec = { model: body, chains: 1, draws: 2500, seed: 4 };
      await service.coordinator.prepare(spec);
      const { id } = service.coordinator.submit(spec);
      while (service.coordinator.job(id).status !== "completed") {
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      const draws = await (await fetch(`${service.url}/v1/jobs/${id}/draws`)).json();
      assert.deepEqual(draws.chains[0], x);
      assert.equal(logProb.length, 2500, "of segments that end within runs");
    }
  });
});

Deno.test("the typed client and MessagePack get the same answers", async () => {
  await withModels(async (service) => {
    const json = await ask(service, "classes/sample", { count: 3, seed: 1, class: 2 });
    const typed = await service.api.v1.models[":name"].sample.$post({
      param: { name: "classes" },
      json: { count: 3, seed: 1, class: 2 },
    });
    assert.deepEqual(await typed.json(), json);
    const inMessagePack = await fetch(`${service.url}/v1/models/classes/sample`, {
      method: "POST",
      headers: { "Content-Type": "application/msgpack" },
      body: packed({ count: 3, seed: 1, class: 2 }),
    });
    assert.deepEqual(await inMessagePack.json(), json);
  });
});

Deno.test("what cannot be answered is refused by its place, and what is too much is a job's", async () => {
  await withModels(async (service) => {
    const refused: [string, unknown, string, RegExp][] = [
      ["classes/sample", { count: 1 }, "class", /from 0 to 2/],
      ["trained/sample", { count: 1, class: 0 }, "class", /no class/],
      ["graph/sample", { count: 1, class: 0 }, "class", /no context/],
      ["trained/sample", { count: 0 }, "count", /1/],
      ["classes/sample", { count: 60_000, class: 0 }, "count", /POST \/v1\/jobs/],
      ["trained/log-prob", { x: [[1, 2], [3]] }, "x.1", /expected 2 numbers/],
      ["trained/log-prob", { x: [] }, "x", /./],
      ["trained/interpolate", { from: [1], to: [1, 2] }, "from", /expected 2 numbers/],
    ];
    for (const [path, body, where, message] of refused) {
      const { errors } = await ask(service, path, body, 422);
      assert.equal(errors[0].path, where, JSON.stringify(errors));
      assert.match(errors[0].message, message);
    }
    await ask(service, "missing/sample", { count: 1 }, 404);
  });
});
