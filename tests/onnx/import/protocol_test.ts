/** The Open Inference Protocol as its clients speak it: metadata, JSON, binary tensors, versions, and what is refused. */
import { type Service, withService } from "../../coordinator/with_service.ts"; // first: it readies zod for the routes
import assert from "node:assert/strict";
import { good } from "./hostile.ts";

const HEADER = "Inference-Header-Content-Length";

async function withModels(use: (service: Service) => Promise<void>): Promise<void> {
  await withService(async (service) => {
    for (
      const [name, file, query] of [
        ["nvp", "nvp_forward", "base=normal"],
        ["nvp", "nvp_inverse", "base=normal&direction=inverse"],
        ["energy", "energy", "energy=U"],
      ]
    ) {
      const response = await fetch(`${service.url}/v1/models/${name}?${query}`, { method: "PUT", body: good(file) });
      assert.equal(response.status, 200, await response.text());
    }
    await use(service);
  });
}

Deno.test("the protocol tells the server, the models, their versions and that they are ready", () =>
  withModels(async ({ url }) => {
    const get = async (path: string) => {
      const response = await fetch(url + path);
      return [response.status, await response.json()];
    };
    assert.deepEqual(await get("/v2"), [200, { name: "ergodic", version: "1", extensions: ["binary_tensor_data"] }]);
    assert.deepEqual(await get("/v2/health/live"), [200, { live: true }]);
    assert.deepEqual(await get("/v2/health/ready"), [200, { ready: true }]);
    assert.deepEqual(await get("/v2/models/nvp/ready"), [200, { name: "nvp", ready: true }]);
    assert.deepEqual(await get("/v2/models/energy"), [200, {
      name: "energy",
      versions: ["1"],
      platform: "onnxruntime_onnx",
      inputs: [{ name: "theta", datatype: "FP32", shape: [-1, 3] }],
      outputs: [{ name: "U", datatype: "FP32", shape: [-1] }],
    }]);
    const [status, inverse] = await get("/v2/models/nvp/versions/inverse");
    assert.deepEqual([status, inverse.versions, inverse.inputs[0].name], [200, ["forward", "inverse"], "input"]);
    for (const path of ["/v2/models/none", "/v2/models/nvp/versions/7", "/v2/models/energy/versions/forward/ready"]) {
      assert.equal((await get(path))[0], 404, path);
    }
  }));

Deno.test("tensors as bytes give the values that JSON gives, in requests and answers, from either version", () =>
  withModels(async ({ url }) => {
    const rows = Float32Array.from({ length: 12 }, (_, i) => Math.sin(i));
    const asJson = await (await fetch(`${url}/v2/models/nvp/infer`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({
        id: "a",
        inputs: [{ name: "noise", shape: [2, 6], datatype: "FP32", data: [[...rows.slice(0, 6)], [...rows.slice(6)]] }],
      }),
    })).json();
    assert.deepEqual([asJson.model_name, asJson.model_version, asJson.id], ["nvp", "forward", "a"]);

    const send = async (version: string, head: object, bytes: Uint8Array<ArrayBuffer>) => {
      const text = JSON.stringify(head);
      const response = await fetch(`${url}/v2/models/nvp/versions/${version}/infer`, {
        method: "POST",
        headers: { "Content-Type": "application/octet-stream", [HEADER]: String(text.length) },
        body: new Blob([text, bytes]),
      });
      assert.equal(response.status, 200);
      const length = Number(response.headers.get(HEADER));
      const body = new Uint8Array(await response.arrayBuffer());
      return { json: JSON.parse(new TextDecoder().decode(body.slice(0, length))), bytes: body.slice(length) };
    };
    const there = await send("forward", {
      inputs: [{ name: "noise", shape: [2, 6], datatype: "FP32", parameters: { binary_data_size: 48 } }],
      outputs: [{ name: "samples", parameters: { binary_data: true } }, { name: "ladj" }],
    }, new Uint8Array(rows.buffer));
    assert.equal(there.json.outputs[0].parameters.binary_data_size, 48);
    assert.deepEqual([...new Float32Array(there.bytes.buffer)], asJson.outputs[0].data);
    assert.deepEqual(there.json.outputs[1].data, asJson.outputs[1].data);

    const back = await send("inverse", {
      parameters: { binary_data_output: true },
      inputs: [{ name: "input", shape: [2, 6], datatype: "FP32", parameters: { binary_data_size: 48 } }],
      outputs: [{ name: "output" }],
    }, there.bytes);
    const z = new Float32Array(back.bytes.buffer);
    rows.forEach((value, i) => assert.ok(Math.abs(z[i] - value) < 1e-5));
  }));

Deno.test("requests that do not fit the graph are refused, each with its path, and the process serves on", () =>
  withModels(async ({ url }) => {
    const row = { name: "theta", shape: [1, 3], datatype: "FP32", data: [1, 2, 3] };
    const refusals: [body: unknown, path: string][] = [
      [{}, "inputs"],
      [{ inputs: [] }, "inputs"],
      [{ inputs: [{ ...row, name: "x" }] }, "inputs.0.name"],
      [{ inputs: [row, row] }, "inputs.1.name"],
      [{ inputs: [{ ...row, datatype: "FP64" }] }, "inputs.0.datatype"],
      [{ inputs: [{ ...row, datatype: "BYTES" }] }, "inputs.0.datatype"],
      [{ inputs: [{ ...row, shape: [3] }] }, "inputs.0.shape"],
      [{ inputs: [{ ...row, shape: [1, 4] }] }, "inputs.0.shape"],
      [{ inputs: [{ ...row, shape: [0, 3], data: [] }] }, "inputs.0.shape"],
      [{ inputs: [{ ...row, shape: [2 ** 31 - 1, 3] }] }, "inputs.0.shape"],
      [{ inputs: [{ ...row, shape: [2, 3] }] }, "inputs.0.data"],
      [{ inputs: [{ ...row, data: [1, 2, 3, 4] }] }, "inputs.0.data"],
      [{ inputs: [{ ...row, data: [1, "2", 3] }] }, "inputs.0.data.1"],
      [{ inputs: [{ ...row, data: [1, null, 3] }] }, "inputs.0.data.1"],
      [{ inputs: [{ ...row, data: undefined }] }, "inputs.0"],
      [{ inputs: [{ ...row, parameters: { binary_data_size: 12 } }] }, "inputs.0"],
      [{ inputs: [{ ...row, data: undefined, parameters: { binary_data_size: 12 } }] }, "inputs.0"],
      [{ inputs: [row], outputs: [{ name: "V" }] }, "outputs.0.name"],
      [{ inputs: [row], extra: 1 }, "extra"],
    ];
    const send = (body: unknown, headers: Record<string, string> = {}) =>
      fetch(`${url}/v2/models/energy/infer`, {
        method: "POST",
        headers: { "Content-Type": "application/json", ...headers },
        body: typeof body === "string" ? body : JSON.stringify(body),
      });
    for (const [body, path] of refusals) {
      const response = await send(body);
      const problem = await response.json();
      assert.equal(response.status, 422, JSON.stringify(problem));
      assert.deepEqual(Object.keys(problem), ["error"]);
      assert.equal(problem.error.split(": ")[0], path, problem.error);
    }
    for (
      const [body, headers, status] of [
        ["", {}, 400],
        ["{", {}, 400],
        ["{}", { [HEADER]: "9" }, 400],
        ["{}xx", { [HEADER]: "1" }, 400],
        ["{}", { [HEADER]: "-1" }, 422],
        ["{}", { "Content-Type": "text/plain" }, 415],
      ] as const
    ) {
      const response = await send(body, headers);
      assert.equal(response.status, status, await response.text());
    }
    const response = await send({ inputs: [row] });
    assert.equal((await response.json()).outputs[0].data.length, 1);
  }));
