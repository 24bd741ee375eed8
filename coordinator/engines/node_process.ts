/** One node process of this machine, the leases that it holds, and the questions that it was asked. */
import { getLogger } from "@logtape/logtape";
import type { Assets } from "../../models/model.ts";
import type { ExaminationResult, ModuleText } from "../../workers/examination.ts";
import { encodeFrame, readFrames } from "../../workers/frames.ts";
import type { NodeKind } from "../../workers/node_kind.ts";
import type { FromNode, Lease, ToNode } from "../../workers/protocol.ts";
import { assetsOf, type WorkSpec } from "../../workers/work_spec.ts";
import type { EngineEvents, LossCause } from "./engine.ts";
import { type NodeOptions, startNode, wideFlags } from "./node_command.ts";

export interface Patience {
  /** A lease with no sign of life for so long has its node killed. */
  readonly silenceMs: number;
  /** A revoked lease that still holds its worker after so long has its node killed. */
  readonly revokeMs: number;
}

/** What a node tells its supervisor. */
export type NodeEvents = Pick<EngineEvents, "result" | "failed" | "revoked">;

const EXAMINE_GRACE_MS = 20_000; // for the process to start, and to tell by itself that a module takes too long

const logger = getLogger(["ergodic", "engine"]);

/** What is known of a lease that is out. Times are of performance.now(). */
interface Watch {
  lastSign: number;
  revokedAt: number | null;
}

export class NodeProcess {
  readonly pid: number;
  readonly isWide: boolean;
  /** Settles once it can be given leases, with its workers; never where it dies before. */
  readonly ready: Promise<number>;
  /** Settles once, when the process is gone. */
  readonly lost: Promise<LossCause>;
  readonly #child: Deno.ChildProcess;
  readonly #input: WritableStreamDefaultWriter<Uint8Array>;
  readonly #watched = new Map<number, Watch>();
  /** The jobs that it was told to open, and what their chains share, as far as it was sent there. */
  readonly #opened = new Map<string, Set<string>>();
  readonly #assets: Assets;
  readonly #options: NodeOptions;
  readonly #tellReady: (workers: number) => void;
  #examined: ((result: ExaminationResult) => void) | null = null;
  #killedFor: LossCause | null = null;
  #wasReady = false;

  /** `started`: the process, where it has been started already, by the same options. */
  constructor(
    readonly name: string,
    readonly kind: NodeKind,
    options: NodeOptions,
    events: NodeEvents,
    assets: Assets,
    started?: Deno.ChildProcess,
  ) {
    this.#assets = assets;
    this.#options = options;
    this.isWide = wideFlags(kind, options).length > 0;
    this.#child = started ?? startNode(kind, options);
    this.pid = this.#child.pid;
    this.#input = this.#child.stdin.getWriter();
    const { promise, resolve } = Promise.withResolvers<number>();
    this.ready = promise;
    this.#tellReady = resolve;
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

  /** Whether it has been ready, be it lost since. */
  get wasReady(): boolean {
    return this.#wasReady;
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

  /** Of a node of modules, one at a time. Null where the process died of it: then it is of no more use. */
  async examine(module: ModuleText): Promise<ExaminationResult | null> {
    const { promise, resolve } = Promise.withResolvers<ExaminationResult | null>();
    this.#examined = resolve;
    void this.lost.then(() => resolve(null));
    const timer = setTimeout(() => this.#kill({ kind: "killed" }), this.#options.examineMs + EXAMINE_GRACE_MS);
    this.#send({ type: "examine", module });
    try {
      return await promise;
    } finally {
      clearTimeout(timer);
      this.#examined = null;
    }
  }

  /** Settles when all that it was sent so far has been written: of what does not fit into a pipe, when it has read it; or when it is gone. */
  get sent(): Promise<void> {
    return this.#input.ready.catch(() => {});
  }

  /** Kills the process where a lease has been silent, or has outlived its revocation, for too long. */
  look(now: number, { silenceMs, revokeMs }: Patience): void {
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

  async #read(events: NodeEvents): Promise<void> {
    try {
      for await (const { message, payload } of readFrames<FromNode>(this.#child.stdout)) {
        this.#receive(message, payload, events);
      }
    } catch (error) {
      logger.error("reading from node {node} failed: {error}", { node: this.name, error });
      this.#kill({ kind: "crashed", detail: "it sent what could not be read" });
    }
  }

  #receive(message: FromNode, payload: Uint8Array, events: NodeEvents): void {
    switch (message.type) {
      case "ready":
        this.#wasReady = true;
        return this.#tellReady(message.workers);
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
        return events.result(this.name, message.lease, payload);
      case "failed":
        this.#watched.delete(message.lease);
        return events.failed(this.name, message.lease, message.error);
      case "revoked":
        this.#watched.delete(message.lease);
        return events.revoked(this.name, message.lease);
      case "examined":
        this.#examined?.(message.result);
    }
  }
}
