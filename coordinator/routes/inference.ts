/** The Open Inference Protocol, version 2, so that its clients can call the models of the registry. */
import { createRoute, OpenAPIHono } from "@hono/zod-openapi";
import { z } from "zod";
import { bodyChunks, type BodyLimits, readBody } from "../http/body.ts";
import { plain } from "../http/plain.ts";
import { RequestError } from "../http/problem.ts";
import { answer, ModelPath, NoQuery } from "../http/route.ts";
import { answerOf, metadataOf, readRequest, versionOf } from "../inference/infer.ts";
import type { Jobs } from "../jobs.ts";
import { InferenceError, InferenceMetadata, InferenceRequest, InferenceResponse } from "../schema/inference.ts";
import { type ProblemName, PROBLEMS } from "../schema/problem.ts";

const BINARY_HEADER = "Inference-Header-Content-Length";
const VERSION = "1";

const VersionPath = ModelPath.extend({
  version: z.string().max(20).meta({
    param: { description: "Of a flow `forward` or `inverse`, of another graph `1`." },
  }),
});

function get<Path extends string, Schema extends z.ZodType>(
  path: Path,
  operationId: string,
  summary: string,
  schema: Schema,
) {
  return createRoute({
    method: "get",
    path,
    operationId,
    tags: ["inference"],
    summary,
    request: { query: NoQuery },
    responses: { 200: answer(schema, "As the protocol has it.") },
  });
}

const Server = z.strictObject({ name: z.string(), version: z.string(), extensions: z.array(z.string()) }).meta({
  id: "InferenceServer",
});
const Live = z.strictObject({ live: z.boolean() }).meta({ id: "InferenceLive" });
const Ready = z.strictObject({ ready: z.boolean() }).meta({ id: "InferenceReady" });
const ModelReady = z.strictObject({ name: z.string(), ready: z.boolean() }).meta({ id: "InferenceModelReady" });

const server = get("/v2", "getInferenceServer", "Tell what this server is", Server);
const live = get("/v2/health/live", "getInferenceLive", "Tell that the server lives", Live);
const ready = get("/v2/health/ready", "getInferenceReady", "Tell that the server takes requests", Ready);

function ofModel<Path extends string, Schema extends z.ZodType, Params extends z.ZodObject>(
  path: Path,
  params: Params,
  operationId: string,
  summary: string,
  schema: Schema,
) {
  return createRoute({
    method: "get",
    path,
    operationId,
    tags: ["inference"],
    summary,
    request: { params, query: NoQuery },
    responses: { 200: answer(schema, "As the protocol has it."), 404: failure("not-found") },
  });
}

const model = ofModel(
  "/v2/models/{name}",
  ModelPath,
  "getInferenceModel",
  "Tell a graph's inputs and outputs",
  InferenceMetadata,
);
const modelVersion = ofModel(
  "/v2/models/{name}/versions/{version}",
  VersionPath,
  "getInferenceModelVersion",
  "Tell the inputs and outputs of one of a flow's graphs",
  InferenceMetadata,
);
const modelReady = ofModel(
  "/v2/models/{name}/ready",
  ModelPath,
  "getInferenceModelReady",
  "Tell whether a graph can be run",
  ModelReady,
);
const versionReady = ofModel(
  "/v2/models/{name}/versions/{version}/ready",
  VersionPath,
  "getInferenceVersionReady",
  "Tell whether one of a flow's graphs can be run",
  ModelReady,
);

function inferAt<Path extends string, Params extends z.ZodObject>(path: Path, params: Params, operationId: string) {
  return createRoute({
    method: "post",
    path,
    operationId,
    tags: ["inference"],
    summary: "Run a graph on rows",
    description:
      "Tensors are JSON, or follow it as little-endian bytes: then the header Inference-Header-Content-Length tells the bytes of the " +
      "JSON, in the request as in the answer. Graphs run in WebAssembly, one request at a time, for at most 30 s.",
    request: {
      params,
      query: NoQuery,
      headers: z.object({
        "inference-header-content-length": z.string().regex(/^\d{1,9}$/, {
          error: "expected the number of bytes of the JSON",
        }).optional(),
      }),
      body: {
        required: true,
        content: {
          "application/json": { schema: { $ref: "#/components/schemas/InferenceRequest" } },
          "application/octet-stream": { schema: z.string().meta({ format: "binary" }) },
        },
      },
    },
    responses: {
      200: {
        description: "The outputs.",
        content: {
          "application/json": { schema: InferenceResponse },
          "application/octet-stream": { schema: z.string().meta({ format: "binary" }) },
        },
      },
      400: failure("unreadable"),
      404: failure("not-found"),
      413: failure("too-large"),
      415: failure("unsupported-media"),
      422: failure("validation"),
      429: failure("queue-full"),
    },
  });
}

const infer = inferAt("/v2/models/{name}/infer", ModelPath, "infer");
const inferVersion = inferAt("/v2/models/{name}/versions/{version}/infer", VersionPath, "inferVersion");

/** An error of these routes, in the protocol's form. */
function failure(name: ProblemName) {
  return answer(InferenceError, PROBLEMS[name].title);
}

export function inferenceRoutes(jobs: Jobs, limits: BodyLimits) {
  /** `bytes` where tensors follow the JSON, which then has the length `header`. */
  const run = async (request: Request, name: string, versionName?: string) => {
    const { graph, version } = versionOf(jobs.model(name), versionName);
    const { value, binary } = await readInference(request, limits);
    const read = readRequest(value, binary, graph);
    const results = await jobs.infer(graph, read.inputs, read.outputs.map((output) => output.name));
    const { json, binary: parts } = answerOf(read, results, name, version);
    if (parts.length === 0) return { json };
    const text = new TextEncoder().encode(JSON.stringify(json));
    const bytes = await new Blob([text, ...parts.map((part) => new Uint8Array(part))]).arrayBuffer();
    return { bytes, headers: { "Content-Type": "application/octet-stream", [BINARY_HEADER]: String(text.byteLength) } };
  };
  const metadata = (name: string, version?: string) => {
    const view = jobs.model(name);
    return metadataOf(view, versionOf(view, version).graph);
  };
  const isReady = (name: string, version?: string) => {
    versionOf(jobs.model(name), version);
    return { name, ready: jobs.accepting };
  };
  const routes = new OpenAPIHono();
  routes.openAPIRegistry.register("InferenceRequest", InferenceRequest);
  return routes
    .openapi(server, (c) => c.json({ name: "ergodic", version: VERSION, extensions: ["binary_tensor_data"] }, 200))
    .openapi(live, (c) => c.json({ live: true }, 200))
    .openapi(ready, (c) => c.json({ ready: jobs.accepting }, 200))
    .openapi(model, (c) => c.json(metadata(c.req.valid("param").name), 200))
    .openapi(modelVersion, (c) => {
      const { name, version } = c.req.valid("param");
      return c.json(metadata(name, version), 200);
    })
    .openapi(modelReady, (c) => c.json(isReady(c.req.valid("param").name), 200))
    .openapi(versionReady, (c) => {
      const { name, version } = c.req.valid("param");
      return c.json(isReady(name, version), 200);
    })
    .openapi(infer, async (c) => {
      const result = await run(c.req.raw, c.req.valid("param").name);
      return result.json ? c.json(result.json, 200) : c.body(result.bytes, 200, result.headers);
    })
    .openapi(inferVersion, async (c) => {
      const { name, version } = c.req.valid("param");
      const result = await run(c.req.raw, name, version);
      return result.json ? c.json(result.json, 200) : c.body(result.bytes, 200, result.headers);
    });
}

/** The JSON of a body, and the bytes behind it. */
async function readInference(request: Request, limits: BodyLimits): Promise<{ value: unknown; binary: Uint8Array }> {
  const header = request.headers.get(BINARY_HEADER);
  if (header === null) return { value: await readBody(request, limits), binary: new Uint8Array() };
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  for await (const chunk of bodyChunks(request, limits, "Send fewer rows at a time.")) {
    chunks.push(new Uint8Array(chunk));
  }
  const bytes = new Uint8Array(await new Blob(chunks).arrayBuffer());
  const length = Number(header);
  if (length > bytes.byteLength) {
    throw new RequestError(
      "unreadable",
      `${BINARY_HEADER} tells ${length} bytes of JSON, and the body has ${bytes.byteLength}`,
    );
  }
  try {
    return {
      value: plain(JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes.subarray(0, length)))),
      binary: bytes.subarray(length),
    };
  } catch (error) {
    if (error instanceof RequestError) throw error;
    if (error instanceof SyntaxError || error instanceof TypeError) {
      throw new RequestError(
        "unreadable",
        `expected JSON in the first ${length} bytes: ${error.message.slice(0, 200)}`,
      );
    }
    throw error;
  }
}
