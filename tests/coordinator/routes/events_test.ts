import assert from "node:assert/strict";
import { createApp } from "../../../coordinator/app.ts";
import { FakeJobs } from "../fake_jobs.ts";

const SPEC = { model: { kind: "gaussian", mean: [0], covariance: [[1]] }, chains: 1 };

function started(heartbeatMs?: number) {
  const jobs = new FakeJobs();
  const { id } = jobs.submit(SPEC);
  const app = createApp(jobs, { heartbeatMs });
  const follow = (lastEventId?: string) =>
    app.request(`/v1/jobs/${id}/events`, {
      headers: lastEventId === undefined ? {} : { "Last-Event-ID": lastEventId },
    });
  return { jobs, id, app, follow };
}

const idsIn = (text: string) => [...text.matchAll(/^id: (\d+)$/gm)].map(([, id]) => Number(id));

Deno.test("a stream tells every event with its id and ends after the terminal status", async () => {
  const { jobs, id, follow } = started();
  jobs.publish(id, "progress", { done: 5, total: 10 });
  const response = await follow();
  assert.equal(response.headers.get("Content-Type"), "text/event-stream");
  jobs.publish(id, "warning", { code: "x", message: "two\nlines" });
  jobs.complete(id);
  const text = await response.text();
  assert.deepEqual(idsIn(text), [1, 2, 3]);
  assert.match(text, /event: progress\ndata: \{"done":5,"total":10\}\nid: 1\n\n/);
  assert.match(text, /event: warning\ndata: \{"code":"x","message":"two\\nlines"\}/);
  assert.equal(jobs.openStreams, 0);
});

Deno.test("Last-Event-ID takes a stream up; an id never issued begins at the first; the last one is 204", async () => {
  const { jobs, id, follow } = started();
  jobs.publish(id, "progress", {});
  jobs.publish(id, "progress", {});
  jobs.complete(id);
  assert.deepEqual(idsIn(await (await follow("1")).text()), [2, 3]);
  for (const unknown of ["0", "99", "-1", "x", "1e3", "999999999999999999999"]) {
    assert.deepEqual(idsIn(await (await follow(unknown)).text()), [1, 2, 3], unknown);
  }
  const over = await follow("3");
  assert.deepEqual([over.status, await over.text()], [204, ""]);
});

Deno.test("a client that goes away leaves nothing behind", async () => {
  const { jobs, id, follow } = started();
  jobs.publish(id, "progress", {});
  const response = await follow();
  assert.ok(response.body);
  const reader = response.body.getReader();
  await reader.read();
  assert.equal(jobs.openStreams, 1);
  await reader.cancel();
  await new Promise((resolve) => setTimeout(resolve, 5));
  assert.equal(jobs.openStreams, 0);
});

Deno.test("a silent stream shows that it lives", async () => {
  const { jobs, id, follow } = started(5);
  const response = await follow();
  assert.ok(response.body);
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  const { value } = await reader.read();
  assert.match(value ?? "", /^: .*\n\n$/);
  jobs.complete(id);
  while (!(await reader.read()).done);
});

Deno.test("the events of no job are 404, and asking for headers only opens no stream", async () => {
  const { jobs, id, app } = started();
  assert.equal((await app.request("/v1/jobs/none/events")).status, 404);
  const head = await app.request(`/v1/jobs/${id}/events`, { method: "HEAD" });
  assert.deepEqual([head.status, head.headers.get("Content-Type")], [200, "text/event-stream"]);
  assert.equal(jobs.openStreams, 0);
});
