/** Metrics for Prometheus. */
import { createRoute, OpenAPIHono } from "@hono/zod-openapi";
import { z } from "zod";
import type { Metrics } from "../http/metrics.ts";
import { NoQuery } from "../http/route.ts";

const metricsRoute = createRoute({
  method: "get",
  path: "/metrics",
  operationId: "metrics",
  tags: ["service"],
  summary: "Metrics in the text format of Prometheus",
  request: { query: NoQuery },
  responses: { 200: { description: "The metrics.", content: { "text/plain": { schema: z.string() } } } },
});

export function metricsRoutes(metrics: Metrics) {
  return new OpenAPIHono().openapi(metricsRoute, async (c) => {
    return c.text(await metrics.text(), 200, { "Content-Type": metrics.contentType });
  });
}
