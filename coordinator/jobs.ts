/** What the coordinator offers to whoever drives it: the HTTP routes and the command line. */
import type { Assets } from "../models/model.ts";
import type { Direction, Hints } from "../onnx/import/hints.ts";
import type { DrawsReader } from "./store/draws.ts";
import type { FlowUses } from "./desk/flow_uses.ts";
import type { Check } from "./schema/check.ts";
import type { FixedSpec, JobView } from "./schema/job.ts";
import type { TrainedParameters } from "../models/training/training.ts";
import type { Summary } from "./schema/summary.ts";
import type { RawTensor } from "./inference/inference.ts";
import type { GraphView, ModelView } from "./schema/models.ts";
import type { FixedTrainSpec, TrainingSummary } from "./schema/training.ts";

/** `data` is JSON: of progress `{ done, total }`, of status `{ status, error? }`, of summary a Summary, of warning a Warning. */
export interface JobEvent {
  /** Rises within a job, over restarts too. */
  readonly id: number;
  readonly type: "progress" | "summary" | "status" | "warning";
  readonly data: unknown;
}

/** A job in the list: its spec may be megabytes of data, so the list leaves it out. */
export type JobListing = Pick<JobView, "id" | "status" | "progress">;

export interface JobPage {
  readonly jobs: readonly JobListing[];
  readonly nextCursor?: string;
}

export interface GraphFile {
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
  readonly direction?: Direction;
}

export interface Gauges {
  readonly jobs: readonly { readonly status: string; readonly training: boolean; readonly jobs: number }[];
  /** Committed, of all chains of all jobs that sample. */
  readonly draws: number;
  /** Made by all trainings. */
  readonly updates: number;
  /** In the registry. */
  readonly models: number;
  readonly nodes: number;
  readonly workers: number;
  readonly leases: number;
}

/** Errors are those of schema/errors.ts; every method that names a job throws NotFoundError where there is none. */
export interface Jobs {
  /** Finds out what has to be known before such a body can be submitted: of a graph, which backends there are. */
  prepare(body: unknown): Promise<void>;
  /** Checks a module: `body` is a CheckSpec. Throws ValidationError and QueueFullError. */
  check(body: unknown): Promise<Check>;
  /**
   * Takes a job. `body` is the JSON value as it was sent; with an idempotency key seen before, the same value gives the first
   * job and another one is a ValidationError. Throws ValidationError and QueueFullError.
   */
  submit(body: unknown, idempotencyKey?: string): JobView<FixedSpec>;
  /** Takes a training, once its data are read; else as `submit`. */
  submitTraining(body: unknown, idempotencyKey?: string): Promise<JobView<FixedTrainSpec>>;
  /** The registry, in the order of names; what a name stands for, which throws NotFoundError where there is none. */
  models(): ModelView[];
  model(name: string): ModelView;
  /**
   * Takes an ONNX graph under a name, checked; one of the other direction joins an uploaded flow. Rejects with ValidationError and
   * QueueFullError, and with what `chunks` throws.
   */
  putGraph(name: string, chunks: AsyncIterable<Uint8Array>, hints: Hints): Promise<ModelView>;
  /** Makes a name point to `NAME` or `NAME@SHA256`. Throws ValidationError. */
  putAlias(name: string, alias: string): ModelView;
  /** Holds the graphs of a flow against the vectors of their manifest, any JSON value. Rejects with ValidationError. */
  putManifest(name: string, manifest: unknown): Promise<ModelView>;
  /** The ONNX file of a model, of a flow that of a direction or the first. Throws NotFoundError where there is none. */
  graphFile(name: string, direction?: Direction): GraphFile;
  /** Runs a graph at once. Rejects with ValidationError where it cannot run on these inputs, QueueFullError. */
  infer(graph: GraphView, inputs: readonly RawTensor[], outputs: readonly string[]): Promise<RawTensor[]>;
  /** Throws StateConflictError while other names point to it. */
  removeModel(name: string): void;
  trained(name: string): TrainedParameters;
  /** Small questions to flows of the registry, answered at once. */
  readonly uses: Pick<FlowUses, "sample" | "logProb" | "encode" | "reconstruct" | "interpolate">;
  job(id: string): JobView;
  /** Newest first. Throws ValidationError for a cursor that was never given out. */
  list(options: { cursor?: string; limit: number }): JobPage;
  /** Throw StateConflictError on a job that has ended. */
  cancel(id: string): JobView;
  pause(id: string): JobView;
  resume(id: string): JobView;
  /** Of what is committed. Throws StateConflictError while there is no draw. */
  summary(id: string): Promise<Summary | TrainingSummary>;
  /** Of what is committed; checked against its CRCs. The caller closes it. Throws StateConflictError while there is no draw. */
  draws(id: string): Promise<DrawsReader>;
  /**
   * The events after `after` (0, or an id that was never issued: from the first), then the new ones as they come; ends after the terminal
   * status. `signal` ends it early. `isOver(id, after)` tells whether there would be none.
   */
  events(id: string, after: number, signal: AbortSignal): AsyncIterable<JobEvent>;
  isOver(id: string, after: number): boolean;
  /** For files that nobody misses after a crash, on the disk of the draws. */
  readonly temporaryFolder: string;
  /** What specs name by a SHA-256. */
  readonly assets: Assets;
  /** False once a shutdown has begun. */
  readonly accepting: boolean;
  /** For /metrics. */
  gauges(): Gauges;
}
