/** What answers where no route does: 404, 405 with the methods that there are, OPTIONS, and every error. */
import { getLogger } from "@logtape/logtape";
import type { Context, ErrorHandler, NotFoundHandler } from "hono";
import { describe } from "../schema/faults.ts";
import { respond, respondTo } from "./problem.ts";

const logger = getLogger(["ergodic", "http"]);

export const notFound: NotFoundHandler = (c) =>
  respond("not-found", `there is no route ${describe(c.req.path)}. /openapi.json lists them all.`);

/** `methods`: those that the path takes. */
export function otherMethod(c: Context, methods: readonly string[]): Response {
  const Allow = [...methods, "OPTIONS"].join(", ");
  if (c.req.method === "OPTIONS") return new Response(null, { status: 204, headers: { Allow } });
  return respond("method-not-allowed", `expected one of ${Allow}, found ${describe(c.req.method)}`, { Allow });
}

export const onError: ErrorHandler = (error, c) => {
  const response = respondTo(error);
  if (response) return response;
  const requestId: string = c.get("requestId");
  logger.error("request {requestId} failed: {error}", { requestId, error });
  return respond("internal", "The service failed; its log tells why, under this request's id.", {}, { requestId });
};
