/** What torch exported is taken as it is, and gives what torch gives: over the whole service, by the Open Inference Protocol. */
import { type Service, withService } from "../../coordinator/with_service.ts"; // first: it readies zod for the routes
import assert from "node:assert/strict";
import { z } from "zod";
import { InferenceResponse } from "../../../coordinator/schema/inference.ts";
import { ModelView } from "../../../coordinator/schema/models.ts";
import { good } from "./hostile.ts";

const TOLERANCE = 1e-5; // relative to 1 + |value|: single precision against single precision

const Numbers: z.ZodType<number[] | number[][]> = z.union([z.array(z.number()), z.array(z.array(z.number()))]);
const Golden = z.record(
  z.string(),
  z.object({
    query: z.record(z.string(), z.string()),
    inputs: z.record(z.string(), z.array(z.array(z.number()))),
    outputs: z.record(z.string(), Numbers),
    logProb: z.array(z.number()).optional(),
  }),
);
const golden = Golden.parse(JSON.parse(Deno.readTextFileSync(new URL("./torch/golden.json", import.meta.url))));

export async function put(
  { url }: Service,
  name: string,
  file: string,
  query: Record<string, string>,
): Promise<ModelView> {
  const response = await fetch(`${url}/v1/models/${name}?${new URLSearchParams(query)}`, {
    method: "PUT",
    body: good(file),
  });
  const text = await response.text();
  assert.equal(response.status, 200, text);
  return ModelView.parse(JSON.parse(text));
}

function assertClose(found: readonly number[], expected: readonly number[], what: string): void {
  assert.equal(found.length, expected.length, what);
  expected.forEach((value, i) =>
    assert.ok(
      Math.abs(found[i] - value) <= TOLERANCE * (1 + Math.abs(value)),
      `${what}[${i}]: ${found[i]}, torch ${value}`,
    )
  );
}

Deno.test("three architectures and an energy network of plain torch are imported and give torch's numbers", () =>
  withService(async (service) => {
    for (const [name, { query, inputs, outputs }] of Object.entries(golden)) {
      const view = await put(service, name, name, query);
      assert.deepEqual(view.warnings, [], name);
      const [[input, rows]] = Object.entries(inputs);
      const body = { inputs: [{ name: input, shape: [rows.length, rows[0].length], datatype: "FP32", data: rows }] };
      const response = await fetch(`${service.url}/v2/models/${name}/infer`, {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify(body),
      });
      const text = await response.text();
      assert.equal(response.status, 200, text);
      const answer = InferenceResponse.parse(JSON.parse(text));
      for (const { name: output, data } of answer.outputs) {
        assertClose(z.array(z.number()).parse(data), outputs[output].flat(), `${name}.${output}`);
      }
    }
  }));

/** Posts JSON to a model, and gives the answer. */
async function use({ url }: Service, path: string, body: unknown): Promise<Record<string, unknown>> {
  const headers = { "Content-Type": "application/json" };
  const response = await fetch(`${url}/v1/models/${path}`, { method: "POST", headers, body: JSON.stringify(body) });
  const text = await response.text();
  assert.equal(response.status, 200, `${path}: ${text}`);
  return JSON.parse(text);
}

Deno.test("imported flows are scored as torch scores them, and sampled with the log densities of their samples", () =>
  withService(async (service) => {
    const numbers = z.array(z.number());
    for (const name of ["nvp_inverse", "maf"]) {
      const { query, inputs, logProb = [] } = golden[name];
      await put(service, name, name, query);
      const [x] = Object.values(inputs);
      assertClose(numbers.parse((await use(service, `${name}/log-prob`, { x })).logProb), logProb, name);
    }
    const { inputs, outputs, query } = golden.energy;
    await put(service, "energy", "energy", query);
    const energies = numbers.parse((await use(service, "energy/log-prob", { x: inputs.theta })).logProb);
    assertClose(energies.map((value) => -value), outputs.U.flat(), "energy");

    await put(service, "pair", "nvp_forward", golden.nvp_forward.query);
    await put(service, "pair", "nvp_inverse", golden.nvp_inverse.query);
    const { x, logProb } = await use(service, "pair/sample", { count: 50, seed: 3 });
    const scored = await use(service, "pair/log-prob", { x });
    assertClose(numbers.parse(logProb), numbers.parse(scored.logProb), "samples");
    assert.deepEqual(
      (await use(service, "pair/sample", { count: 20, seed: 3 })).x,
      z.array(numbers).parse(x).slice(0, 20),
    );
    const planar = await put(service, "planar", "planar", golden.planar.query);
    assert.equal(planar.direction, "forward");
    assert.equal(numbers.parse((await use(service, "planar/sample", { count: 5, seed: 1 })).logProb).length, 5);
  }));

Deno.test("an imported flow is sampled by a job", () =>
  withService(async (service) => {
    await put(service, "planar", "planar", golden.planar.query);
    const response = await fetch(`${service.url}/v1/jobs`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ model: { kind: "onnx", name: "planar" }, chains: 1, draws: 100, seed: 1 }),
    });
    const { id } = z.object({ id: z.string() }).parse(await response.json());
    await (await fetch(`${service.url}/v1/jobs/${id}/events`)).text(); // to its end
    assert.equal(service.coordinator.job(id).status, "completed", JSON.stringify(service.coordinator.job(id).error));
  }));

Deno.test("a graph is taken as what clients say of bytes of which they were told nothing; text is refused as text", () =>
  withService(async ({ url }) => {
    const upload = async (type: string) => {
      const body = new Blob([good("planar")], { type });
      const response = await fetch(`${url}/v1/models/planar?base=normal`, { method: "PUT", body });
      return [response.status, await response.text()] as const;
    };
    for (const type of ["", "application/x-www-form-urlencoded"]) {
      assert.equal((await upload(type))[0], 200, type);
    }
    const [status, text] = await upload("text/plain");
    assert.equal(status, 415, text);
    assert.match(text, /expected Content-Type application\/octet-stream/);
  }));

Deno.test("names, shapes and the uploader's word tell what torch's graphs are", () =>
  withService(async (service) => {
    const told = async (file: string, query: Record<string, string>) => {
      const { kind, direction, base, dim, inputs = [], outputs = [] } = await put(service, file, file, query);
      return [kind, direction, base, dim, ...[...inputs, ...outputs].map(({ name, role }) => `${name}: ${role}`)];
    };
    assert.deepEqual(await told("planar", { base: "normal" }), [
      "flow",
      "forward",
      "normal",
      2,
      "z: z",
      "x: x",
      "log_det: logDet",
    ]);
    assert.deepEqual(await told("maf", { direction: "inverse", base: "logistic" }), [
      "flow",
      "inverse",
      "logistic",
      4,
      "data: x",
      "a: z",
      "b: logDet",
    ]);
    assert.deepEqual(await told("energy", { energy: "U" }), [
      "density",
      undefined,
      undefined,
      3,
      "theta: x",
      "U: energy",
    ]);
  }));

Deno.test("what a graph does not tell and its uploader did not say is refused by name", () =>
  withService(async ({ url }) => {
    const refusals: [file: string, query: string, path: string, message: RegExp][] = [
      ["planar", "", "base", /base=normal/],
      ["planar", "base=normal&direction=inverse", "x", /the inverse graph of a flow takes x/],
      ["planar", "base=normal&x=z", "direction", /./],
      ["planar", "base=normal&z=nowhere", "z", /no input or output "nowhere"/],
      ["planar", "base=normal&logDet=z", "logDet", /is an output, and "z" is an input/],
      ["planar", "base=cauchy", "base", /expected/],
      ["planar", "role=z", "role", /not known here/],
      ["nvp_inverse", "base=normal", "direction", /say direction=forward/],
      ["energy", "", "logProb", /energy/],
      ["energy", "energy=U&base=normal", "base", /no base/],
    ];
    for (const [file, query, path, message] of refusals) {
      const response = await fetch(`${url}/v1/models/m?${query}`, { method: "PUT", body: good(file) });
      const problem = await response.json();
      assert.equal(response.status, 422, `${file} ${query}: ${JSON.stringify(problem)}`);
      assert.equal(problem.errors[0].path, path, `${file} ${query}: ${problem.detail}`);
      assert.match(problem.errors[0].message, message);
    }
  }));

Deno.test("a forward and an inverse graph join under one name when they undo each other, and only then", () =>
  withService(async (service) => {
    const { url } = service;
    await put(service, "nvp", "nvp_forward", { base: "normal" });
    const both = await put(service, "nvp", "nvp_inverse", { base: "normal", direction: "inverse" });
    assert.deepEqual(both.graphs?.map(({ direction }) => direction), ["forward", "inverse"]);
    assert.deepEqual(
      await put(service, "nvp", "nvp_inverse", { base: "normal", direction: "inverse" }),
      both,
      "the same again",
    );
    for (const [direction, file] of [["forward", "nvp_forward"], ["inverse", "nvp_inverse"]]) {
      const response = await fetch(`${url}/v1/models/nvp/onnx?direction=${direction}`);
      assert.deepEqual(new Uint8Array(await response.arrayBuffer()), good(file));
    }
    const refused = async (name: string, file: string, query: string, message: RegExp) => {
      const response = await fetch(`${url}/v1/models/${name}?${query}`, { method: "PUT", body: good(file) });
      assert.equal(response.status, 422);
      assert.match((await response.json()).detail, message);
    };
    await refused("nvp", "maf", "base=normal&direction=inverse", /dimensions/);
    await refused("nvp", "nvp_inverse", "base=logistic&direction=inverse", /base/);
    // The inverse map taken for a forward one is a flow too, but not the inverse of the inverse graph.
    await put(service, "other", "nvp_inverse", { base: "normal", direction: "forward" });
    await refused("other", "nvp_inverse", "base=normal&direction=inverse", /inverse\(forward\(z\)\) is off by/);
  }));

Deno.test("a name points to another, or to what it was", () =>
  withService(async (service) => {
    const { url } = service;
    const alias = async (name: string, target: string) => {
      const headers = { "Content-Type": "application/json" };
      const response = await fetch(`${url}/v1/models/${name}`, {
        method: "PUT",
        headers,
        body: JSON.stringify({ alias: target }),
      });
      return { status: response.status, body: await response.json() };
    };
    const first = await put(service, "m", "planar", { base: "normal" });
    assert.equal((await alias("latest", "m")).status, 200);
    assert.equal((await alias("pinned", `m@${first.sha256.slice(0, 12)}`)).body.alias, `m@${first.sha256}`);
    const second = await put(service, "m", "energy", { energy: "U" });
    const hash = async (name: string) => ModelView.parse(await (await fetch(`${url}/v1/models/${name}`)).json()).sha256;
    assert.equal(await hash("latest"), second.sha256);
    assert.equal(await hash("pinned"), first.sha256);
    assert.equal((await alias("m", "m")).status, 422);
    assert.equal((await alias("again", "latest")).status, 422);
    assert.equal((await alias("m", "pinned")).status, 422);
    assert.equal((await alias("x", "nowhere")).status, 422);
    assert.equal((await alias("x", `m@${first.sha256}`)).status, 422);
    const removed = async (name: string) => {
      const response = await fetch(`${url}/v1/models/${name}`, { method: "DELETE" });
      await response.body?.cancel();
      return response.status;
    };
    assert.equal(await removed("m"), 409);
    assert.equal(await removed("latest"), 204);
    assert.equal(await removed("m"), 204);
    assert.equal(await hash("pinned"), first.sha256);
  }));
