import assert from "node:assert/strict";
import { z } from "zod";
import { models } from "../../../models/registry.ts";
import { trainings } from "../../../models/training/registry.ts";
import { kernels } from "../../../workers/kernels/registry.ts";
import { createApp } from "../../../coordinator/app.ts";
import { FakeJobs } from "../fake_jobs.ts";

const Operation = z.object({
  parameters: z.array(z.object({ name: z.string(), in: z.string() })).optional(),
  requestBody: z.object({ content: z.record(z.string(), z.unknown()) }).optional(),
  responses: z.record(z.string(), z.object({ content: z.record(z.string(), z.unknown()).optional() })),
  security: z.array(z.unknown()).optional(),
});
const Document = z.object({
  openapi: z.string(),
  paths: z.record(z.string(), z.record(z.string(), Operation)),
  components: z.object({ schemas: z.record(z.string(), z.unknown()) }),
});

async function load() {
  const jobs = new FakeJobs();
  const app = createApp(jobs);
  const text = await (await app.request("/openapi.json")).text();
  return { app, jobs, text, document: Document.parse(JSON.parse(text)) };
}

Deno.test("the document tells every route of the service, and no other", async () => {
  const { app, document } = await load();
  assert.match(document.openapi, /^3\.1/);
  const undocumented = /^\/($|page\/|docs\/)/; // the page, and what /docs loads
  const served = app.routes.filter(({ method, path }) => method !== "ALL" && !undocumented.test(path))
    .map(({ method, path }) => `${method} ${path.replace(/:(\w+)/g, "{$1}")}`);
  const told = Object.entries(document.paths).flatMap(([path, operations]) =>
    Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`)
  );
  assert.deepEqual([...new Set(served)].sort(), told.sort());
});

Deno.test("each operation tells its errors as problems, and its JSON also as MessagePack", async () => {
  const { document } = await load();
  for (const [path, operations] of Object.entries(document.paths)) {
    for (const { responses, requestBody, security } of Object.values(operations)) {
      const isGood = (status: string) => /^[23]/.test(status);
      const good = Object.entries(responses).filter(([status]) => isGood(status)).map(([, response]) => response);
      for (const { content = {} } of [...good, requestBody ?? {}]) {
        assert.equal("application/json" in content, "application/msgpack" in content, path);
      }
      const type = path.startsWith("/v2") ? "application/json" : "application/problem+json"; // the protocol's own form
      for (const [status, { content = {} }] of Object.entries(responses)) {
        if (!isGood(status)) assert.deepEqual(Object.keys(content), [type], `${path} ${status}`);
      }
      assert.ok("422" in responses && "default" in responses);
      assert.equal("401" in responses, security?.length !== 0);
    }
  }
});

Deno.test("the document tells the headers and query parameters that are read", async () => {
  const { document } = await load();
  const named = (path: string, method: string) =>
    (document.paths[path][method].parameters ?? []).filter((parameter) => parameter.in !== "path").map(({ name }) =>
      name
    );
  assert.deepEqual(named("/v1/jobs", "post"), ["Idempotency-Key"]);
  assert.deepEqual(named("/v1/jobs", "get"), ["limit", "cursor"]);
  assert.deepEqual(named("/v1/jobs/{id}/events", "get"), ["Last-Event-ID"]);
  assert.deepEqual(named("/v1/jobs/{id}/draws", "get"), ["format"]);
  assert.deepEqual(named("/v1/jobs/{id}/autocorrelation", "get"), ["variable", "lags"]);
});

Deno.test("every reference of the document leads somewhere", async () => {
  const { text, document } = await load();
  const references = new Set([...text.matchAll(/"\$ref":"#\/components\/schemas\/(\w+)"/g)].map(([, name]) => name));
  assert.ok(references.has("JobSpec") && references.has("Problem"));
  for (const name of references) assert.ok(name in document.components.schemas, name);
});

Deno.test("the documentation and the page load nothing from elsewhere", async () => {
  const { app } = await load();
  for (const page of ["/", "/docs"]) {
    const response = await app.request(page);
    assert.match(response.headers.get("Content-Security-Policy") ?? "", /default-src 'none'.*connect-src 'self'/);
    const html = await response.text();
    const addresses = [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, address]) => address);
    for (const address of addresses.filter((address) => !address.startsWith("data:"))) {
      assert.match(address, /^\//);
      const asset = await app.request(address);
      assert.equal(asset.status, 200, address);
      assert.ok((await asset.text()).length > 0);
    }
  }
});

Deno.test("every registered kind is described, with an example that is a job and the samplers that can serve it", async () => {
  const { app, jobs } = await load();
  jobs.mostUnfinished = Infinity;
  const kinds = await (await app.request("/v1/kinds")).json();
  const names = (entries: { kind: string }[]) => entries.map(({ kind }) => kind).sort();
  assert.deepEqual(names(kinds.models), Object.keys(models).sort());
  assert.deepEqual(names(kinds.samplers), Object.keys(kernels).sort());
  assert.deepEqual(names(kinds.trainings), Object.keys(trainings).sort());
  for (const { example, samplers, schema } of kinds.models) {
    assert.equal(schema.type, "object");
    for (const kind of samplers) {
      const body = JSON.stringify({ model: example, sampler: { kind } });
      const response = await app.request("/v1/jobs", {
        method: "POST",
        body,
        headers: { "Content-Type": "application/json" },
      });
      assert.equal(response.status, 202, `${body} ${await response.text()}`);
    }
  }
});
