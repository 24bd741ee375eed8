/** The errors that a caller of the coordinator can cause. */

/** Where something is wrong in what was sent, dotted, and what would be right. */
export interface Fault {
  readonly path: string;
  readonly message: string;
}

/** Understood, but wrong: 422. */
export class ValidationError extends Error {
  override name = "ValidationError";
  constructor(readonly faults: readonly Fault[]) {
    super(faults.map(({ path, message }) => (path === "" ? message : `${path}: ${message}`)).join("; "));
  }
}

/** There is no such job: 404. */
export class NotFoundError extends Error {
  override name = "NotFoundError";
}

/** Not in this state of the job: 409. */
export class StateConflictError extends Error {
  override name = "StateConflictError";
}

/** Too many unfinished jobs: 429. */
export class QueueFullError extends Error {
  override name = "QueueFullError";
  constructor(readonly unfinished: number, readonly retryAfterSeconds: number) {
    super(`${unfinished} jobs are unfinished, the most there may be. Wait for one to end, or cancel one.`);
  }
}
