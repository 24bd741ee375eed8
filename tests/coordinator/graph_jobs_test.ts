/** Jobs that name an ONNX graph of the registry, over HTTP. */
import assert from "node:assert/strict";
import { openDouble } from "../../numerics/arithmetic/double.ts";
import { flowTarget } from "../../models/flows/model.ts";
import { trainedFlow } from "../../models/flows/trained.ts";
import { exportFlow } from "../../onnx/export/flow.ts";
import { flowCases, networkOf } from "../models/flows/cases.ts";
import { hasSoftwareAdapter } from "../onnx/session/software_adapter.ts";
import { type Service, withService } from "./with_service.ts";

const ROUNDING = 1e-4; // of single precision in another order

const [flowCase] = flowCases;
const trained = trainedFlow(networkOf(flowCase, openDouble()), flowCase.flow, flowCase.shape);
const { forward, inverse } = exportFlow(trained);

async function put({ url }: Service, name: string, bytes: Uint8Array<ArrayBuffer>, query: string): Promise<void> {
  const response = await fetch(`${url}/v1/models/${name}?${query}`, {
    method: "PUT",
    headers: { "Content-Type": "application/octet-stream" },
    body: bytes,
  });
  assert.ok(response.ok, await response.text());
}

async function post({ url }: Service, model: object): Promise<Response> {
  return await fetch(`${url}/v1/jobs`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ model: { kind: "onnx", name: "flow", ...model }, chains: 1, draws: 50, seed: 3 }),
  });
}

/** Runs a job to its end: its model's spec, its draws and its summary's warnings. */
async function run(service: Service, model: object) {
  const response = await post(service, model);
  assert.equal(response.status, 202, await response.clone().text());
  const { id, spec } = await response.json();
  while (!["completed", "failed"].includes(service.coordinator.job(id).status)) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  const job = service.coordinator.job(id);
  assert.equal(job.status, "completed", job.error?.message);
  const { chains } = await (await fetch(`${service.url}/v1/jobs/${id}/draws`)).json();
  const { warnings, numericClass } = await (await fetch(`${service.url}/v1/jobs/${id}/summary`)).json();
  return { spec, draws: chains[0] as number[][], warnings: warnings as { code: string }[], numericClass };
}

/** Variables that the processes of the service inherit. */
async function withEnvironment(variables: Record<string, string>, work: () => Promise<void>): Promise<void> {
  const before = Object.keys(variables).map((name) => [name, Deno.env.get(name)] as const);
  for (const [name, value] of Object.entries(variables)) Deno.env.set(name, value);
  try {
    await work();
  } finally {
    for (const [name, value] of before) {
      if (value === undefined) Deno.env.delete(name);
      else Deno.env.set(name, value);
    }
  }
}

/** What our own arithmetic draws with the same seed. */
function expectedDraws(temperature: number): Float64Array {
  const { batches } = flowTarget(trained, { temperature });
  const x = new Float64Array(100);
  void batches.draw(50, { index: 0, seed: 3, stream: 0, step: 1, stride: 1 }, x, new Float64Array(50));
  return x;
}

Deno.test("a graph's draws are those of the flow that it was made of, in the class of the backend that was chosen", async () => {
  await withService(async (service) => {
    await put(service, "flow", forward, "direction=forward&base=normal");
    for (const [backend, temperature] of [["wasm", 1], ["native", 0.6]] as const) {
      const { spec, draws, warnings } = await run(service, { backend, temperature });
      assert.equal(spec.model.numericClass, backend);
      assert.equal(spec.sampler.kind, "exact");
      const expected = expectedDraws(temperature);
      draws.flat().forEach((value, i) => assert.ok(Math.abs(value - expected[i]) < ROUNDING * (1 + Math.abs(value))));
      const codes = warnings.map(({ code }) => code); // one chain of independent draws is as good as many
      assert.ok(!codes.includes("backend") && !codes.includes("one-chain"), codes.join());
    }
  });
});

Deno.test({
  name: "a software adapter runs a graph where it is asked for, in a class of its own name",
  ignore: !hasSoftwareAdapter() && Deno.env.get("CI") !== "true", // of Debian's mesa-vulkan-drivers
  fn: () =>
    withEnvironment({ DENO_WEBGPU_BACKEND: "vulkan" }, () =>
      withService(async (service) => {
        await put(service, "flow", forward, "direction=forward&base=normal");
        const unasked = (await run(service, {})).spec.model.numericClass;
        assert.doesNotMatch(unasked, /^webgpu/);
        const { spec, draws, warnings } = await run(service, { backend: "webgpu" });
        assert.match(spec.model.numericClass, /^webgpu:./);
        const expected = expectedDraws(1);
        draws.flat().forEach((value, i) => assert.ok(Math.abs(value - expected[i]) < ROUNDING * (1 + Math.abs(value))));
        assert.ok(!warnings.some(({ code }) => code === "backend"));
        assert.equal((await run(service, {})).spec.model.numericClass, unasked, "nor once it was tested");
      })),
});

Deno.test("a backend that is not there gives way to the next, and the summary says so", async () => {
  await withEnvironment({ DENO_WEBGPU_BACKEND: "vulkan", VK_ICD_FILENAMES: "/nonexistent" }, async () => {
    await withService(async (service) => {
      await put(service, "flow", forward, "direction=forward&base=normal");
      const { spec, warnings } = await run(service, { backend: "webgpu" });
      assert.equal(spec.model.numericClass, "native");
      assert.ok(warnings.some(({ code }) => code === "backend"), JSON.stringify(warnings));
      const chosen = await run(service, {});
      assert.equal(chosen.spec.model.numericClass, "native", "nothing was asked for, so that nothing is missing");
      assert.ok(!chosen.warnings.some(({ code }) => code === "backend"));
    });
  });
});

Deno.test("names, options and graphs that cannot be drawn from are refused by their place in the job", async () => {
  await withService(async (service) => {
    await put(service, "flow", forward, "direction=forward&base=normal");
    await put(service, "back", inverse, "direction=inverse&base=normal");
    const refused: [object, string][] = [
      [{ name: "missing" }, "model.name"],
      [{ name: "back" }, "model.name"],
      [{ backend: "cuda" }, "model.backend"],
      [{ class: 1 }, "model.class"],
      [{ temperature: -1 }, "model.temperature"],
      [{ sha256: "0".repeat(64) }, "model.sha256"],
    ];
    for (const [model, path] of refused) {
      const response = await post(service, model);
      assert.equal(response.status, 422);
      const { errors } = await response.json();
      assert.equal(errors[0].path, path, JSON.stringify(errors));
    }
  });
});
