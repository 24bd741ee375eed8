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

interface Outcome {
  readonly hash: string;
  readonly draws: number;
}

type Fill = (store: Store) => void | Promise<void>;

const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5));

/** Runs a job on an engine and returns its draws' SHA-256 and how many they are. `meanwhile` is called again and again. */
export async function runOn(engine: Engine, spec: unknown, meanwhile: () => Promise<void> = pause): Promise<Outcome> {
  const [outcome] = await runAllOn(engine, [spec], meanwhile);
  return outcome;
}

/** Runs jobs side by side. `meanwhile` is given the steps that are done; `fill` puts into the store what the specs name. */
async function runAllOn(
  engine: Engine,
  specs: readonly unknown[],
  meanwhile: (done: number) => Promise<void> = pause,
  fill: Fill = () => {},
): Promise<Outcome[]> {
  const folder = await Deno.makeTempDir();
  const store = Store.open(folder, { durable: false });
  await fill(store);
  const coordinator = new Coordinator(store, engine);
  coordinator.start();
  try {
    await Promise.all(specs.map((spec) => coordinator.prepare(spec)));
    const ids = specs.map((spec) => coordinator.submit(spec).id);
    const jobs = () => ids.map((id) => coordinator.job(id));
    const done = () => jobs().reduce((sum, { progress }) => sum + progress.done, 0);
    while (jobs().some(({ status }) => ["queued", "running"].includes(status))) await meanwhile(done());
    for (const { status, error } of jobs()) assert.equal(status, "completed", error?.message);
    const readers = await Promise.all(ids.map((id) => coordinator.draws(id)));
    return readers.map((reader) => ({ hash: drawsHash(reader), draws: reader.draws }));
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
  /** Puts into a store what the job names. */
  readonly fill?: Fill;
}

const KILL_AFTER_MS = 20; // of the first work done, and again: the second kill meets a node that starts

/**
 * One worker, two whose node is killed, and four whose results come in shuffled order give a job the same bytes; another seed beside it
 * gives it others.
 */
export async function expectSameBytes(
  job: { readonly draws: number; readonly seed: number },
  { kind, fill }: Circumstances,
): Promise<void> {
  const engineOf = (workers: number) =>
    new LocalEngine({ workers, first: kind === "modules" ? kind : "own", aloneMs: 0 });
  const specs = [job, { ...job, seed: job.seed + 1 }];
  const [alone, other] = await runAllOn(engineOf(1), specs, undefined, fill);
  assert.equal(alone.draws, job.draws);
  assert.notEqual(other.hash, alone.hash);

  const engine = engineOf(2);
  const kills = killsOf(engine, kind, 2, () => KILL_AFTER_MS);
  const killed = await runAllOn(engine, [job], (done) => done > 0 ? kills.meanwhile() : pause(), fill);
  assert.ok(kills.count > 1, `the job ended after ${kills.count} kills`);
  assert.deepEqual(killed, [alone]);

  assert.deepEqual(await runAllOn(new ShufflingEngine(engineOf(4), 3), specs, undefined, fill), [alone, other]);
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
