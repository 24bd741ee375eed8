/** The OpenAPI document: what the routes declare, and what holds for all of them. */
import type { OpenAPIHono } from "@hono/zod-openapi";
import { PROBLEM_TYPE, PROBLEMS } from "../schema/problem.ts";
import { MESSAGE_PACK } from "./message_pack.ts";
import { headerName } from "./route.ts";

const API_VERSION = "1";

const INFERENCE = "/v2"; // whose errors have the protocol's form

const METHODS = ["get", "put", "post", "delete", "patch"] as const;

type Document = ReturnType<OpenAPIHono["getOpenAPI31Document"]>;
type Operation = NonNullable<NonNullable<Document["paths"]>[string]["get"]>;

export function openApiDocument(app: OpenAPIHono): Document {
  app.openAPIRegistry.registerComponent("securitySchemes", "token", {
    type: "http",
    scheme: "bearer",
    description:
      "Where the service was started with a token. For GET and HEAD it also counts as the password of HTTP " +
      "Basic, with any user name, so that a browser can open the page and this documentation.",
  });
  const document = app.getOpenAPI31Document({
    openapi: "3.1.0",
    info: {
      title: "ergodic",
      version: API_VERSION,
      description: "Markov chains as a service. Every JSON body, of a request or an answer, may also be MessagePack " +
        "(by Content-Type and Accept); there, arrays of numbers may be typed arrays. Unknown keys and unknown query " +
        "parameters are refused. Every error is a problem of RFC 9457; under /v2 it has the form of that protocol.",
    },
    servers: [{ url: "/" }],
    security: [{ token: [] }, {}],
    tags: [
      { name: "jobs", description: "Take, follow and steer jobs." },
      { name: "draws", description: "What jobs have drawn." },
      { name: "models", description: "What jobs can sample from." },
      { name: "inference", description: "The Open Inference Protocol, version 2, on the registry's ONNX graphs." },
      { name: "chains", description: "The laboratory of finite Markov chains." },
      { name: "checks", description: "What is wrong with a module, before its draws are believed." },
      { name: "service", description: "The service itself." },
    ],
  });
  for (const [path, operations] of Object.entries(document.paths ?? {})) {
    const failure = path.startsWith(INFERENCE) ? inferenceError : problem;
    for (const method of METHODS) {
      const operation = operations[method];
      if (operation) complete(operation, failure);
    }
  }
  return document;
}

/** Adds to an operation what holds for all of them. */
function complete(operation: Operation, failure: (description: string) => Response): void {
  for (const parameter of operation.parameters ?? []) {
    if ("in" in parameter && parameter.in === "header") parameter.name = headerName(parameter.name);
  }
  if (operation.requestBody && "content" in operation.requestBody) addTwin(operation.requestBody.content);
  const responses: Record<string, Response> = operation.responses ?? {};
  for (const [status, { content }] of Object.entries(responses)) if (content && status < "4") addTwin(content);
  if (operation.security?.length !== 0) responses["401"] ??= failure(PROBLEMS.unauthorized.title);
  responses["422"] ??= failure(PROBLEMS.validation.title);
  responses.default ??= failure("Any other problem");
}

function problem(description: string): Response {
  return { description, content: { [PROBLEM_TYPE]: { schema: { $ref: "#/components/schemas/Problem" } } } };
}

function inferenceError(description: string): Response {
  return { description, content: { "application/json": { schema: { $ref: "#/components/schemas/InferenceError" } } } };
}

type Twins = Record<string, unknown>;
interface Response {
  description: string;
  content?: Twins;
}

/** What is JSON may be MessagePack of the same shape. */
function addTwin(content: Twins): void {
  if (content["application/json"]) content[MESSAGE_PACK] ??= content["application/json"];
}
