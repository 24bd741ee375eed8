/** The registry of uploaded models. */
import { createRoute, OpenAPIHono } from "@hono/zod-openapi";
import { z } from "zod";
import { answer, NoQuery } from "../http/route.ts";

const ModelList = z.strictObject({
  models: z.array(z.strictObject({ name: z.string(), kind: z.enum(["flow", "density", "other"]), sha256: z.string() })),
}).meta({ id: "ModelList" });

const list = createRoute({
  method: "get",
  path: "/v1/models",
  operationId: "listModels",
  tags: ["models"],
  summary: "List the uploaded models",
  description: "This version takes no uploads, so there are none; /v1/kinds lists the models that jobs can name.",
  request: { query: NoQuery },
  responses: { 200: answer(ModelList, "The models.") },
});

export function modelRoutes() {
  return new OpenAPIHono().openapi(list, (c) => c.json({ models: [] }, 200));
}
