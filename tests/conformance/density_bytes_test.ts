/** Draws of a density that is an ONNX graph are the same bytes whoever makes them, in each class that a graph can answer at once in. */
import { Uploads } from "../../coordinator/uploads/uploads.ts";
import type { Store } from "../../coordinator/store/store.ts";
import { good } from "../onnx/import/hostile.ts";
import { expectSameBytes } from "./run_on.ts";

const rest = { chains: 4, warmup: 300, draws: 500, seed: 7 };
const model = { kind: "onnx", name: "gaussian" };
const JOBS: readonly [string, typeof rest & { model: object; sampler: object }][] = [
  ["nuts in Wasm", { model, sampler: { kind: "nuts" }, ...rest }],
  ["slice in Wasm", { model, sampler: { kind: "slice" }, ...rest }],
  ["nuts as native code", { model: { ...model, backend: "native" }, sampler: { kind: "nuts" }, ...rest }],
];

async function fill(store: Store): Promise<void> {
  await new Uploads(store).take("gaussian", new Blob([good("gaussian")]).stream(), { roles: {} });
}

for (const [name, job] of JOBS) {
  Deno.test(`a density by ${name}: 1, 2 and 4 workers, shuffled results and kills give the same bytes`, () =>
    expectSameBytes(job, { kind: "graphs", fill }));
}
