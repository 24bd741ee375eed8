/**
 * The local engine: one node process on this machine, supervised. A process is the unit that can be stopped for sure: a worker
 * out of heap aborts its whole process, a busy loop can't be interrupted, and a call into a dead worker never settles. So each
 * lease has to give signs of life, and a node whose lease gives none is killed and replaced.
 */
import { getLogger } from "@logtape/logtape";
import type { Assets } from "../../models/model.ts";
import { encodeFrame, readFrames } from "../../workers/frames.ts";
import type { FromNode, Lease, ToNode } from "../../workers/protocol.ts";
import { assetsOf, type WorkSpec } from "../../workers/work.ts";
import type { Engine, EngineEvents, LossCause } from "./engine.ts";
import { nodePermissions } from "./permissions.ts";

export interface LocalOptions {
  readonly workers: number;
  /** A lease with no sign of life for so long has its node killed. */
  readonly silenceMs?: number;
  /** A revoked lease that still holds its worker after so long has its node killed. */
  readonly revokeMs?: number;
}

const SILENCE_MS = 30_000; // workers give a sign every second while they make steps
const REVOKE_MS = 5_000; // half of the ten seconds in which a cancel takes effect
const LOOK_MS = 500;
const LEASES_A_WORKER = 2; // one runs, one waits beside it, so that a worker never idles for a round trip
const RESTART_DELAY_MS = 100;
const MOST_RESTART_DELAY_MS = 5_000;
const STABLE_MS = 10_000; // a node that lived so long resets the delay

const logger = getLogger(["ergodic", "engine"]);

/** What the engine knows of a lease that is out. Times are of performance.now(). */
interface Watch {
  lastSign: number;
  revokedAt: number | null;
}

export class LocalEngine implements Engine {
  #options: Required<LocalOptions>;
  #events: EngineEvents | null = null;
  #node: NodeProcess | null = null;
  #started = 0;
  #restartDelay = RESTART_DELAY_MS;
  #restartTimer: ReturnType<typeof setTimeout> | undefined;
  #lookTimer: ReturnType<typeof setInterval> | undefined;

  constructor({ workers, silenceMs = SILENCE_MS, revokeMs = REVOKE_MS }: LocalOptions) {
    this.#options = { workers, silenceMs, revokeMs };
  }

  start(events: EngineEvents, assets: Assets): void {
    this.#events = events;
    this.#spawn(events, assets);
    this.#lookTimer = setInterval(() => this.#node?.look(performance.now(), this.#options), LOOK_MS);
  }

  lease(node: string, lease: Lease, spec: WorkSpec, checkpoint: Uint8Array | null): void {
    if (this.#node?.name === node) this.#node.lease(lease, spec, checkpoint);
  }

  revoke(node: string, lease: number): void {
    if (this.#node?.name === node) this.#node.revoke(lease);
  }

  close(node: string, job: string): void {
    if (this.#node?.name === node) this.#node.close(job);
  }

  async stop(): Promise<void> {
    this.#events = null;
    clearInterval(this.#lookTimer);
    clearTimeout(this.#restartTimer);
    await this.#node?.end();
  }

  get workers(): number {
    return this.#node ? this.#options.workers : 0;
  }

  /** The process id of the node, for tests and for the log. */
  get pid(): number | undefined {
    return this.#node?.pid;
  }

  #spawn(events: EngineEvents, assets: Assets): void {
    const begin = performance.now();
    const node = new NodeProcess(`local-${++this.#started}`, this.#options.workers, events, assets);
    this.#node = node;
    void node.lost.then((cause) => {
      if (this.#node === node) this.#node = null;
      if (!this.#events) return;
      logger.warn("node {node} (pid {pid}) is lost: {cause}", { node: node.name, pid: node.pid, cause });
      events.nodeLost(node.name, cause);
      if (performance.now() - begin > STABLE_MS || cause.kind !== "crashed") this.#restartDelay = RESTART_DELAY_MS;
      this.#restartTimer = setTimeout(() => this.#spawn(events, assets), this.#restartDelay);
      this.#restartDelay = Math.min(2 * this.#restartDelay, MOST_RESTART_DELAY_MS);
    });
  }
}

/** One node process and the leases that it holds. */
class NodeProcess {
  readonly pid: number;
  /** Settles once, when the process is gone. */
  readonly lost: Promise<LossCause>;
  #child: Deno.ChildProcess;
  #input: WritableStreamDefaultWriter<Uint8Array>;
  #watched = new Map<number, Watch>();
  /** The jobs that it was told to open, and what their chains share, as far as it was sent there. */
  #opened = new Map<string, Set<string>>();
  readonly #assets: Assets;
  #killedFor: LossCause | null = null;

  constructor(readonly name: string, workers: number, events: EngineEvents, assets: Assets) {
    this.#assets = assets;
    const entry = new URL("../../workers/node.ts", import.meta.url);
    this.#child = new Deno.Command(Deno.execPath(), {
      args: ["run", "--quiet", "--no-prompt", "--cached-only", ...nodePermissions(), entry.href, String(workers)],
      stdin: "piped",
      stdout: "piped",
      stderr: "inherit",
    }).spawn();
    this.pid = this.#child.pid;
    this.#input = this.#child.stdin.getWriter();
    const read = this.#read(events);
    this.lost = this.#child.status.then(async ({ signal, code }): Promise<LossCause> => {
      await read; // what it had sent before it died still counts
      await this.#input.abort().catch(() => {});
      if (this.#killedFor) return this.#killedFor;
      return signal === "SIGKILL" || signal === "SIGTERM" || signal === "SIGINT"
        ? { kind: "killed" }
        : { kind: "crashed", detail: signal ?? `exit status ${code}` };
    });
  }

  lease(lease: Lease, spec: WorkSpec, checkpoint: Uint8Array | null): void {
    const { job, shared } = lease;
    let learned = this.#opened.get(job);
    if (!learned) {
      this.#opened.set(job, learned = new Set());
      for (const sha256 of assetsOf(spec)) this.#sendAsset(sha256);
      this.#send({ type: "open", job, spec });
    }
    if (shared !== null && !learned.has(shared)) {
      learned.add(shared);
      this.#sendAsset(shared);
    }
    this.#watched.set(lease.lease, { lastSign: performance.now(), revokedAt: null });
    this.#send({ type: "lease", lease }, checkpoint ?? undefined);
  }

  revoke(lease: number): void {
    const watch = this.#watched.get(lease);
    if (watch) watch.revokedAt ??= performance.now();
    this.#send({ type: "revoke", lease });
  }

  close(job: string): void {
    if (this.#opened.delete(job)) this.#send({ type: "close", job });
  }

  /** Kills the process where a lease has been silent, or has outlived its revocation, for too long. */
  look(now: number, { silenceMs, revokeMs }: Required<LocalOptions>): void {
    if (this.#killedFor) return;
    const watched = [...this.#watched];
    const stubborn = watched.some(([, { revokedAt }]) => revokedAt !== null && now - revokedAt > revokeMs);
    const silent = watched
      .filter(([, { lastSign, revokedAt }]) => revokedAt === null && now - lastSign > silenceMs)
      .map(([lease]) => lease);
    if (silent.length > 0) this.#kill({ kind: "stalled", leases: silent });
    else if (stubborn) this.#kill({ kind: "killed" });
  }

  /** Ends the process. Its work is not waited for: a segment that is not committed runs again. */
  async end(): Promise<void> {
    this.#kill({ kind: "killed" });
    await this.lost;
  }

  #kill(cause: LossCause): void {
    this.#killedFor ??= cause;
    try {
      this.#child.kill("SIGKILL");
    } catch {
      // already gone
    }
  }

  #sendAsset(sha256: string): void {
    this.#send({ type: "asset", sha256 }, this.#assets.get(sha256));
  }

  #send(message: ToNode, payload?: Uint8Array): void {
    // A write fails only when the process is gone, which `lost` tells.
    for (const chunk of encodeFrame(message, payload)) this.#input.write(chunk).catch(() => {});
  }

  async #read(events: EngineEvents): Promise<void> {
    try {
      for await (const { message, payload } of readFrames<FromNode>(this.#child.stdout)) {
        this.#receive(message, payload, events);
      }
    } catch (error) {
      logger.error("reading from node {node} failed: {error}", { node: this.name, error });
      this.#kill({ kind: "crashed", detail: "it sent what could not be read" });
    }
  }

  #receive(message: FromNode, payload: Uint8Array, events: EngineEvents): void {
    switch (message.type) {
      case "ready":
        events.nodeJoined(this.name, LEASES_A_WORKER * message.workers);
        return;
      case "alive": {
        const now = performance.now();
        for (const lease of message.leases) {
          const watch = this.#watched.get(lease);
          if (watch) watch.lastSign = now;
        }
        return;
      }
      case "result":
        this.#watched.delete(message.lease);
        events.result(this.name, message.lease, payload);
        return;
      case "failed":
        this.#watched.delete(message.lease);
        events.failed(this.name, message.lease, message.error);
        return;
      case "revoked":
        this.#watched.delete(message.lease);
        events.revoked(this.name, message.lease);
    }
  }
}
