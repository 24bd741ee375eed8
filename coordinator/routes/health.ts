/** Whether the service lives, and whether it takes work. */
import { createRoute, OpenAPIHono } from "@hono/zod-openapi";
import { z } from "zod";
import { answer, NoQuery, problem } from "../http/route.ts";
import { RequestError } from "../http/problem.ts";
import type { Jobs } from "../jobs.ts";

const Health = z.strictObject({ status: z.literal("ok") });

const healthz = createRoute({
  method: "get",
  path: "/healthz",
  operationId: "healthz",
  tags: ["service"],
  summary: "Whether the service lives",
  security: [],
  request: { query: NoQuery },
  responses: { 200: answer(Health, "It does.") },
});

const readyz = createRoute({
  method: "get",
  path: "/readyz",
  operationId: "readyz",
  tags: ["service"],
  summary: "Whether the service takes work",
  security: [],
  request: { query: NoQuery },
  responses: { 200: answer(Health, "It does."), 503: problem("unavailable") },
});

export function healthRoutes(jobs: Jobs) {
  return new OpenAPIHono()
    .openapi(healthz, (c) => c.json({ status: "ok" } as const, 200))
    .openapi(readyz, (c) => {
      if (!jobs.accepting) throw new RequestError("unavailable", "A shutdown has begun.");
      return c.json({ status: "ok" } as const, 200);
    });
}
