/**
 * The local engine: node processes on this machine, one of each kind that jobs need, supervised. A process is the unit that can be stopped for
 * sure: a worker out of heap aborts its whole process, a busy loop can't be interrupted, and a call into a dead worker never settles. So each lease
 * has to give signs of life, and a node whose lease gives none is killed and replaced.
 */
import { getLogger } from "@logtape/logtape";
import type { Assets } from "../../models/model.ts";
import type { ExaminationResult, ModuleText } from "../../workers/examination.ts";
import type { NodeKind } from "../../workers/node_kind.ts";
import type { Lease } from "../../workers/protocol.ts";
import { nodeKindOf, type WorkSpec } from "../../workers/work_spec.ts";
import type { Engine, EngineEvents } from "./engine.ts";
import { NODE_DEFAULTS, type NodeOptions } from "./node_command.ts";
import { type NodeEvents, NodeProcess, type Patience } from "./node_process.ts";

export interface LocalOptions extends Partial<Patience>, Partial<NodeOptions> {
  /** Of each node. */
  readonly workers: number;
  /** The kind of node that is started at once; the others are when there is something for them. */
  readonly first?: NodeKind;
  /** Whether `stop` waits until its processes are gone. One that ends next itself need not: they are killed. */
  readonly waits?: boolean;
}

const SILENCE_MS = 30_000; // workers give a sign every second while they make steps
const REVOKE_MS = 5_000; // half of the ten seconds in which a cancel takes effect
const LOOK_MS = 500;
const LEASES_A_WORKER = 2; // one runs, one waits beside it, so that a worker never idles for a round trip
const RESTART_DELAY_MS = 100;
const MOST_RESTART_DELAY_MS = 5_000;
const STABLE_MS = 10_000; // a node that lived so long resets the delay
const MOST_EXAMINATIONS = 2; // at a time, each in a process of its own
const SPARE_MS = 60_000; // a process that waits for the next examination

const logger = getLogger(["ergodic", "engine"]);

/** The nodes of a kind: one after the other. */
interface Place {
  node: NodeProcess | null;
  restartDelay: number;
  restartTimer?: ReturnType<typeof setTimeout>;
}

export class LocalEngine implements Engine {
  readonly #patience: Patience;
  #nodeOptions: NodeOptions;
  readonly #first: NodeKind;
  readonly #waits: boolean;
  #events: EngineEvents | null = null;
  #assets: Assets | null = null;
  /** The first node, before `start`; one of modules is the spare. */
  #begun: NodeProcess | null = null;
  /** What was examined before `start`, by its text; null where the process died before it was ready. */
  #early: { readonly text: string; readonly result: Promise<ExaminationResult | null> } | null = null;
  #stopped = false;
  readonly #places = new Map<NodeKind, Place>();
  /** Processes of modules that run no jobs: at an examination, or waiting for one. */
  readonly #examiners = new Set<NodeProcess>();
  #spare: NodeProcess | null = null;
  #spareTimer: ReturnType<typeof setTimeout> | undefined;
  #examining = 0;
  readonly #waiting: (() => void)[] = [];
  #started = 0;
  #lookTimer: ReturnType<typeof setInterval> | undefined;

  constructor(options: LocalOptions) {
    const { silenceMs = SILENCE_MS, revokeMs = REVOKE_MS, first = "own", waits = true, ...node } = options;
    this.#patience = { silenceMs, revokeMs };
    this.#nodeOptions = { ...NODE_DEFAULTS, ...node };
    this.#first = first;
    this.#waits = waits;
  }

  /**
   * Begins to start the first node while who will use it is not there yet, and to examine a module that it will be asked about; `start` or `stop` has
   * to follow. `started`: the node's process, where it has been started with the same options already. Settles when the module has been sent to it.
   */
  async begin(module?: ModuleText, started?: Deno.ChildProcess): Promise<void> {
    const node = this.#spawn(this.#first, started);
    if (this.#first !== "modules") this.#begun = node;
    else if (!module) this.#keepSpare(node);
    else {
      this.#early = { text: JSON.stringify(module), result: this.#examineIn(node, module) };
      await node.sent;
    }
  }

  start(events: EngineEvents, assets: Assets): void {
    this.#events = events;
    this.#assets = assets;
    if (this.#first !== "modules") this.expect(this.#first);
    else if (!this.#early && !this.#spare) this.#keepSpare(this.#spawn("modules"));
    this.#lookTimer = setInterval(() => {
      for (const { node } of this.#places.values()) node?.look(performance.now(), this.#patience);
    }, LOOK_MS);
  }

  expect(kind: NodeKind): void {
    if (!this.#events || this.#places.has(kind)) return;
    const place: Place = { node: null, restartDelay: RESTART_DELAY_MS };
    this.#places.set(kind, place);
    const started = kind === "modules" ? this.#takeSpare() : kind === this.#first ? this.#takeBegun() : null;
    this.#install(place, started ?? this.#spawn(kind));
  }

  #takeBegun(): NodeProcess | null {
    const begun = this.#begun;
    this.#begun = null;
    return begun;
  }

  lease(node: string, lease: Lease, spec: WorkSpec, checkpoint: Uint8Array | null): void {
    const { node: found } = this.#places.get(nodeKindOf(spec)) ?? {};
    if (found?.name === node) found.lease(lease, spec, checkpoint);
  }

  revoke(node: string, lease: number): void {
    this.#named(node)?.revoke(lease);
  }

  close(node: string, job: string): void {
    this.#named(node)?.close(job);
  }

  async examine(module: ModuleText): Promise<ExaminationResult> {
    if (this.#early && this.#early.text === JSON.stringify(module)) {
      const result = await this.#early.result;
      if (result) return result;
      this.#early = null;
    }
    if (this.#examining === MOST_EXAMINATIONS) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    else this.#examining++;
    try {
      return await this.#examineIn(this.#takeSpare() ?? this.#spawn("modules"), module) ?? this.#died();
    } finally {
      const next = this.#waiting.shift();
      if (next) next();
      else this.#examining--;
    }
  }

  /** Null where the process died before it was ready, of what is no fault of the module. */
  async #examineIn(process: NodeProcess, module: ModuleText): Promise<ExaminationResult | null> {
    this.#examiners.add(process);
    const result = await process.examine(module);
    this.#examiners.delete(process);
    const isUsable = result !== null && !(result.ok === false && result.isStuck);
    if (isUsable && !this.#stopped) this.#keepSpare(process);
    else await process.end();
    return result ?? (process.wasReady ? this.#died() : null);
  }

  async stop(): Promise<void> {
    this.#events = null;
    this.#stopped = true;
    clearInterval(this.#lookTimer);
    clearTimeout(this.#spareTimer);
    for (const { restartTimer } of this.#places.values()) clearTimeout(restartTimer);
    const processes = [...this.#places.values()].flatMap(({ node }) => (node ? [node] : []));
    const others = [this.#spare, this.#takeBegun()].filter((process) => process !== null);
    const ends = [...processes, ...this.#examiners, ...others].map((process) => process.end());
    if (this.#waits) await Promise.all(ends);
  }

  get workers(): number {
    const nodes = [...this.#places.values()].filter(({ node }) => node !== null);
    return nodes.length * this.#nodeOptions.workers;
  }

  /** Whether nodes of our own code are started with vectors of 256 bits. */
  get isWide(): boolean {
    return this.#nodeOptions.wide.length > 0;
  }

  /** The process id of the node of a kind, for tests and for the log. */
  pidOf(kind: NodeKind): number | undefined {
    return this.#places.get(kind)?.node?.pid;
  }

  #named(name: string): NodeProcess | undefined {
    return [...this.#places.values()].map(({ node }) => node).find((node) => node?.name === name) ?? undefined;
  }

  #spawn(kind: NodeKind, started?: Deno.ChildProcess): NodeProcess {
    // Nothing comes from a node that was asked for nothing, so none of these is called before `start`.
    const events: NodeEvents = {
      result: (...given) => this.#events?.result(...given),
      failed: (...given) => this.#events?.failed(...given),
      revoked: (...given) => this.#events?.revoked(...given),
    };
    const assets: Assets = {
      get: (sha256) => {
        if (!this.#assets) throw new Error("the engine does not run");
        return this.#assets.get(sha256);
      },
    };
    return new NodeProcess(`local-${kind}-${++this.#started}`, kind, this.#nodeOptions, events, assets, started);
  }

  /** Lets a process work on jobs, and another after it is lost. */
  #install(place: Place, node: NodeProcess): void {
    const begin = performance.now();
    place.node = node;
    void node.ready.then((workers) => {
      if (place.node === node) this.#events?.nodeJoined(node.name, node.kind, LEASES_A_WORKER * workers);
    });
    void node.lost.then((cause) => {
      if (place.node === node) place.node = null;
      if (!this.#events) return;
      logger.warn("node {node} (pid {pid}) is lost: {cause}", { node: node.name, pid: node.pid, cause });
      this.#events.nodeLost(node.name, cause);
      if (node.isWide && !node.wasReady && cause.kind === "crashed") this.#goNarrow(cause.detail);
      if (performance.now() - begin > STABLE_MS || cause.kind !== "crashed") place.restartDelay = RESTART_DELAY_MS;
      place.restartTimer = setTimeout(() => this.#install(place, this.#spawn(node.kind)), place.restartDelay);
      place.restartDelay = Math.min(2 * place.restartDelay, MOST_RESTART_DELAY_MS);
    });
  }

  /** A V8 that does not know the flags ends at once; a node that finds its kernels wrong ends by itself. Either is the same at every start. */
  #goNarrow(detail: string): void {
    logger.warn("no vectors of 256 bits from now on: a node that was to use them ended as it started ({detail})", {
      detail,
    });
    this.#nodeOptions = { ...this.#nodeOptions, wide: [] };
  }

  /** A process that has started already is kept for the next examination, or for the first job of a module. */
  #keepSpare(process: NodeProcess): void {
    if (this.#spare) return void process.end();
    this.#spare = process;
    void process.lost.then(() => {
      if (this.#spare === process) this.#spare = null;
    });
    this.#spareTimer = setTimeout(() => void this.#takeSpare()?.end(), SPARE_MS);
    Deno.unrefTimer(this.#spareTimer);
  }

  #takeSpare(): NodeProcess | null {
    const process = this.#spare;
    this.#spare = null;
    clearTimeout(this.#spareTimer);
    return process;
  }

  #died(): ExaminationResult {
    const { mebibytes, heapMebibytes } = this.#nodeOptions.limits;
    return {
      ok: false,
      path: "source",
      message:
        `the process that loaded the module died: it used up its memory (${heapMebibytes} MiB of objects, ${mebibytes} MiB with what arrays of bytes take) ` +
        "or recursed without an end. Look for what grows while it loads or in logDensity, or give it less data.",
    };
  }
}
