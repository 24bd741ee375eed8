/** From an error to the problem that a client gets. */
import { HTTPException } from "hono/http-exception";
import { NotFoundError, QueueFullError, StateConflictError, StoppingError, ValidationError } from "../schema/errors.ts";
import { type Problem, PROBLEM_TYPE, type ProblemName, PROBLEMS } from "../schema/problem.ts";

/** A problem that is found at the edge: with the request itself, not with what it asks for. */
export class RequestError extends Error {
  override name = "RequestError";
  constructor(readonly problem: ProblemName, detail: string, readonly headers: Readonly<Record<string, string>> = {}) {
    super(detail);
  }
}

/** A problem as a response. */
export function respond(
  name: ProblemName,
  detail: string,
  headers: Readonly<Record<string, string>> = {},
  more: Pick<Problem, "errors" | "requestId"> = {},
): Response {
  const { status, title } = PROBLEMS[name];
  const body: Problem = { type: `/problems/${name}`, title, status, detail, ...more };
  return new Response(JSON.stringify(body), {
    status,
    headers: { "Content-Type": PROBLEM_TYPE, "Cache-Control": "no-store", ...headers },
  });
}

/** The response to an error that the caller caused, or null where the service did. */
export function respondTo(error: Error): Response | null {
  if (error instanceof RequestError) return respond(error.problem, error.message, error.headers);
  if (error instanceof ValidationError) {
    const count = error.faults.length;
    const detail = count === 1 ? error.message : `${count} faults, of which the first: ${first(error)}`;
    return respond("validation", detail, {}, { errors: error.faults.map(({ path, message }) => ({ path, message })) });
  }
  if (error instanceof NotFoundError) return respond("not-found", error.message);
  if (error instanceof StateConflictError) return respond("conflict", error.message);
  if (error instanceof QueueFullError) {
    return respond("queue-full", error.message, { "Retry-After": String(Math.ceil(error.retryAfterSeconds)) });
  }
  if (error instanceof StoppingError) return respond("unavailable", error.message, { "Retry-After": "10" });
  if (error instanceof HTTPException && error.status < 500) return respond("unreadable", error.message);
  return null;
}

function first({ faults }: ValidationError): string {
  const [{ path, message }] = faults;
  return path === "" ? message : `${path}: ${message}`;
}
