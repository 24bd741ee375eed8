/** What a refusal has to be, whoever sends it. */
import assert from "node:assert/strict";
import { z } from "zod";
import { Problem } from "../../../coordinator/schema/problem.ts";
import type { MalformedRequest } from "./mutations.ts";

// Longer than this is a hang. `deno test` without --no-check checks the types of a worker before it starts: that alone may take 20 s.
const TIME_MS = 60_000;

type Send = (request: Request) => Response | Promise<Response>;

export async function assertRefused(
  malformed: MalformedRequest,
  origin: string,
  send: Send,
): Promise<void> {
  const { what, method, path, headers, body, chunked, statuses } = malformed;
  const said = `${what}: ${method} ${path.slice(0, 100)} ${typeof body === "string" ? body.slice(0, 300) : ""}`;
  const request = new Request(new URL(path, origin), {
    method,
    headers,
    body: chunked && typeof body === "object" ? inChunks(body) : body,
    signal: AbortSignal.timeout(TIME_MS),
  });
  if (!headers["Content-Type"]) request.headers.delete("Content-Type");
  const [response, text] = await answered(send, request).catch((error) => {
    throw new Error(`${said}: no answer`, { cause: error });
  });
  assert.ok(
    statuses.includes(response.status),
    `${said}\nexpected ${statuses}, found ${response.status}: ${text.slice(0, 500)}`,
  );
  assert.equal(response.headers.get("Content-Type"), "application/problem+json", said);

  const problem = Problem.parse(JSON.parse(text));
  assert.equal(problem.status, response.status, said);
  assert.ok(z.string().min(10).safeParse(problem.detail).success, `${said}: no hint in ${text}`);
  assert.equal(problem.errors !== undefined, problem.status === 422, said);
  for (const { path, message } of problem.errors ?? []) {
    assert.ok(typeof path === "string" && message.length >= 10, `${said}: ${text}`);
  }
  assert.ok(text.length < 100_000, `${said}: an answer of ${text.length} bytes`);
  assert.doesNotMatch(text, /file:\/\/|\.ts\b|\n\s+at /, said);
}

async function answered(send: Send, request: Request): Promise<[Response, string]> {
  const response = await send(request);
  return [response, await response.text()];
}

function inChunks(bytes: Uint8Array<ArrayBuffer>): ReadableStream<Uint8Array<ArrayBuffer>> {
  const size = 1 << 16;
  let offset = 0;
  return new ReadableStream({
    pull(controller) {
      if (offset >= bytes.length) return controller.close();
      controller.enqueue(bytes.slice(offset, offset += size));
    },
  });
}
