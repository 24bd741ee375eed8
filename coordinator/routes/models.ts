/** The registry of trained models. */
import { createRoute, OpenAPIHono } from "@hono/zod-openapi";
import { z } from "zod";
import { answer, ModelPath, NoQuery, problem } from "../http/route.ts";
import type { Jobs } from "../jobs.ts";
import { arraysNpz } from "../output/arrays_npz.ts";
import { ModelView } from "../schema/training.ts";

const ModelList = z.strictObject({ models: z.array(ModelView) }).meta({ id: "ModelList" });

const list = createRoute({
  method: "get",
  path: "/v1/models",
  operationId: "listModels",
  tags: ["models"],
  summary: "List the trained models",
  description: "Those of the registry, by their names; /v1/kinds lists the kinds of model that jobs can name.",
  request: { query: NoQuery },
  responses: { 200: answer(ModelList, "The models.") },
});

const look = createRoute({
  method: "get",
  path: "/v1/models/{name}",
  operationId: "getModel",
  tags: ["models"],
  summary: "Look at a trained model",
  request: { params: ModelPath, query: NoQuery },
  responses: { 200: answer(ModelView, "The model."), 404: problem("not-found"), 422: problem("validation") },
});

const parameters = createRoute({
  method: "get",
  path: "/v1/models/{name}/parameters",
  operationId: "getModelParameters",
  tags: ["models"],
  summary: "Download what a model has learned",
  request: { params: ModelPath, query: NoQuery },
  responses: {
    200: {
      description: "An NPZ archive: an array a name, as numpy.load reads it.",
      headers: z.object({ "Content-Disposition": z.string().describe("With a name for the file.") }),
      content: { "application/zip": { schema: z.string().meta({ format: "binary" }) } },
    },
    404: problem("not-found"),
    422: problem("validation"),
  },
});

const remove = createRoute({
  method: "delete",
  path: "/v1/models/{name}",
  operationId: "deleteModel",
  tags: ["models"],
  summary: "Take a model out of the registry",
  description: "Jobs that were accepted with it go on.",
  request: { params: ModelPath, query: NoQuery },
  responses: { 204: { description: "It is gone." }, 404: problem("not-found"), 422: problem("validation") },
});

export function modelRoutes(jobs: Jobs) {
  return new OpenAPIHono()
    .openapi(list, (c) => c.json({ models: jobs.models() }, 200))
    .openapi(look, (c) => c.json(jobs.model(c.req.valid("param").name), 200))
    .openapi(parameters, (c) => {
      const { name } = c.req.valid("param");
      const { arrays } = jobs.trained(name);
      return c.body(arraysNpz(arrays), 200, {
        "Content-Type": "application/zip",
        "Content-Disposition": `attachment; filename="${name}.npz"`,
      });
    })
    .openapi(remove, (c) => {
      jobs.removeModel(c.req.valid("param").name);
      return c.body(null, 204);
    });
}
