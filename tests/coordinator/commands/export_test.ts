import assert from "node:assert/strict";
import { openSingle } from "../../../numerics/arithmetic/single.ts";
import { trainedFlow } from "../../../models/flows/trained.ts";
import { encodeTrained } from "../../../models/training/trained.ts";
import { exportModel } from "../../../coordinator/commands/export.ts";
import { UsageError } from "../../../coordinator/commands/usage.ts";
import { hashOf, Manifest } from "../../../onnx/export/manifest.ts";
import { ergodic, withFiles } from "../../command_line.ts";
import { flowCases, networkOf } from "../../models/flows/cases.ts";

const [flowCase] = flowCases;
const FLOW = encodeTrained(
  trainedFlow(networkOf(flowCase, openSingle({ bytes: 2 ** 22 })), flowCase.flow, flowCase.shape),
);
const BOLTZMANN = encodeTrained({ config: { kind: "boltzmann" }, arrays: {} });

Deno.test("export writes both graphs of a flow, and a manifest that names them", () =>
  withFiles({ "flow.model": FLOW }, async (path) => {
    const { code, stdout, stderr } = await ergodic("export", path("flow.model"), "--out", path("made/flow"));
    assert.equal(code, 0, stderr);
    assert.deepEqual(stdout.match(/\w+\.(onnx|json)/g), ["forward.onnx", "inverse.onnx", "manifest.json"]);
    const manifest = Manifest.parse(JSON.parse(await Deno.readTextFile(path("made/flow/manifest.json"))));
    assert.ok(manifest.kind === "flow");
    assert.equal(manifest.parameters, hashOf(FLOW));
    for (const { file, sha256 } of [manifest.forward, manifest.inverse]) {
      assert.equal(hashOf(await Deno.readFile(path(`made/flow/${file}`))), sha256);
    }
  }));

const wrong: readonly (readonly [readonly string[], RegExp])[] = [
  [[], /expects one file/],
  [["@flow.model"], /expects --out FOLDER/],
  [["@missing.model", "--out", "@made"], /there is no file/],
  [["@text.txt", "--out", "@made"], /not trained parameters/],
  [["@boltzmann.model", "--out", "@made"], /flows, RBMs and Hopfield networks/],
  [["@flow.model", "--out", "@text.txt"], /is a file: --out expects a folder/],
];

for (const [words, message] of wrong) {
  Deno.test(`export ${words.join(" ")}: ${message.source}`, () =>
    withFiles({ "flow.model": FLOW, "boltzmann.model": BOLTZMANN, "text.txt": "text" }, async (path) => {
      const named = words.map((word) => word.startsWith("@") ? path(word.slice(1)) : word);
      await assert.rejects(exportModel(named), (error) => error instanceof UsageError && message.test(error.message));
    }));
}
