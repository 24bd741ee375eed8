import assert from "node:assert/strict";
import type { Assets } from "../../../models/model.ts";
import type { LossCause } from "../../../coordinator/engines/engine.ts";
import { LocalEngine, type LocalOptions } from "../../../coordinator/engines/local.ts";
import { models } from "../../../models/registry.ts";
import { readLayout } from "../../../workers/block.ts";
import { kernels } from "../../../workers/kernels/registry.ts";
import { WIDE_FLAGS } from "../../../numerics/wasm/wide.ts";
import type { Lease, SegmentError } from "../../../workers/protocol.ts";
import type { SamplingSpec } from "../../../workers/sampling.ts";

const SPEC: SamplingSpec = {
  model: models.funnel.config.parse({ kind: "funnel" }),
  sampler: kernels.nuts.config.parse({ kind: "nuts" }),
  seed: 3,
  chains: 2,
  warmup: 100,
  thin: 1,
};
const SHORT: Lease = { lease: 1, job: "a", chain: 0, lanes: 1, segment: 0, from: 0, to: 200, shared: null, left: 200 };
/** All of it warmup, so that it keeps no draw. */
const ENDLESS: Lease = { ...SHORT, job: "b", to: 1_000_000_000 };
const ENDLESS_SPEC: SamplingSpec = { ...SPEC, warmup: ENDLESS.to };

type Happening =
  | { kind: "joined"; node: string }
  | { kind: "lost"; cause: LossCause }
  | { kind: "result"; bytes: Uint8Array }
  | { kind: "failed"; error: SegmentError }
  | { kind: "revoked" };

/** Runs `use` on an engine whose events come one by one from `next`. */
const noAssets: Assets = {
  get(sha256) {
    throw new Error(`there is no asset ${sha256}`);
  },
};

async function withEngine(
  options: Partial<LocalOptions>,
  use: (engine: LocalEngine, next: () => Promise<Happening>, node: string) => Promise<void>,
): Promise<void> {
  const happened: Happening[] = [];
  let wake: () => void = () => {};
  const tell = (happening: Happening) => {
    happened.push(happening);
    wake();
  };
  const next = async () => {
    while (happened.length === 0) await new Promise<void>((resolve) => wake = resolve);
    return happened.shift()!;
  };
  const engine = new LocalEngine({ workers: 1, ...options });
  engine.start({
    nodeJoined: (node) => tell({ kind: "joined", node }),
    nodeLost: (_node, cause) => tell({ kind: "lost", cause }),
    result: (_node, _lease, bytes) => tell({ kind: "result", bytes }),
    failed: (_node, _lease, error) => tell({ kind: "failed", error }),
    revoked: () => tell({ kind: "revoked" }),
  }, noAssets);
  try {
    const joined = await next();
    assert.equal(joined.kind, "joined");
    await use(engine, next, joined.kind === "joined" ? joined.node : "");
  } finally {
    await engine.stop();
  }
}

Deno.test("a lease comes back as a block", () =>
  withEngine({}, async (engine, next, node) => {
    engine.lease(node, SHORT, SPEC, null);
    const result = await next();
    assert.ok(result.kind === "result");
    assert.equal(readLayout(result.bytes).draws, 100);
  }));

Deno.test("a revoked lease lets go of its worker", () =>
  withEngine({}, async (engine, next, node) => {
    engine.lease(node, ENDLESS, ENDLESS_SPEC, null);
    await new Promise((resolve) => setTimeout(resolve, 300));
    engine.revoke(node, ENDLESS.lease);
    assert.deepEqual(await next(), { kind: "revoked" });
  }));

Deno.test("a lease at work for longer than the silence allows is not killed", () =>
  withEngine({ silenceMs: 2_500 }, async (engine, next, node) => {
    engine.lease(node, ENDLESS, ENDLESS_SPEC, null);
    await new Promise((resolve) => setTimeout(resolve, 4_500));
    engine.revoke(node, ENDLESS.lease);
    assert.deepEqual(await next(), { kind: "revoked" });
  }));

Deno.test("a node that gives no sign of life is killed, its lease is to blame, and another node joins", () =>
  withEngine({ silenceMs: 500 }, async (engine, next, node) => {
    engine.lease(node, ENDLESS, ENDLESS_SPEC, null);
    Deno.kill(engine.pidOf("own")!, "SIGSTOP");
    assert.deepEqual(await next(), { kind: "lost", cause: { kind: "stalled", leases: [ENDLESS.lease] } });
    const joined = await next();
    assert.ok(joined.kind === "joined" && joined.node !== node);
  }));

Deno.test("a revoked lease that does not let go has its node killed, and no lease is to blame", () =>
  withEngine({ revokeMs: 500 }, async (engine, next, node) => {
    engine.lease(node, ENDLESS, ENDLESS_SPEC, null);
    Deno.kill(engine.pidOf("own")!, "SIGSTOP");
    engine.revoke(node, ENDLESS.lease);
    assert.deepEqual(await next(), { kind: "lost", cause: { kind: "killed" } });
  }));

Deno.test("a node killed from outside is no lease's fault; one that ends by itself has crashed", () =>
  withEngine({}, async (engine, next) => {
    Deno.kill(engine.pidOf("own")!, "SIGKILL");
    assert.deepEqual(await next(), { kind: "lost", cause: { kind: "killed" } });
    assert.equal((await next()).kind, "joined");
    Deno.kill(engine.pidOf("own")!, "SIGABRT");
    assert.deepEqual(await next(), { kind: "lost", cause: { kind: "crashed", detail: "SIGABRT" } });
  }));

Deno.test("a start without density fails with a sentence", () =>
  withEngine({}, async (engine, next, node) => {
    const spec = { ...SPEC, init: [[0, 1, 1, 1, 1, 1, 1, 1, 1, 1].map((x) => x * 1e300)] };
    engine.lease(node, SHORT, spec, null);
    const failed = await next();
    assert.ok(failed.kind === "failed");
    assert.equal(failed.error.code, "model");
    assert.match(failed.error.message, /^init\.0: the log density is not finite there/);
  }));

Deno.test("a node ends when its coordinator is gone", async () => {
  const node = new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "-A",
      "--quiet",
      `--v8-flags=${WIDE_FLAGS}`,
      new URL("../../../workers/node.ts", import.meta.url).href,
      "own",
      "1",
      "10000",
      "wide",
    ],
    stdin: "piped",
    stdout: "null",
  }).spawn();
  await new Promise((resolve) => setTimeout(resolve, 300));
  await node.stdin.close();
  const begin = performance.now();
  assert.equal((await node.status).code, 0);
  assert.ok(performance.now() - begin < 5_000);
});
