/** The registry of trained models. */
import { createRoute, OpenAPIHono } from "@hono/zod-openapi";
import { z } from "zod";
import { InputError } from "../../numerics/errors.ts";
import { answer, ModelPath, NoQuery, optionalIntegerParameter, problem } from "../http/route.ts";
import type { Jobs } from "../jobs.ts";
import { arraysNpz } from "../output/arrays_npz.ts";
import { modelFilters, MOST_FILTERS } from "../pictures/model_filters.ts";
import { encodePng } from "../pictures/picture.ts";
import { ValidationError } from "../schema/errors.ts";
import { ModelView } from "../schema/training.ts";

const MOST_SIDE = 65_535;
const MOST_ZOOM = 64;

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

const filters = createRoute({
  method: "get",
  path: "/v1/models/{name}/filters",
  operationId: "getModelFilters",
  tags: ["models"],
  summary: "Draw what each hidden unit of an RBM looks at",
  request: {
    params: ModelPath,
    query: z.strictObject({
      height: optionalIntegerParameter(1, MOST_SIDE, "Of an image; where absent, a square."),
      width: optionalIntegerParameter(1, MOST_SIDE, "Of an image."),
      count: optionalIntegerParameter(1, MOST_FILTERS, "Hidden units, the first ones; all where absent."),
      zoom: optionalIntegerParameter(
        1,
        MOST_ZOOM,
        "Pixels of the sheet for a pixel of an image, each way; where absent, as many as make it about 56 pixels large.",
      ),
    }),
  },
  responses: {
    200: {
      description:
        "A PNG of 8-bit grey: the weights of each hidden unit as an image, each on a scale of its own, 0 in the middle.",
      content: { "image/png": { schema: z.string().meta({ format: "binary" }) } },
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
    .openapi(filters, (c) => {
      const trained = jobs.trained(c.req.valid("param").name);
      try {
        return c.body(encodePng(modelFilters(trained, c.req.valid("query"))), 200, { "Content-Type": "image/png" });
      } catch (error) {
        if (error instanceof InputError) throw new ValidationError([{ path: error.path, message: error.message }]);
        throw error;
      }
    })
    .openapi(remove, (c) => {
      jobs.removeModel(c.req.valid("param").name);
      return c.body(null, 204);
    });
}
