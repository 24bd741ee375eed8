/** Draws of flows are the same bytes whoever makes them, by our own arithmetic and by each backend for graphs that is here. */
import assert from "node:assert/strict";
import { LocalEngine } from "../../coordinator/engines/local.ts";
import { openDouble } from "../../numerics/arithmetic/double.ts";
import { trainedFlow } from "../../models/flows/trained.ts";
import { encodeTrained } from "../../models/training/trained.ts";
import { exportFlow } from "../../onnx/export/flow.ts";
import { hashOf } from "../../onnx/export/manifest.ts";
import { flowCases, networkOf } from "../models/flows/cases.ts";
import { runOn, ShufflingEngine } from "./run_on.ts";

const [realNvp] = flowCases;
const trained = trainedFlow(networkOf(realNvp, openDouble()), realNvp.flow, realNvp.shape);
const parameters = encodeTrained(trained);
const { forward } = exportFlow(trained);
const assets = [parameters, forward];

const port = (name: string, shape: readonly number[]) => ({ name, type: "float32", shape });
const graph = {
  kind: "onnx",
  sha256: hashOf(forward),
  base: "normal",
  ports: { z: port("z", [2]), x: port("x", [2]), logDet: port("log_det", []) },
};
const rest = { chains: 3, draws: 20_000, thin: 2, seed: 7 };
const JOBS: readonly [string, object][] = [
  ["a trained flow", { model: { kind: "flow", sha256: hashOf(parameters), temperature: 0.9 }, ...rest }],
  ["a graph in Wasm", { model: { ...graph, numericClass: "wasm" }, ...rest }],
  ["a graph as native code", { model: { ...graph, numericClass: "native" }, ...rest }],
];

for (const [name, job] of JOBS) {
  Deno.test(`${name}: 1, 2 and 4 workers, shuffled results and kills give the same bytes`, async () => {
    const { hash, draws } = await runOn(new LocalEngine({ workers: 1 }), job, undefined, assets);
    assert.equal(draws, rest.draws);
    assert.equal((await runOn(new LocalEngine({ workers: 2 }), job, undefined, assets)).hash, hash);
    const shuffled = await runOn(new ShufflingEngine(new LocalEngine({ workers: 4 }), 3), job, undefined, assets);
    assert.equal(shuffled.hash, hash);
    const engine = new LocalEngine({ workers: 2 });
    let kills = 0;
    const killed = await runOn(engine, job, async () => {
      await new Promise((resolve) => setTimeout(resolve, 150));
      if (engine.pid === undefined || kills >= 2) return;
      Deno.kill(engine.pid, "SIGKILL");
      kills++;
    }, assets);
    assert.ok(kills > 0);
    assert.equal(killed.hash, hash);
    assert.notEqual((await runOn(new LocalEngine({ workers: 2 }), { ...job, seed: 8 }, undefined, assets)).hash, hash);
  });
}
