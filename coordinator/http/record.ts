/** One line of the log and one observation of the metrics for each request. No header and no query string is written. */
import { getLogger } from "@logtape/logtape";
import type { MiddlewareHandler } from "hono";
import { matchedRoutes } from "hono/route";
import type { RequestIdVariables } from "hono/request-id";
import type { Metrics } from "./metrics.ts";

const logger = getLogger(["ergodic", "http"]);

const PROBES = new Set(["/healthz", "/readyz", "/metrics"]); // called every few seconds
const METHODS = new Set(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]);
const MOST_CHARACTERS = 200;

export function record(metrics: Metrics): MiddlewareHandler<{ Variables: RequestIdVariables }> {
  return async (c, next) => {
    const began = performance.now();
    await next();
    const milliseconds = performance.now() - began;
    const { method, path } = c.req;
    const { status } = c.res;
    c.res.headers.set("X-Request-Id", c.var.requestId); // on problems too
    const route = matchedRoutes(c).find((candidate) => candidate.method !== "ALL")?.path ?? "none";
    metrics.observe({ method: METHODS.has(method) ? method : "other", route, status, seconds: milliseconds / 1000 });
    logger[PROBES.has(path) ? "debug" : "info"]("{method} {path} {status}", {
      method,
      path: path.slice(0, MOST_CHARACTERS),
      status,
      milliseconds: Math.round(milliseconds * 10) / 10,
      requestId: c.var.requestId,
    });
  };
}
