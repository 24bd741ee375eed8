import { withService } from "../with_service.ts"; // first: it readies zod for the routes
import assert from "node:assert/strict";
import { ergodic, withFiles } from "../../command_line.ts";
import { good } from "../../onnx/import/hostile.ts";

Deno.test("models are imported, listed, shown and removed in a store, and what is wrong is said", () =>
  withFiles({ "planar.onnx": good("planar"), "energy.onnx": good("energy"), "text.onnx": "no model" }, async (path) => {
    const models = (...words: string[]) => ergodic("models", ...words, "--store", path("store"));
    const imported = await models("import", path("planar.onnx"), "--base", "normal", "--map", "z=z");
    assert.equal(imported.code, 0, imported.stderr);
    assert.match(imported.stdout, /^planar: flow, base normal, 2 dimensions/);
    assert.match((await models("list")).stdout, /^planar +flow +forward +normal/);
    assert.equal(JSON.parse((await models("show", "planar", "--json")).stdout).direction, "forward");
    for (
      const [words, message] of [
        [["import", path("energy.onnx")], /^logProb: .*energy/],
        [["import", path("text.onnx")], /not an ONNX model/],
        [["import", path("none.onnx")], /there is no file/],
        [["import", path("planar.onnx"), "--base", "cauchy"], /--base expects one of normal, logistic, uniform/],
        [["import", path("planar.onnx"), "--map", "z=noise"], /--map expects NAME=ROLE/],
        [["show", "none"], /there is no model "none"/],
        [["list", "--base", "normal"], /--base is an option of models import/],
      ] as const
    ) {
      const { code, stderr } = await models(...words);
      assert.equal(code, 2, stderr);
      assert.match(stderr, message);
    }
    assert.equal((await models("remove", "planar")).code, 0);
    assert.match((await models("list")).stdout, /the registry is empty/);
  }));

Deno.test("a running service is reached by its address, with its token", () =>
  withService(({ url }) =>
    withFiles({ "planar.onnx": good("planar") }, async (path) => {
      const models = (...words: string[]) => ergodic("models", ...words, "--url", url);
      const file = path("planar.onnx");
      const refused = await models("import", file, "--token", "secret");
      assert.deepEqual([refused.code, refused.stderr.split(":")[0]], [2, "base"]);
      assert.match((await models("import", file, "--base", "normal")).stderr, /token/);
      const imported = await models("import", file, "--base", "normal", "--token", "secret");
      assert.equal(imported.code, 0, imported.stderr);
      assert.match((await models("list", "--token", "secret")).stdout, /^planar +flow/);
      for (const route of ["/v2", "/v2/models/planar", "/v2/health/ready"]) {
        const response = await fetch(url + route);
        assert.equal(response.status, 401, await response.text());
      }
    }), { token: "secret" }));
