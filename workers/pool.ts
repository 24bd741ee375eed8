/**
 * A pool of Web Workers, each running one segment at a time. A worker is given its next segment while it is at a short one, so that it
 * does not idle for the way to here and back; what finds no place waits in order. Workers that have nothing to do help those whose jobs
 * can be helped with (a training's updates), until a segment comes for them.
 *
 * Workers have no permissions. Graphs that run as native code have workers of their own, which may load that library and nothing else; those
 * that run on a graphics processor have one worker for all. A worker of users' modules serves one module, first its examination and then a job of it,
 * and is thrown away with that.
 */
import { wasmRuntime, webGpuRuntime } from "../onnx/session/runtime.ts";
import type { ExaminationResult, ModuleText } from "./examination.ts";
import { examineIn } from "./examiner.ts";
import { connect, type Member } from "./member.ts";
import { hire, isOfModules } from "./hire.ts";
import type { NodeKind } from "./node_kind.ts";
import { OpenJobs } from "./open_jobs.ts";
import { Pace } from "./pace.ts";
import type { Lease, SegmentError } from "./protocol.ts";
import {
  graphBackend,
  isTraining,
  type ModuleWorkerKind,
  type WorkerKind,
  workerKindOf,
  type WorkSpec,
} from "./work_spec.ts";
import type { RunResult } from "./worker_api.ts";

/** Through which others help a worker with a job. */
interface Offer {
  readonly owner: Member;
  readonly board: SharedArrayBuffer;
}

interface Waiting {
  readonly lease: Lease;
  readonly checkpoint: Uint8Array | null;
  readonly done: (result: RunResult) => void;
}

export interface PoolOptions {
  /** V8 makes vectors of 256 bits, as it was told to. */
  readonly isWide?: boolean;
  /** How long a job of a module may be expected to go on with the workers that it has before it is given another; 0: it has all at once. */
  readonly aloneMs?: number;
  /** A worker that was started before this was there: of kind `module`. */
  readonly first?: Worker | null;
}

/** Next to the segment that a worker is at it is given another, unless segments take so long that one more way to here and back is nothing. */
const LONG_MS = 50;
/** So many times as many workers of modules as of others there may be: each lease that comes then has one, whatever jobs there are. */
const MODULE_FACTOR = 2;

export class Pool {
  #members: Member[] = [];
  #waiting: Waiting[] = [];
  readonly #jobs = new OpenJobs();
  /** Of open jobs, by their names. */
  #offers = new Map<string, Offer>();
  /** Milliseconds of the last segment of each open job. */
  #took = new Map<string, number>();
  /** Of jobs of modules that have a worker. */
  #paces = new Map<string, Pace>();

  readonly #kind: NodeKind;
  readonly #size: number;
  readonly #isWide: boolean;
  readonly #aloneMs: number;
  readonly #alive: (lease: number) => void;
  readonly #died: (message: string) => void;

  /**
   * `alive` is told the lease of a worker that advances; `died` that a worker is lost, after which
   * the pool is of no use.
   */
  constructor(
    kind: NodeKind,
    size: number,
    { isWide = false, aloneMs = 0, first = null }: PoolOptions,
    alive: (lease: number) => void,
    died: (message: string) => void,
  ) {
    this.#kind = kind;
    this.#size = size;
    this.#isWide = isWide;
    this.#aloneMs = aloneMs;
    this.#alive = alive;
    this.#died = died;
    if (first) this.#take("module", first);
    this.#hireAtRest();
  }

  /** Workers that are there before anything comes for them. */
  #hireAtRest(): void {
    // Of modules one, for an examination: where that is followed by a job it is the job's first, and others start beside it.
    const most = this.#kind === "modules" ? 1 : this.#size;
    while (this.#members.length < most) this.#hire(this.#kind === "modules" ? "module" : "plain");
  }

  get size(): number {
    return this.#size;
  }

  /** Leases that no worker is at yet. */
  get waiting(): number[] {
    const behind = ({ given, isReady }: Member) => given.slice(isReady ? 1 : 0);
    return [...this.#members.flatMap(behind), ...this.#waiting.map(({ lease }) => lease.lease)];
  }

  /** Keeps an asset for the job or the lease that comes next. */
  keep(sha256: string, bytes: Uint8Array): void {
    this.#jobs.keep(sha256, bytes);
  }

  open(job: string, spec: WorkSpec): void {
    this.#jobs.open(job, spec);
    this.#adopt(job, spec);
  }

  /**
   * Examines a module in a worker that may have a job of it then. Never rejects. Where the module is stuck its worker is too, and the process is of no
   * more use.
   */
  async examine(module: ModuleText, deadlineMs: number): Promise<ExaminationResult> {
    this.#letExaminedGo();
    const member = this.#members.find(({ modules, job }) => modules !== null && job === null) ?? this.#hire("module");
    if (!member.modules) throw new Error("a module came to a node that has no workers for such");
    member.examined = module.source;
    const result = await examineIn(member, member.modules, module, deadlineMs);
    if (!result.ok || module.check) this.#letGo(member);
    return result;
  }

  /** The worker in which a job's module was examined is the job's first. */
  #adopt(job: string, spec: WorkSpec): void {
    const source = sourceOf(spec), kind = workerKindOf(spec);
    if (source === undefined) return;
    const own = this.#members.find((one) => one.job === null && one.examined === source && one.kind === kind);
    if (own) own.job = job;
    this.#letExaminedGo();
  }

  /** One in which a module was examined is of use to no other. */
  #letExaminedGo(): void {
    for (const member of this.#members.filter(({ job, examined }) => job === null && examined !== null)) {
      this.#letGo(member);
    }
  }

  close(job: string): void {
    this.#jobs.close(job);
    this.#offers.delete(job);
    this.#paces.delete(job);
    this.#took.delete(job);
    for (const member of this.#members) {
      if (member.opened.delete(job) && member.graphs) void member.api.close(job);
    }
    this.#dismiss();
  }

  /** Workers whose job is closed go, once they are at nothing; for those that are, the process ends if they never return. */
  #dismiss(): void {
    const isOver = ({ job, given }: Member) => job !== null && !this.#jobs.has(job) && given.length === 0;
    const over = this.#members.filter(isOver);
    if (over.length === 0) return;
    for (const member of over) this.#letGo(member);
    this.#hireAtRest();
  }

  #letGo(member: Member): void {
    member.worker.terminate();
    this.#members = this.#members.filter((other) => other !== member);
  }

  /** Runs a segment of an open job as soon as a worker is free. */
  run(lease: Lease, checkpoint: Uint8Array | null): Promise<RunResult> {
    this.#jobs.noteShared(lease);
    return new Promise((done) => {
      this.#waiting.push({ lease, checkpoint, done });
      this.#dispatch();
    });
  }

  /** Stops a lease; its `run` then answers "cancelled", at once where it was waiting. */
  cancel(lease: number): void {
    const index = this.#waiting.findIndex((waiting) => waiting.lease.lease === lease);
    if (index >= 0) {
      this.#waiting.splice(index, 1)[0].done({ ok: "cancelled" });
      return;
    }
    void this.#members.find(({ given }) => given.includes(lease))?.api.cancel(lease);
  }

  /** What waits goes in its order to the workers that can run it and have a place. */
  #dispatch(): void {
    for (let i = 0; i < this.#waiting.length;) {
      const next = this.#waiting[i];
      let member: Member | null;
      try {
        member = this.#placeFor(next.lease);
      } catch (error) { // this node may not have such workers
        this.#waiting.splice(i, 1)[0].done({ ok: false, error: asError("backend", error) });
        continue;
      }
      if (!member) {
        i++;
        continue;
      }
      this.#waiting.splice(i, 1);
      this.#give(member, next);
    }
    this.#help();
  }

  #give(member: Member, { lease, checkpoint, done }: Waiting): void {
    member.given.push(lease.lease);
    const begin = performance.now();
    void this.#runOn(member, lease, checkpoint).then((result) => {
      const end = performance.now();
      if (this.#jobs.has(lease.job)) this.#took.set(lease.job, end - Math.max(begin, member.ended));
      member.ended = end;
      member.given = member.given.filter((given) => given !== lease.lease);
      done(result);
      this.#dismiss();
      this.#dispatch();
    });
  }

  /** The freest worker that can run a lease, hired where there are not as many yet as there may be; null where none has a place. */
  #placeFor(lease: Lease): Member | null {
    const spec = this.#jobs.spec(lease.job);
    const kind = spec ? workerKindOf(spec) : "plain";
    if (isOfModules(kind)) return this.#placeForModule(lease, kind);
    const able = this.#members.filter((member) => member.kind === kind);
    const freest = able.length === 0 ? null : able.reduce((a, b) => (b.given.length < a.given.length ? b : a));
    if (freest?.given.length === 0) return freest;
    if (able.length < (kind === "gpu" ? 1 : this.#size)) return this.#hire(kind);
    return freest && freest.given.length < this.#mostGiven(lease.job) ? freest : null;
  }

  /**
   * A worker of the job's own, the freest; where that is of use one that has no job yet, or a new one, where there are too many in the place of an
   * idle one.
   */
  #placeForModule({ job, left }: Lease, kind: ModuleWorkerKind): Member | null {
    const own = this.#members.filter((member) => member.job === job);
    const idle = own.find(({ given }) => given.length === 0);
    if (idle) return idle;
    if (own.length === 0 || own.length < this.#size && this.#paceOf(job, left).isTooSlow(left, performance.now())) {
      let fresh = this.#members.find((member) =>
        member.job === null && member.examined === null && member.kind === kind
      );
      if (!fresh) {
        const spare = this.#members.find(({ given }) => given.length === 0);
        const isFull = this.#members.length >= MODULE_FACTOR * this.#size;
        if (isFull && spare) this.#letGo(spare);
        if (!isFull || spare) fresh = this.#hire(kind);
      }
      if (fresh) fresh.job = job;
      if (fresh) return fresh;
    }
    return own.find(({ given }) => given.length < this.#mostGiven(job)) ?? null;
  }

  #mostGiven(job: string): number {
    return (this.#took.get(job) ?? 0) > LONG_MS ? 1 : 2;
  }

  /** Since the job's first worker was found busy, which is at once where it has a second chain. */
  #paceOf(job: string, left: number): Pace {
    let pace = this.#paces.get(job);
    if (!pace) {
      const now = performance.now();
      this.#paces.set(job, pace = new Pace(left, this.#aloneMs, now));
      if (pace.looks > now) setTimeout(() => this.#dispatch(), pace.looks - now + 1);
    }
    return pace;
  }

  /** Throws where this node lacks the permission that such a worker needs. */
  #hire(kind: WorkerKind): Member {
    return this.#take(kind, hire(kind, this.#isWide));
  }

  #take(kind: WorkerKind, worker: Worker): Member {
    const member = connect(kind, worker, {
      alive: ({ given }) => {
        if (given.length > 0) this.#alive(given[0]);
      },
      offer: this.#size > 1 ? (owner, job, board) => this.#takeOffer(owner, job, board) : null,
      fault: this.#died,
    });
    this.#members.push(member);
    return member;
  }

  #runtimeFor(member: Member, spec: WorkSpec): Promise<void> | null {
    const backend = graphBackend(spec), { graphs } = member;
    if (!backend || !graphs || member.runtimes.has(backend)) return null;
    member.runtimes.add(backend);
    switch (backend) {
      case "webgpu":
        return graphs.provideRuntime(webGpuRuntime());
      case "wasm":
        return graphs.prepareBound(backend, wasmRuntime());
      case "native":
        return graphs.prepareBound(backend, null);
    }
  }

  /** Gives a worker what the chains share in a segment, unless it has it; null where there is nothing to give. */
  #keepIn({ api }: Member, learned: Set<string>, { job, shared }: Lease): Promise<void> | null {
    const bytes = shared === null || learned.has(shared) ? undefined : this.#jobs.asset(shared);
    if (shared === null || bytes === undefined) return null;
    learned.add(shared);
    return api.keep(job, shared, bytes);
  }

  #takeOffer(owner: Member, job: string, board: SharedArrayBuffer): void {
    if (!this.#jobs.has(job)) return;
    this.#offers.set(job, { owner, board });
    this.#help();
  }

  /** Sends workers that have nothing to do to those that are at a job which can be helped with. */
  #help(): void {
    for (const [job, { owner, board }] of this.#offers) {
      if (owner.given.length === 0) continue;
      for (const member of this.#members) {
        if (member === owner || member.kind !== owner.kind || member.given.length > 0 || member.isHelping) continue;
        member.isHelping = true;
        void this.#helpWith(member, job, board).finally(() => {
          member.isHelping = false;
        });
      }
    }
  }

  async #helpWith(member: Member, job: string, board: SharedArrayBuffer): Promise<void> {
    try {
      const opening = this.#open(member, job);
      const helping = member.api.assist(job, board);
      await opening;
      await helping;
    } catch {
      // A job that cannot be built here cannot be built by its owner either, who says so.
    }
  }

  /** Opens a job in a worker, unless it is; resolves when it has been. */
  async #open(member: Member, job: string): Promise<void> {
    const spec = this.#jobs.spec(job);
    if (!spec) throw new Error(`job ${job} was leased before it was opened`);
    if (member.opened.has(job)) return;
    member.opened.set(job, new Set());
    const providing = this.#runtimeFor(member, spec); // posted at once, before the job that needs it
    const opening = member.api.open(job, spec, this.#jobs.assetsOf(spec));
    await providing;
    await opening;
  }

  async #runOn(member: Member, lease: Lease, checkpoint: Uint8Array | null): Promise<RunResult> {
    try {
      // All are posted at once: leases come to the worker in the order in which they were given.
      const opening = this.#open(member, lease.job);
      const keeping = this.#keepIn(member, member.opened.get(lease.job) ?? new Set(), lease);
      const result = member.api.run(lease, checkpoint);
      await opening;
      await keeping;
      return await result;
    } catch (error) {
      return { ok: false, error: asError("internal", error) };
    }
  }
}

/** The text of a job's module. */
function sourceOf(spec: WorkSpec): string | undefined {
  const { model }: { model?: { kind: string; source?: unknown } } = isTraining(spec) ? {} : spec;
  return model?.kind === "module" && typeof model.source === "string" ? model.source : undefined;
}

function asError(code: string, error: unknown): SegmentError {
  return { code, message: error instanceof Error ? error.message : String(error) };
}
