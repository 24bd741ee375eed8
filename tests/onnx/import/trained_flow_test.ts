/** A flow that was trained here enters the registry with its ONNX pair, which an import takes back. */
import { withService } from "../../coordinator/with_service.ts"; // first: it readies zod for the routes
import assert from "node:assert/strict";
import { exportFlow } from "../../../onnx/export/flow.ts";
import { ModelView } from "../../../coordinator/schema/models.ts";

Deno.test("a trained flow has its ONNX pair in the registry, which is taken back as an upload", () =>
  withService(async ({ url, coordinator }) => {
    const { id } = await coordinator.submitTraining({
      train: { kind: "real-nvp", couplings: 2, hidden: [8], epochs: 1, batchSize: 50 },
      data: { kind: "two-moons", count: 200, validation: 0.1 },
      name: "moons",
      seed: 1,
    });
    await (await fetch(`${url}/v1/jobs/${id}/events`)).text(); // to its end
    const view = ModelView.parse(await (await fetch(`${url}/v1/models/moons`)).json());
    assert.deepEqual([view.kind, view.base, view.dim, view.job, view.graphs?.map(({ direction }) => direction)], [
      "flow",
      "normal",
      2,
      id,
      ["forward", "inverse"],
    ]);
    const exported = exportFlow(coordinator.trained("moons"));
    for (const direction of ["forward", "inverse"] as const) {
      const response = await fetch(`${url}/v1/models/moons/onnx?direction=${direction}`);
      const bytes = new Uint8Array(await response.arrayBuffer());
      assert.deepEqual(bytes, exported[direction]);
      const taken = await fetch(`${url}/v1/models/back?base=normal`, { method: "PUT", body: bytes });
      assert.equal(taken.status, 200, await taken.clone().text());
      const back = ModelView.parse(await taken.json());
      assert.deepEqual(back.warnings, []);
      if (direction === "inverse") {
        const roles = (graphs: ModelView["graphs"]) => graphs?.map(({ inputs, outputs }) => [inputs, outputs]);
        assert.deepEqual(roles(back.graphs), roles(view.graphs));
      }
    }
    const putManifest = async (manifest: unknown) => {
      const headers = { "Content-Type": "application/json" };
      const response = await fetch(`${url}/v1/models/back`, { method: "PUT", headers, body: JSON.stringify(manifest) });
      return { status: response.status, body: await response.json() };
    };
    const { manifest } = exported;
    const { status, body } = await putManifest(manifest);
    assert.equal(status, 200, JSON.stringify(body));
    assert.ok(body.vectors.error <= body.vectors.tolerance);
    const [first, ...others] = manifest.vectors.inverse.logProb;
    const moved = { ...manifest.vectors.inverse, logProb: [first + 1e-3, ...others] };
    for (
      const [twin, path] of [
        [{ ...manifest, vectors: { ...manifest.vectors, inverse: moved } }, "vectors.inverse"],
        [{ ...manifest, forward: { ...manifest.forward, sha256: "0".repeat(64) } }, "forward.sha256"],
        [{ ...manifest, tolerance: -1 }, "tolerance"],
      ] as const
    ) {
      const refused = await putManifest(twin);
      assert.deepEqual([refused.status, refused.body.errors[0].path], [422, path]);
    }
    const parameters = await fetch(`${url}/v1/models/back/parameters`);
    assert.equal(parameters.status, 404, await parameters.text());
    const job = await fetch(`${url}/v1/jobs`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ model: { kind: "trained", name: "back" } }),
    });
    assert.match(await job.text(), /uploaded ONNX graph/);
  }));
