/** Small uses of a flow that are answered at once: draws, log densities, the way to noise and back. */
import { createRoute, OpenAPIHono } from "@hono/zod-openapi";
import { z } from "zod";
import { type BodyLimits, readBody } from "../http/body.ts";
import { answer, ModelPath, NoQuery, problem } from "../http/route.ts";
import type { Jobs } from "../jobs.ts";
import {
  Encoded,
  InterpolationSpec,
  type InterpolationSpecInput,
  LogProbs,
  Reconstruction,
  RowsSpec,
  type RowsSpecInput,
  Sample,
  SampleSpec,
  type SampleSpecInput,
} from "../schema/model_uses.ts";

interface Use {
  readonly path: string;
  readonly operationId: string;
  readonly summary: string;
  readonly description: string;
}

/** `schema`: the name of the document's component that the body is. */
function use<Path extends string, View extends z.ZodType>(
  path: Path,
  schema: string,
  view: View,
  about: Omit<Use, "path">,
) {
  return createRoute({
    method: "post",
    path,
    tags: ["models"],
    ...about,
    request: {
      params: ModelPath,
      query: NoQuery,
      // By reference: the body is read within its limit, in either format, and parsed where the model is known.
      body: { required: true, content: { "application/json": { schema: { $ref: `#/components/schemas/${schema}` } } } },
    },
    responses: {
      200: answer(view, "The answer."),
      400: problem("unreadable"),
      404: problem("not-found"),
      413: problem("too-large"),
      415: problem("unsupported-media"),
      422: problem("validation"),
      429: problem("queue-full"),
    },
  });
}

const sample = use("/v1/models/{name}/sample", "SampleSpec", Sample, {
  operationId: "sampleModel",
  summary: "Draw from a flow",
  description:
    "At most 262,144 numbers; more are a job's. With a seed, fewer draws are the beginning of more, and those of a job of one chain.",
});
const logProb = use("/v1/models/{name}/log-prob", "RowsSpec", LogProbs, {
  operationId: "scoreModel",
  summary: "Log densities of rows",
  description: "Of a flow whose way from data to noise is known, or of a graph that tells log densities or energies.",
});
const encode = use("/v1/models/{name}/encode", "RowsSpec", Encoded, {
  operationId: "encodeModel",
  summary: "The noise that rows come from",
  description: "z with x = f(z).",
});
const reconstruct = use("/v1/models/{name}/reconstruct", "RowsSpec", Reconstruction, {
  operationId: "reconstructModel",
  summary: "Rows to noise and back",
  description: "What comes back differs by what rounding takes.",
});
const interpolate = use("/v1/models/{name}/interpolate", "InterpolationSpec", Reconstruction.pick({ x: true }), {
  operationId: "interpolateModel",
  summary: "Rows between two others",
  description: "Along the straight line between the noises of the two.",
});

/** What the typed client sends. */
interface Sent<Body> {
  in: { json: Body; param: { name: string } };
  out: { json: Body; param: { name: string } };
}

export function modelUseRoutes(jobs: Jobs, limits: BodyLimits) {
  const routes = new OpenAPIHono();
  const { uses } = jobs;
  for (const [name, schema] of Object.entries({ SampleSpec, RowsSpec, InterpolationSpec })) {
    routes.openAPIRegistry.register(name, schema);
  }
  return routes
    .openapi<typeof sample, Sent<SampleSpecInput>>(
      sample,
      async (c) => c.json(await uses.sample(c.req.valid("param").name, await readBody(c.req.raw, limits)), 200),
    )
    .openapi<typeof logProb, Sent<RowsSpecInput>>(
      logProb,
      async (c) => c.json(await uses.logProb(c.req.valid("param").name, await readBody(c.req.raw, limits)), 200),
    )
    .openapi<typeof encode, Sent<RowsSpecInput>>(
      encode,
      async (c) => c.json(await uses.encode(c.req.valid("param").name, await readBody(c.req.raw, limits)), 200),
    )
    .openapi<typeof reconstruct, Sent<RowsSpecInput>>(
      reconstruct,
      async (c) => c.json(await uses.reconstruct(c.req.valid("param").name, await readBody(c.req.raw, limits)), 200),
    )
    .openapi<typeof interpolate, Sent<InterpolationSpecInput>>(
      interpolate,
      async (c) => c.json(await uses.interpolate(c.req.valid("param").name, await readBody(c.req.raw, limits)), 200),
    );
}
