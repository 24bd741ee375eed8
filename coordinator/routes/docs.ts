/** The OpenAPI document, and Swagger UI to browse it: from the package's own files, so that no other host is asked. */
import { createRoute, OpenAPIHono } from "@hono/zod-openapi";
import { Hono } from "hono";
import { z } from "zod";
import { openApiDocument } from "../http/document.ts";
import { answer, NoQuery } from "../http/route.ts";

const PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>ergodic: API</title>
<link rel="stylesheet" href="/docs/swagger-ui.css">
<link rel="icon" href="data:,">
</head>
<body>
<div id="api"></div>
<script src="/docs/swagger-ui-bundle.js"></script>
<script src="/docs/start.js"></script>
</body>
</html>
`;

// No validator: it would send the document to another host.
const START = `SwaggerUIBundle({
  url: "/openapi.json",
  dom_id: "#api",
  validatorUrl: null,
  deepLinking: true,
  defaultModelsExpandDepth: 0,
});
`;

// Swagger UI sets styles of its elements and shows icons from data URLs.
const POLICY = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; " +
  "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const documentRoute = createRoute({
  method: "get",
  path: "/openapi.json",
  operationId: "describeService",
  tags: ["service"],
  summary: "This document",
  request: { query: NoQuery },
  responses: { 200: answer(z.record(z.string(), z.unknown()), "OpenAPI 3.1.") },
});

const browseRoute = createRoute({
  method: "get",
  path: "/docs",
  operationId: "browseDocumentation",
  tags: ["service"],
  summary: "This document, to browse",
  request: { query: NoQuery },
  responses: { 200: { description: "A page.", content: { "text/html": { schema: z.string() } } } },
});

/** `app` is the whole service, its routes declared. */
export function docsRoutes(app: OpenAPIHono) {
  let document: ReturnType<typeof openApiDocument> | undefined;
  const asset = (type: string) => ({
    "Content-Type": `${type}; charset=utf-8`,
    "Cache-Control": "private, max-age=3600",
  });
  const assets = new Hono()
    .get("/docs/start.js", (c) => c.body(START, 200, asset("text/javascript")))
    // Loaded when first asked for: a megabyte and a half that a start should not wait for.
    .get("/docs/swagger-ui.css", async (c) => {
      const { default: text } = await import("swagger-ui-dist/swagger-ui.css", { with: { type: "text" } });
      return c.body(text, 200, asset("text/css"));
    })
    .get("/docs/swagger-ui-bundle.js", async (c) => {
      const { default: text } = await import("swagger-ui-dist/swagger-ui-bundle.js", { with: { type: "text" } });
      return c.body(text, 200, asset("text/javascript"));
    });
  return new OpenAPIHono()
    .openapi(documentRoute, (c) => c.json({ ...(document ??= openApiDocument(app)) }, 200))
    .openapi(browseRoute, (c) => c.html(PAGE, 200, { "Content-Security-Policy": POLICY }))
    .route("/", assets);
}
