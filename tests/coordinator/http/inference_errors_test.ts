/** Errors under /v2, wherever in the service they arise. */
import assert from "node:assert/strict";
import { createApp } from "../../../coordinator/app.ts";
import { FakeJobs } from "../fake_jobs.ts";

Deno.test("every error under /v2 has the protocol's form, and one elsewhere is a problem", async () => {
  const app = createApp(new FakeJobs(), { token: "secret" });
  const ask = (path: string, method = "GET", token = "secret") =>
    app.request(path, { method, headers: { Authorization: `Bearer ${token}`, Accept: "application/msgpack" } });
  const cases: [Response, number, RegExp][] = [
    [await ask("/v2", "GET", "wrong"), 401, /Authorization: Bearer TOKEN/],
    [await ask("/v2/models/nothing"), 404, /nothing/],
    [await ask("/v2/nowhere"), 404, /no route/],
    [await ask("/v2", "DELETE"), 405, /expected one of GET/],
    [await ask("/v2/health/live?x=1"), 422, /^x: /],
    [await ask("/v2/models/nothing/infer", "POST"), 404, /nothing/],
  ];
  for (const [response, status, message] of cases) {
    assert.equal(response.status, status);
    assert.equal(response.headers.get("Content-Type"), "application/json");
    const body = await response.json();
    assert.deepEqual(Object.keys(body), ["error"]);
    assert.match(body.error, message);
  }
  assert.match(cases[0][0].headers.get("WWW-Authenticate") ?? "", /Bearer/);
  assert.match(cases[3][0].headers.get("Allow") ?? "", /GET/);
  const elsewhere = await ask("/v1/nowhere");
  assert.equal(elsewhere.headers.get("Content-Type"), "application/problem+json");
  await elsewhere.body?.cancel();
});
