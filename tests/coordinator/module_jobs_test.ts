/** Users' modules over HTTP: what is refused says where, what is taken says what was found. */
import assert from "node:assert/strict";
import { MODEL_EXAMPLES } from "../../coordinator/routes/examples.ts";
import { withService } from "./with_service.ts";

const { module } = MODEL_EXAMPLES;

Deno.test("a module is examined before its job is taken: refused with line and column, or pinned with what was found", () =>
  withService(async ({ url, coordinator }) => {
    const post = async (model: unknown, rest: object = { chains: 2, warmup: 200, draws: 200, seed: 1 }) => {
      const response = await fetch(`${url}/v1/jobs`, {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify({ model, ...rest }),
      });
      return { status: response.status, body: await response.json() };
    };
    const refused = async (model: unknown, path: string, says: RegExp) => {
      const { status, body } = await post(model);
      assert.equal(status, 422, JSON.stringify(body));
      assert.equal(body.errors[0].path, path);
      assert.match(body.errors[0].message, says);
    };
    await refused({ kind: "module" }, "model.source", /expected the text/);
    await refused(
      { kind: "module", source: "export const dim = 1;\nexport function logDensity(x) { return fetch(x[0]); }" },
      "model.source",
      /^line 2, column 40: found fetch/,
    );
    await refused(
      { kind: "module", source: "export const dim = 1;\nexport function logDensity(x) {" },
      "model.source",
      /^line 2/,
    );
    const examined = {
      sha256: "0".repeat(64),
      coordinates: [{ name: "a", shape: [] }],
      generated: [],
      gradient: "given",
      simulates: false,
      warnings: [],
    };
    await refused({ ...module, examined }, "model.examined", /is no key/);
    await refused({ ...module, data: { y: [1] } }, "model.source", /./);

    const taken = await post(module);
    assert.equal(taken.status, 202, JSON.stringify(taken.body));
    assert.equal(taken.body.spec.model.examined.generated[0].name, "tau");
    while (["queued", "running"].includes(coordinator.job(taken.body.id).status)) {
      await new Promise((resolve) => setTimeout(resolve, 30));
    }
    assert.equal(coordinator.job(taken.body.id).status, "completed");

    const source =
      "export const dim = 1;\nexport function logDensity(x) {\n  if (x[0] > 2.5) throw new Error('too far');\n  return -x[0] * x[0] / 18;\n}";
    const late = await post({ kind: "module", source });
    assert.equal(late.status, 202, JSON.stringify(late.body));
    while (["queued", "running"].includes(coordinator.job(late.body.id).status)) {
      await new Promise((resolve) => setTimeout(resolve, 30));
    }
    const { status, error } = coordinator.job(late.body.id);
    assert.equal(status, "failed");
    assert.match(error?.message ?? "", /^source: line 3, column \d+: .*too far/);
  }));
