/** Runs whole jobs on engines, for the tests of this folder. */
import assert from "node:assert/strict";
import { Coordinator } from "../../coordinator/coordinator.ts";
import type { Engine, EngineEvents } from "../../coordinator/engines/engine.ts";
import { Store } from "../../coordinator/store/store.ts";
import type { Assets } from "../../models/model.ts";
import { Random } from "../../numerics/random/random.ts";
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
