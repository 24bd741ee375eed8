/** What the draws of a job say: its summary, and the autocorrelation of one variable. */
import { createRoute, OpenAPIHono } from "@hono/zod-openapi";
import { z } from "zod";
import { answer, integerParameter, JobPath, NoQuery, problem } from "../http/route.ts";
import type { Jobs } from "../jobs.ts";
import { ValidationError } from "../schema/errors.ts";
import { describe } from "../schema/faults.ts";
import { Summary } from "../schema/summary.ts";
import { TrainingSummary } from "../schema/training.ts";
import { autocorrelation } from "../statistics/autocorrelation.ts";

const MOST_LAGS = 10_000;
const MOST_NAMES = 20; // of those that are said where another was asked for

const Autocorrelation = z.strictObject({
  variable: z.string(),
  complete: z.boolean().describe("False where the job has not made all its draws."),
  chains: z.array(z.array(z.number()).nullable())
    .describe("For each chain the lags from 0; null for a chain that stands still or is not finite."),
}).meta({ id: "Autocorrelation" });

const summary = createRoute({
  method: "get",
  path: "/v1/jobs/{id}/summary",
  operationId: "getSummary",
  tags: ["draws"],
  summary: "Summarise the draws, and say how far to trust them",
  request: { params: JobPath, query: NoQuery },
  responses: {
    200: answer(
      z.union([Summary.meta({ id: "Summary" }), TrainingSummary]),
      "Of a training its metrics. Of an unfinished or cancelled job: of what is committed.",
    ),
    404: problem("not-found"),
    409: problem("conflict"),
  },
});

const correlate = createRoute({
  method: "get",
  path: "/v1/jobs/{id}/autocorrelation",
  operationId: "getAutocorrelation",
  tags: ["draws"],
  summary: "The autocorrelation of each chain of one variable",
  request: {
    params: JobPath,
    query: z.strictObject({
      variable: z.string().meta({ param: { description: "A name as in the summary: `mu`, `theta[1]`." } }),
      lags: integerParameter(1, MOST_LAGS, 100, "The largest lag."),
    }),
  },
  responses: {
    200: answer(Autocorrelation, "Fewer lags where a chain has no more draws."),
    404: problem("not-found"),
    409: problem("conflict"),
    422: problem("validation"),
  },
});

export function statisticsRoutes(jobs: Jobs) {
  return new OpenAPIHono()
    .openapi(summary, async (c) => c.json(await jobs.summary(c.req.valid("param").id), 200))
    .openapi(correlate, async (c) => {
      const { variable, lags } = c.req.valid("query");
      const reader = await jobs.draws(c.req.valid("param").id);
      try {
        const index = reader.names.indexOf(variable);
        if (index < 0) {
          const known = reader.names.slice(0, MOST_NAMES).join(", ") + (reader.names.length > MOST_NAMES ? ", …" : "");
          throw new ValidationError([{
            path: "variable",
            message: `expected one of ${known}; found ${describe(variable)}`,
          }]);
        }
        const { complete } = reader;
        return c.json({ variable, complete, chains: autocorrelation(reader, index, lags) }, 200);
      } finally {
        reader.close();
      }
    });
}
