/** The registry of models: trained here, or uploaded as ONNX graphs. */
import { createRoute, OpenAPIHono } from "@hono/zod-openapi";
import { z } from "zod";
import { InputError } from "../../numerics/errors.ts";
import { MOST_MODEL_BYTES } from "../../onnx/import/decode.ts";
import { DIRECTIONS } from "../../onnx/import/hints.ts";
import { bodyChunks, type BodyLimits, readBody } from "../http/body.ts";
import { RequestError } from "../http/problem.ts";
import { answer, ModelPath, NoQuery, optionalIntegerParameter, problem } from "../http/route.ts";
import type { Jobs } from "../jobs.ts";
import { arraysNpz } from "../output/arrays_npz.ts";
import { isManifest } from "../uploads/vectors.ts";
import { modelFilters, MOST_FILTERS } from "../pictures/model_filters.ts";
import { encodePng } from "../pictures/picture.ts";
import { ValidationError } from "../schema/errors.ts";
import { describe, faultsOf } from "../schema/faults.ts";
import { AliasSpec, hintsOf, ModelView, UploadQuery } from "../schema/models.ts";

const MOST_SIDE = 65_535;
const MOST_ZOOM = 64;

const ModelList = z.strictObject({ models: z.array(ModelView) }).meta({ id: "ModelList" });

const list = createRoute({
  method: "get",
  path: "/v1/models",
  operationId: "listModels",
  tags: ["models"],
  summary: "List the models of the registry",
  description: "Those of the registry, by their names; /v1/kinds lists the kinds of model that jobs can name.",
  request: { query: NoQuery },
  responses: { 200: answer(ModelList, "The models.") },
});

const look = createRoute({
  method: "get",
  path: "/v1/models/{name}",
  operationId: "getModel",
  tags: ["models"],
  summary: "Look at a model",
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

const binary = { schema: z.string().meta({ format: "binary" }) };

const upload = createRoute({
  method: "put",
  path: "/v1/models/{name}",
  operationId: "putModel",
  tags: ["models"],
  summary: "Upload an ONNX graph, or give a model another name",
  description:
    "The graph is read within bounds, tried in a process of its own and kept by its SHA-256; a graph of the other direction " +
    "joins the flow that is there under this name, where the two are each other's inverse. Names of inputs and outputs as they are in use " +
    "(`z`, `x`, `log_det`, `log_prob` …) tell what the graph is; the query tells what they do not. A JSON body " +
    "makes the name point to another model instead, or is the manifest that `export` writes, whose vectors the graphs under this name are then held to.",
  request: {
    params: ModelPath,
    query: UploadQuery,
    body: {
      required: true,
      content: {
        "application/octet-stream": binary,
        "application/onnx": binary,
        "application/json": { schema: { $ref: "#/components/schemas/AliasSpec" } },
      },
    },
  },
  responses: {
    200: answer(ModelView, "The model as it is in the registry now."),
    400: problem("unreadable"),
    413: problem("too-large"),
    415: problem("unsupported-media"),
    422: problem("validation"),
    429: problem("queue-full"),
  },
});

const download = createRoute({
  method: "get",
  path: "/v1/models/{name}/onnx",
  operationId: "getModelGraph",
  tags: ["models"],
  summary: "Download an ONNX graph",
  description: "Of an uploaded model the bytes as they came, of a flow that was trained here those of its export.",
  request: {
    params: ModelPath,
    query: z.strictObject({
      direction: z.enum(DIRECTIONS).optional().meta({
        param: { description: "Of a flow; where absent, the forward graph if there is one." },
      }),
    }),
  },
  responses: {
    200: {
      description: "The .onnx file.",
      headers: z.object({
        "Content-Disposition": z.string().describe("With a name for the file."),
        ETag: z.string().describe("The SHA-256 of the bytes."),
      }),
      content: { "application/octet-stream": binary },
    },
    404: problem("not-found"),
    422: problem("validation"),
  },
});

/** Content types of ONNX: those of bytes, and what clients say of bytes of which they were told nothing. */
const ONNX_TYPES = new Set([
  "application/octet-stream",
  "application/onnx",
  "application/x-onnx",
  "application/x-protobuf",
  "application/x-www-form-urlencoded", // curl --data-binary, Python's urllib
  "", // curl -T
]);

function isOnnx({ headers }: Request): boolean {
  const type = (headers.get("Content-Type") ?? "").split(";")[0].trim().toLowerCase();
  if (!ONNX_TYPES.has(type)) return false;
  if ((headers.get("Content-Encoding") ?? "identity").toLowerCase() === "identity") return true;
  throw new RequestError("unsupported-media", "Content-Encoding is not taken. Send the model as it is.");
}

/** Anything but ONNX is JSON: an alias, or a manifest. Throws RequestError for another type. */
function expectJson({ headers }: Request): void {
  const type = headers.get("Content-Type") ?? "";
  if (/json|msgpack/i.test(type)) return;
  throw new RequestError(
    "unsupported-media",
    `expected Content-Type application/octet-stream with the bytes of a .onnx file, found ${
      describe(type)
    }. With curl: -T flow.onnx`,
  );
}

function aliasOf(body: unknown): string {
  const parsed = AliasSpec.safeParse(body);
  if (!parsed.success) throw new ValidationError(faultsOf(parsed.error, body));
  return parsed.data.alias;
}

export function modelRoutes(jobs: Jobs, limits: BodyLimits) {
  const modelLimits: BodyLimits = { ...limits, mostBytes: Math.max(limits.mostBytes, MOST_MODEL_BYTES) };
  const routes = new OpenAPIHono();
  routes.openAPIRegistry.register("AliasSpec", AliasSpec);
  return routes
    .openapi(upload, async (c) => {
      const { name } = c.req.valid("param");
      const query = c.req.valid("query");
      const { raw } = c.req;
      if (!isOnnx(raw)) {
        expectJson(raw);
        const [given] = Object.keys(query);
        if (given !== undefined) {
          throw new ValidationError([{ path: given, message: "says something of a graph, and this body is none" }]);
        }
        const body = await readBody(raw, limits);
        return c.json(isManifest(body) ? await jobs.putManifest(name, body) : jobs.putAlias(name, aliasOf(body)), 200);
      }
      const chunks = bodyChunks(raw, modelLimits, "Export a smaller model.");
      return c.json(await jobs.putGraph(name, chunks, hintsOf(query)), 200);
    })
    .openapi(download, async (c) => {
      const { name } = c.req.valid("param");
      const { path, bytes, sha256, direction } = jobs.graphFile(name, c.req.valid("query").direction);
      const headers = {
        "Content-Type": "application/octet-stream",
        "Content-Disposition": `attachment; filename="${name}${direction ? `.${direction}` : ""}.onnx"`,
        "Content-Length": String(bytes),
        ETag: `"${sha256}"`,
      };
      if (c.req.method === "HEAD") return c.body(null, 200, headers);
      return c.body((await Deno.open(path)).readable, 200, headers);
    })
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
