/** Trainings: taken as jobs, which every route of jobs then answers for. */
import { createRoute, OpenAPIHono } from "@hono/zod-openapi";
import { type BodyLimits, readBody } from "../http/body.ts";
import { submission, type Submitted, taken } from "../http/submission.ts";
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
  request: submission("TrainSpec"),
  responses: taken(TrainingJobView, "The job, its seed chosen where the spec left it open."),
});

export function trainingRoutes(jobs: Jobs, limits: BodyLimits) {
  const routes = new OpenAPIHono();
  routes.openAPIRegistry.register("TrainSpec", TrainSpec);
  return routes.openapi<typeof submit, Submitted<TrainSpecInput>>(submit, async (c) => {
    const body = await readBody(c.req.raw, limits);
    const job = await jobs.submitTraining(body, c.req.valid("header")["idempotency-key"]);
    return c.json(job, 202, { Location: `/v1/jobs/${job.id}` });
  });
}
