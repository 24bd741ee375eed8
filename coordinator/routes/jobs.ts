/** Jobs: taken, listed, looked at, steered. */
import { createRoute, OpenAPIHono } from "@hono/zod-openapi";
import { z } from "zod";
import { type BodyLimits, expectNoBody, readBody } from "../http/body.ts";
import { answer, integerParameter, JobPath, NoQuery, problem } from "../http/route.ts";
import { submission, type Submitted, taken } from "../http/submission.ts";
import type { Jobs } from "../jobs.ts";
import { type JobSpecInput, JobStatus, JobView, Progress, SamplingJobView } from "../schema/job.ts";

const JobList = z.strictObject({
  jobs: z.array(z.strictObject({ id: z.string(), status: JobStatus, progress: Progress })),
  nextCursor: z.string().optional().describe("Send as `cursor` for the next page; absent on the last."),
}).meta({ id: "JobList", description: "Newest first." });

const submit = createRoute({
  method: "post",
  path: "/v1/jobs",
  operationId: "submitJob",
  tags: ["jobs"],
  summary: "Take a job",
  request: submission("JobSpec"),
  responses: taken(SamplingJobView, "The job, its seed and sampler chosen where the spec left them open."),
});

const list = createRoute({
  method: "get",
  path: "/v1/jobs",
  operationId: "listJobs",
  tags: ["jobs"],
  summary: "List the jobs, newest first",
  request: {
    query: z.strictObject({
      limit: integerParameter(1, 1000, 50, "The most jobs on the page."),
      cursor: z.string().max(200).optional().meta({ param: { description: "`nextCursor` of the page before." } }),
    }),
  },
  responses: { 200: answer(JobList, "A page of the list."), 422: problem("validation") },
});

const look = createRoute({
  method: "get",
  path: "/v1/jobs/{id}",
  operationId: "getJob",
  tags: ["jobs"],
  summary: "Look at a job",
  request: { params: JobPath, query: NoQuery },
  responses: { 200: answer(JobView, "The job."), 404: problem("not-found") },
});

function steer<Verb extends "cancel" | "pause" | "resume">(verb: Verb, summary: string) {
  return createRoute({
    method: "post",
    path: `/v1/jobs/{id}/${verb}`,
    operationId: `${verb}Job`,
    tags: ["jobs"],
    summary,
    request: { params: JobPath, query: NoQuery },
    responses: {
      202: answer(JobView, "The job. What was asked for takes effect at its next segment."),
      404: problem("not-found"),
      409: problem("conflict"),
    },
  });
}

const cancel = steer("cancel", "Cancel a job; what is committed stays");
const pause = steer("pause", "Pause a job");
const resume = steer("resume", "Let a paused job go on");

export function jobRoutes(jobs: Jobs, limits: BodyLimits) {
  return new OpenAPIHono()
    .openapi<typeof submit, Submitted<JobSpecInput>>(submit, async (c) => {
      const body = await readBody(c.req.raw, limits);
      await jobs.prepare(body);
      const job = jobs.submit(body, c.req.valid("header")["idempotency-key"]);
      return c.json(job, 202, { Location: `/v1/jobs/${job.id}` });
    })
    .openapi(list, (c) => {
      const { jobs: page, nextCursor } = jobs.list(c.req.valid("query"));
      const listed = page.map(({ id, status, progress }) => ({ id, status, progress }));
      return c.json({ jobs: listed, ...(nextCursor === undefined ? {} : { nextCursor }) }, 200);
    })
    .openapi(look, (c) => c.json(jobs.job(c.req.valid("param").id), 200))
    .openapi(cancel, async (c) => {
      await expectNoBody(c.req.raw, limits);
      return c.json(jobs.cancel(c.req.valid("param").id), 202);
    })
    .openapi(pause, async (c) => {
      await expectNoBody(c.req.raw, limits);
      return c.json(jobs.pause(c.req.valid("param").id), 202);
    })
    .openapi(resume, async (c) => {
      await expectNoBody(c.req.raw, limits);
      return c.json(jobs.resume(c.req.valid("param").id), 202);
    });
}
