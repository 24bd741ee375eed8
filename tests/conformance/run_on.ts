/** Runs whole jobs on engines, for the tests of this folder. */
import assert from "node:assert/strict";
import { Coordinator } from "../../coordinator/coordinator.ts";
import type { Engine, EngineEvents } from "../../coordinator/engines/engine.ts";
import { LocalEngine } from "../../coordinator/engines/local.ts";
import { Store } from "../../coordinator/store/store.ts";
import type { Assets } from "../../models/model.ts";
import { Random } from "../../numerics/random/random.ts";
import type { NodeKind } from "../../workers/node_kind.ts";
import { drawsHash } from "../draws_hash.ts";

/**
 * Runs a job on an engine and returns its draws' SHA-256 and how many they are. `meanwhile` is called again and again; `fill` puts into the store what the
 * spec names.
 */
export async function runOn(
  engine: Engine,
  spec: unknown,
  meanwhile: () => Promise<void> = () => new Promise((resolve) => setTimeout(resolve, 5)),
  fill: (store: Store) => void | Promise<void> = () => {},
): Promise<{ hash: string; draws: number }> {
  const folder = await Deno.makeTempDir();
  const store = Store.open(folder, { durable: false });
  await fill(store);
  const coordinator = new Coordinator(store, engine);
  coordinator.start();
  try {
    await coordinator.prepare(spec);
    const { id } = coordinator.submit(spec);
    while (["queued", "running"].includes(coordinator.job(id).status)) await meanwhile();
    const job = coordinator.job(id);
    assert.equal(job.status, "completed", job.error?.message);
    const reader = await coordinator.draws(id);
    const { draws } = reader;
    return { hash: drawsHash(reader), draws };
  } finally {
    await coordinator.stop();
    await Deno.remove(folder, { recursive: true });
  }
}

interface Kills {
  /** For `runOn`: waits, and kills the engine's node of the kind, as long as there are kills left. */
  meanwhile(): Promise<void>;
  /** So far. */
  readonly count: number;
}

/** Kills of an engine's nodes while a job runs: at most so many, each after a wait. */
export function killsOf(engine: LocalEngine, kind: NodeKind, most: number, waitMs: () => number): Kills {
  let count = 0;
  return {
    async meanwhile() {
      await new Promise((resolve) => setTimeout(resolve, waitMs()));
      const pid = engine.pidOf(kind);
      if (pid === undefined || count >= most) return;
      try {
        Deno.kill(pid, "SIGKILL");
        count++;
      } catch (error) { // it was killed just before, and its end was not heard yet
        if (!(error instanceof Deno.errors.NotFound)) throw error;
      }
    },
    get count() {
      return count;
    },
  };
}

interface Circumstances {
  /** The kind of node that the job runs on. */
  readonly kind: NodeKind;
  /** Milliseconds between two kills. */
  readonly killAfter?: number;
  readonly fill?: (store: Store) => void | Promise<void>;
}

/** 1, 2 and 4 workers, results in shuffled order and kills give a job the same bytes, another seed gives it others. */
export async function expectSameBytes(
  job: { readonly draws: number; readonly seed: number },
  { kind, killAfter = 150, fill }: Circumstances,
): Promise<void> {
  const engineOf = (workers: number) =>
    new LocalEngine({ workers, first: kind === "modules" ? kind : "own", aloneMs: 0 });
  const { hash, draws } = await runOn(engineOf(1), job, undefined, fill);
  assert.equal(draws, job.draws);
  assert.equal((await runOn(engineOf(2), job, undefined, fill)).hash, hash);
  assert.equal((await runOn(new ShufflingEngine(engineOf(4), 3), job, undefined, fill)).hash, hash);
  const engine = engineOf(2);
  const kills = killsOf(engine, kind, 2, () => killAfter);
  const killed = await runOn(engine, job, kills.meanwhile, fill);
  assert.ok(kills.count > 0);
  assert.equal(killed.hash, hash);
  assert.notEqual((await runOn(engineOf(2), { ...job, seed: job.seed + 1 }, undefined, fill)).hash, hash);
}

/** Holds results back and lets them out in an order of its own. */
export class ShufflingEngine implements Engine {
  readonly #inner: Engine;
  readonly #random: Random;
  #held: (() => void)[] = [];

  constructor(inner: Engine, seed: number) {
    this.#inner = inner;
    this.#random = new Random(seed).at(0, 0);
  }

  get workers(): number {
    return this.#inner.workers;
  }

  start(events: EngineEvents, assets: Assets): void {
    const release = () => {
      const held = this.#held;
      this.#held = [];
      while (held.length > 0) held.splice(this.#random.integer(held.length), 1)[0]();
    };
    this.#inner.start({
      nodeJoined: (...joined) => events.nodeJoined(...joined),
      nodeLost: (node, cause) => {
        this.#held = [];
        events.nodeLost(node, cause);
      },
      result: (...result) => {
        this.#held.push(() => events.result(...result));
        setTimeout(release, 1 + this.#random.integer(10));
      },
      failed: (...failure) => events.failed(...failure),
      revoked: (...lease) => events.revoked(...lease),
    }, assets);
  }

  expect: Engine["expect"] = (kind) => this.#inner.expect(kind);
  examine: Engine["examine"] = (module) => this.#inner.examine(module);
  lease: Engine["lease"] = (...lease) => this.#inner.lease(...lease);
  revoke: Engine["revoke"] = (...lease) => this.#inner.revoke(...lease);
  close: Engine["close"] = (...job) => this.#inner.close(...job);
  stop: Engine["stop"] = () => this.#inner.stop();
}
