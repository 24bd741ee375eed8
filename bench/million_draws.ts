/**
 * A million draws of a flow on the plane with their log densities, over HTTP: the seconds from the POST of the job to the last byte of its
 * NPZ, by our own arithmetic and by its exported graph. `deno run -A bench/million_draws.ts [WORKERS]`
 */
import { digits, markdown } from "./table.ts";
import { conditions, record } from "./record.ts";
import { ServiceProcess } from "./service_process.ts";

const CHAINS = 4;
const DRAWS = 250_000; // of each
const MOST_SECONDS = 10;

const workers = Number(Deno.args[0] ?? navigator.hardwareConcurrency);
await using service = await ServiceProcess.start(workers);

async function post(path: string, body: unknown): Promise<{ id: string }> {
  const response = await fetch(service.address + path, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(await response.text());
  return await response.json();
}

/** Until the job's event stream ends. */
async function ended(id: string): Promise<void> {
  await (await fetch(`${service.address}/v1/jobs/${id}/events`)).text();
}

const training = await post("/v1/training", {
  train: { kind: "real-nvp", epochs: 2 },
  data: { kind: "two-moons", count: 2000 },
  name: "moons",
});
await ended(training.id);

const rows = [["a million draws of 8 couplings, hidden 64 and 64", "seconds", "MB"]];
const models = [
  { kind: "trained", name: "moons" },
  { kind: "trained", name: "moons", relaxed: true },
  { kind: "onnx", name: "moons" },
];
for (const model of models) {
  await ended((await post("/v1/jobs", { model, chains: 1, draws: 100, seed: 1 })).id); // what starts with the first job of its kind
  const begin = performance.now();
  const { id } = await post("/v1/jobs", { model, chains: CHAINS, draws: DRAWS, seed: 1 });
  await ended(id);
  const npz = await (await fetch(`${service.address}/v1/jobs/${id}/draws?format=npz`)).arrayBuffer();
  const seconds = (performance.now() - begin) / 1000;
  const { spec } = await (await fetch(`${service.address}/v1/jobs/${id}`)).json();
  const own = "our own arithmetic" + (spec.model.relaxed ? ", relaxed" : "");
  const name = model.kind === "trained" ? own : `its graph, ${spec.model.numericClass}`;
  const kept = seconds < MOST_SECONDS;
  if (!kept) Deno.exitCode = 1;
  rows.push([name, `${digits(seconds)}, < ${MOST_SECONDS}: ${kept ? "kept" : "MISSED"}`, digits(npz.byteLength / 1e6)]);
}
const text = `${conditions()} ${workers} workers.\n\n${markdown(rows)}`;
console.log(text);
await record("million draws", text);
