/** Draws of flows are the same bytes whoever makes them, by our own arithmetic and by each backend for graphs that is here. */
import { openDouble } from "../../numerics/arithmetic/double.ts";
import { trainedFlow } from "../../models/flows/trained.ts";
import { encodeTrained } from "../../models/training/trained.ts";
import { Store } from "../../coordinator/store/store.ts";
import { exportAndKeep } from "../../coordinator/uploads/exported.ts";
import { flowCases, networkOf } from "../models/flows/cases.ts";
import { expectSameBytes } from "./run_on.ts";

const [realNvp] = flowCases;
const trained = trainedFlow(networkOf(realNvp, openDouble()), realNvp.flow, realNvp.shape);

/** The flow with its graphs, as a training leaves it. */
function fill({ assets, models }: Store): void {
  const sha256 = assets.put(encodeTrained(trained));
  const about = { arrays: [], ...exportAndKeep(trained, assets) };
  models.put({ name: "moons", kind: "flow", sha256, createdAt: "2026-01-01T00:00:00.000Z", about });
}

const rest = { chains: 3, draws: 10_000, thin: 2, seed: 7 };
const graph = { kind: "onnx", name: "moons" };
const JOBS: readonly [
  string,
  typeof rest & { model: { kind: string; name: string; temperature?: number; backend?: string } },
][] = [
  ["a trained flow", { model: { kind: "trained", name: "moons", temperature: 0.9 }, ...rest }],
  ["a graph in Wasm", { model: { ...graph, backend: "wasm" }, ...rest }],
  ["a graph as native code", { model: { ...graph, backend: "native" }, ...rest }],
];

for (const [name, job] of JOBS) {
  Deno.test(`${name}: 1, 2 and 4 workers, shuffled results and kills give the same bytes`, () =>
    expectSameBytes(job, { kind: job.model.kind === "onnx" ? "graphs" : "own", fill }));
}
