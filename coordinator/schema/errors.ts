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

/** Too much is waiting: 429. */
export class QueueFullError extends Error {
  override name = "QueueFullError";
  constructor(message: string, readonly retryAfterSeconds: number) {
    super(message);
  }
}

/** The service is stopping, and what was asked for is left off: 503. */
export class StoppingError extends Error {
  override name = "StoppingError";
  constructor() {
    super("A shutdown has begun.");
  }
}
