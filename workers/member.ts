/** A worker of a pool: how it is spoken to, and what it is at. */
import * as Comlink from "comlink";
import type { Backend } from "../onnx/session/session.ts";
import { isOfModules } from "./hire.ts";
import type { ModuleApi } from "./module_api.ts";
import type { WorkerKind } from "./work_spec.ts";
import type { WorkerApi } from "./worker.ts";
import type { BaseApi } from "./worker_api.ts";

export interface Member {
  readonly kind: WorkerKind;
  readonly worker: Worker;
  readonly api: Comlink.Remote<BaseApi>;
  /** What workers of graphs can do beside it. */
  readonly graphs: Comlink.Remote<WorkerApi> | null;
  /** What workers of modules can do beside it. */
  readonly modules: Comlink.Remote<ModuleApi> | null;
  /** Of users' modules: the job that it was hired for, or was given first. */
  job: string | null;
  /** The text of the module that was examined in it. */
  examined: string | null;
  /** Settles when it has started. */
  readonly ready: Promise<void>;
  /** What an uncaught error in it leads to. */
  fault: (message: string) => void;
  /** The jobs that it has open, each with what its chains have learned together, as far as the worker was given it. */
  readonly opened: Map<string, Set<string>>;
  /** The leases that it was given, in their order: it is at the first. */
  given: number[];
  /** When it ended one last, by performance.now(). */
  ended: number;
  /** What it was made ready for. */
  readonly runtimes: Set<Backend>;
  /** It has started: before that its leases wait, through no fault of theirs. */
  isReady: boolean;
  isHelping: boolean;
}

/** What a pool is told by its workers. */
export interface MemberEvents {
  /** One advances. */
  alive(member: Member): void;
  /** Others may help it with a job; null where it is not to ask. */
  readonly offer: ((member: Member, job: string, board: SharedArrayBuffer) => void) | null;
  /** An error that nobody caught: calls to the worker never settle after it. */
  fault(message: string): void;
}

export function connect(kind: WorkerKind, worker: Worker, { alive, offer, fault }: MemberEvents): Member {
  const graphs = isOfModules(kind) ? null : Comlink.wrap<WorkerApi>(worker);
  const modules = kind === "module" ? wrapPort<ModuleApi>(worker) : null;
  const { promise: ready, resolve: tellReady } = Promise.withResolvers<void>();
  const member: Member = {
    kind,
    worker,
    api: graphs ?? modules ?? wrapPort<BaseApi>(worker),
    graphs,
    modules,
    job: null,
    examined: null,
    ready,
    fault,
    opened: new Map(),
    given: [],
    ended: 0,
    runtimes: new Set(),
    isReady: false,
    isHelping: false,
  };
  // Where it is not caught here it ends this process.
  worker.onerror = (event) => {
    event.preventDefault();
    member.fault(event.message);
  };
  const offering = offer && graphs
    ? Comlink.proxy((job: string, board: SharedArrayBuffer) => offer(member, job, board))
    : null;
  void member.api.connect(Comlink.proxy(() => alive(member)), offering).then(() => {
    member.isReady = true;
    tellReady();
  });
  return member;
}

/** Modules' workers are spoken to through a port of which nothing on their global object knows. */
function wrapPort<Api>(worker: Worker): Comlink.Remote<Api> {
  const { port1, port2 } = new MessageChannel();
  worker.postMessage(null, [port2]);
  return Comlink.wrap<Api>(port1);
}
