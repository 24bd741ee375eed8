/** Trainings: taken as jobs, which every route of jobs then answers for. */
import { createRoute, OpenAPIHono } from "@hono/zod-openapi";
import { z } from "zod";
import { type BodyLimits, readBody } from "../http/body.ts";
import { answer, IdempotencyHeader, NoQuery, problem } from "../http/route.ts";
import type { Jobs } from "../jobs.ts";
import { TrainingJobView } from "../schema/job.ts";
import { TrainSpec, type TrainSpecInput } from "../schema/training.ts";

const submit = createRoute({
  method: "post",
  path: "/v1/training",
  operationId: "submitTraining",
  tags: ["training"],
  summary: "Train a model",
  description:
    "A training is a job: its progress, events, summary and draws (a row of metrics for each record) are a job's. " +
    "What it learns enters the registry of models once it is completed.",
  request: {
    query: NoQuery,
    headers: IdempotencyHeader,
    // By reference: the body is read within its limit, in either format, and parsed where the job is made.
    body: { required: true, content: { "application/json": { schema: { $ref: "#/components/schemas/TrainSpec" } } } },
  },
  responses: {
    202: {
      ...answer(TrainingJobView, "The job, its seed chosen where the spec left it open."),
      headers: z.object({ Location: z.string() }),
    },
    400: problem("unreadable"),
    413: problem("too-large"),
    415: problem("unsupported-media"),
    422: problem("validation"),
    429: problem("queue-full"),
  },
});

interface SubmitInput {
  in: { json: TrainSpecInput; header?: { "idempotency-key"?: string } };
  out: { json: TrainSpecInput; header: { "idempotency-key"?: string } };
}

export function trainingRoutes(jobs: Jobs, limits: BodyLimits) {
  const routes = new OpenAPIHono();
  routes.openAPIRegistry.register("TrainSpec", TrainSpec);
  return routes.openapi<typeof submit, SubmitInput>(submit, async (c) => {
    const body = await readBody(c.req.raw, limits);
    const job = await jobs.submitTraining(body, c.req.valid("header")["idempotency-key"]);
    return c.json(job, 202, { Location: `/v1/jobs/${job.id}` });
  });
}
