/** Hostile and broken ONNX files, sent to the whole service while it works. */
import { type Service, withService } from "../../coordinator/with_service.ts"; // first: it readies zod for the routes
import assert from "node:assert/strict";
import { Problem } from "../../../coordinator/schema/problem.ts";
import { probe } from "../../../coordinator/uploads/probe.ts";
import { good, hostileFiles, noise } from "./hostile.ts";

const JOB = { model: { kind: "eight-schools" }, chains: 2, warmup: 200, draws: 400, seed: 4 };
const FLIPS = 24;

function put({ url }: Service, name: string, query: string, bytes: Uint8Array<ArrayBuffer>): Promise<Response> {
  const headers = { "Content-Type": "application/octet-stream" };
  return fetch(`${url}/v1/models/${name}?${query}`, {
    method: "PUT",
    headers,
    body: bytes,
    signal: AbortSignal.timeout(90_000),
  });
}

async function problemOf(response: Response, what: string): Promise<Problem> {
  const text = await response.text();
  assert.equal(response.headers.get("Content-Type"), "application/problem+json", `${what}: ${text.slice(0, 300)}`);
  assert.ok(text.length < 10_000, what);
  assert.doesNotMatch(text, /file:\/\/|\/onnx\/import|\.ts\b|\.cc\b|\n\s+at |\.draft/, `${what}: ${text}`);
  return Problem.parse(JSON.parse(text));
}

async function drawsOf({ coordinator, url }: Service, id: string): Promise<string> {
  await (await fetch(`${url}/v1/jobs/${id}/events`)).text(); // to its end
  assert.equal(coordinator.job(id).status, "completed");
  return await (await fetch(`${url}/v1/jobs/${id}/draws?format=csv`)).text();
}

Deno.test("a hundred hostile ONNX files are each refused and told why, while a job draws the same as without them", () =>
  withService(async (service) => {
    const expected = await drawsOf(service, service.coordinator.submit(JOB).id);
    const meanwhile = service.coordinator.submit(JOB).id;
    const files = hostileFiles();
    assert.ok(files.length >= 100);
    for (const { what, bytes, query, status, path, message } of files) {
      const response = await put(service, "hostile", query, bytes);
      const problem = await problemOf(response, what);
      assert.equal(problem.status, status, `${what}: ${problem.detail}`);
      assert.match(problem.detail, message, what);
      if (path) assert.match(problem.errors?.[0].path ?? "", path, `${what}: ${problem.detail}`);
    }
    assert.deepEqual(service.coordinator.models(), []);
    assert.equal(await drawsOf(service, meanwhile), expected);
    const kept = [...Deno.readDirSync(`${service.coordinator.temporaryFolder}/assets`)].map(({ name }) => name);
    assert.deepEqual(kept, []);
    const taken = await put(service, "planar", "base=normal", good("planar"));
    assert.equal(taken.status, 200, await taken.text());
  }));

Deno.test("a model with a byte changed anywhere is taken or refused, and nothing else happens", () =>
  withService(async (service) => {
    const planar = good("planar");
    const places = noise(20260101, 3 * FLIPS);
    let refused = 0;
    for (let i = 0; i < FLIPS; i++) {
      const bytes = planar.slice();
      bytes[(places[3 * i] * 256 + places[3 * i + 1]) % bytes.length] ^= places[3 * i + 2] || 1;
      const response = await put(service, "flipped", "base=normal", bytes);
      if (response.status === 200) {
        await response.body?.cancel();
        continue;
      }
      refused++;
      const { status } = await problemOf(response, `flip ${i}`);
      assert.ok(status === 400 || status === 422, `flip ${i}: ${status}`);
    }
    assert.ok(refused > 0);
    const health = await fetch(`${service.url}/healthz`);
    assert.equal(health.status, 200, await health.text());
  }));

Deno.test("a model beyond 512 MiB is refused before it is sent", () =>
  withService(async ({ url }) => {
    const { hostname, port, host } = new URL(url);
    using connection = await Deno.connect({ hostname, port: Number(port) });
    const head = [`PUT /v1/models/large HTTP/1.1`, `Host: ${host}`, "Content-Type: application/octet-stream"];
    const length = 512 * 2 ** 20 + 1;
    await connection.write(new TextEncoder().encode(`${head.join("\r\n")}\r\nContent-Length: ${length}\r\n\r\n`));
    const answer = new Uint8Array(4096);
    const read = await connection.read(answer);
    const text = new TextDecoder().decode(answer.subarray(0, read ?? 0));
    assert.match(text, /^HTTP\/1\.1 413 /);
    assert.match(text, /at most 536870912 bytes/);
  }));

Deno.test("a check that takes too long is killed, and says so", async () => {
  const path = new URL("./torch/planar.onnx", import.meta.url).pathname;
  const verdict = await probe({ graph: { path, hints: { base: "normal", roles: {} } } }, 1, 20);
  assert.ok(verdict.is === "wrong" && /could not be checked in 0.02 s/.test(verdict.message), JSON.stringify(verdict));
});
