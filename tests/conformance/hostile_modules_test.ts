/** Modules that mean harm: each ends with a word that names why, and a job beside them has the bytes that it has alone. */
import assert from "node:assert/strict";
import { Coordinator } from "../../coordinator/coordinator.ts";
import { LocalEngine } from "../../coordinator/engines/local.ts";
import { ValidationError } from "../../coordinator/schema/errors.ts";
import { Store } from "../../coordinator/store/store.ts";
import { drawsHash } from "../draws_hash.ts";
import { HOSTILE, type Hostile } from "./hostile_modules.ts";
import { runOn } from "./run_on.ts";

const LIMITS = { mebibytes: 1024, heapMebibytes: 256 };
const JOB = { chains: 2, warmup: 200, draws: 400, seed: 1 };
const BESIDE = { model: { kind: "eight-schools" }, chains: 2, warmup: 300, draws: 2000, seed: 3 };

/** What is said of a module in the end; null where its job completed. */
async function outcome(coordinator: Coordinator, { source }: Hostile): Promise<string | null> {
  const spec = { model: { kind: "module", source, data: { y: [1, 2] } }, ...JOB };
  try {
    await coordinator.prepare(spec);
    const { id } = coordinator.submit(spec);
    for (;;) {
      const job = coordinator.job(id);
      if (job.status === "completed") return null;
      if (job.status === "failed") return job.error?.message ?? "";
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  } catch (error) {
    if (error instanceof ValidationError) return error.message;
    throw error;
  }
}

Deno.test(`${HOSTILE.length} modules that mean harm: each ends with a word that says why, and other jobs have the bytes that they have alone`, async () => {
  const { hash } = await runOn(new LocalEngine({ workers: 1 }), BESIDE);
  const folder = await Deno.makeTempDir();
  const store = Store.open(folder, { durable: false });
  const engine = new LocalEngine({ workers: 2, silenceMs: 4_000, examineMs: 2_000, limits: LIMITS });
  const coordinator = new Coordinator(store, engine);
  coordinator.start();
  try {
    const others = [coordinator.submit(BESIDE).id, coordinator.submit(BESIDE).id];
    const wrong: string[] = [];
    let next = 0;
    const one = async () => {
      for (let hostile; (hostile = HOSTILE[next++]) !== undefined;) {
        const begin = performance.now();
        const said = await outcome(coordinator, hostile);
        const { name, says, mayComplete = says === null } = hostile;
        const isRight = said === null ? mayComplete : says !== null && says.test(said);
        if (!isRight) wrong.push(`${name}: ${said?.slice(0, 200) ?? "completed"}`);
        if (said !== null && said.length > 1_200) wrong.push(`${name}: says ${said.length} characters`);
        const text = said?.slice(0, 140).replaceAll("\n", " ") ?? "completed";
        if (Deno.args.includes("--verbose")) {
          console.log(`${Math.round(performance.now() - begin)} ms  ${name}: ${text}`);
        }
      }
    };
    await Promise.all([one(), one(), one()]);
    assert.deepEqual(wrong, []);
    others.push(coordinator.submit(BESIDE).id);
    for (const id of others) {
      while (["queued", "running"].includes(coordinator.job(id).status)) {
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      const reader = await coordinator.draws(id);
      assert.equal(drawsHash(reader), hash);
    }
  } finally {
    await coordinator.stop();
    await Deno.remove(folder, { recursive: true });
  }
});
