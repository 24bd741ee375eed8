/** A job's events as they happen, by server-sent events. */
import { createRoute, OpenAPIHono } from "@hono/zod-openapi";
import { getLogger } from "@logtape/logtape";
import { streamSSE } from "hono/streaming";
import { z } from "zod";
import { JobPath, NoQuery, problem } from "../http/route.ts";
import type { Jobs } from "../jobs.ts";

const logger = getLogger(["ergodic", "http"]);

const follow = createRoute({
  method: "get",
  path: "/v1/jobs/{id}/events",
  operationId: "followJob",
  tags: ["jobs"],
  summary: "Follow a job",
  description:
    "Server-sent events `progress` `{ done, total }`, `summary` (a Summary), `status` `{ status, error? }` and " +
    "`warning` `{ code, message }`, each with an id that rises. The stream ends after the terminal status.",
  request: {
    params: JobPath,
    query: NoQuery,
    headers: z.object({
      "last-event-id": z.string().optional()
        .meta({
          param: { description: "Begin after this event; without it, or with one never issued, at the first." },
        }),
    }),
  },
  responses: {
    200: { description: "The events.", content: { "text/event-stream": { schema: z.string() } } },
    204: { description: "The last event, a terminal status, was already received." },
    404: problem("not-found"),
  },
});

export function eventRoutes(jobs: Jobs, heartbeatMs: number) {
  return new OpenAPIHono().openapi(follow, (c) => {
    const { id } = c.req.valid("param");
    const last = c.req.valid("header")["last-event-id"] ?? "";
    const after = /^\d{1,15}$/.test(last) ? Number(last) : 0;
    if (jobs.isOver(id, after)) return c.body(null, 204);
    if (c.req.method === "HEAD") return c.body("", 200, { "Content-Type": "text/event-stream" });

    c.header("X-Accel-Buffering", "no"); // a proxy that waits for more would defeat the purpose
    return streamSSE(c, async (stream) => {
      const ended = new AbortController();
      stream.onAbort(() => ended.abort());
      let isBeating = false;
      const heartbeat = setInterval(async () => {
        if (isBeating) return; // the client does not read: nothing may pile up
        isBeating = true;
        await stream.write(": still here\n\n");
        isBeating = false;
      }, heartbeatMs);
      try {
        for await (const { id: event, type, data } of jobs.events(id, after, ended.signal)) {
          await stream.writeSSE({ id: String(event), event: type, data: JSON.stringify(data) });
        }
      } catch (error) {
        // The client takes the stream up again after the last event that it has.
        logger.error("the events of job {id} broke off: {error}", { id, error });
      } finally {
        clearInterval(heartbeat);
      }
    });
  });
}
