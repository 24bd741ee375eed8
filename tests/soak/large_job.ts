/**
 * `deno task soak`: 10 chains × 1,000,000 draws × 10 variables through the whole service, summarised and downloaded as NPZ and
 * as Arrow over HTTP, with the coordinator below 500 MB resident at its highest. Minutes and 1 GB of disk, so no part of the tests.
 *
 * The target is a 10-dimensional normal distribution with known moments, so that what is served can be checked: every
 * mean within 5 MCSE of the truth (false alarm 6e-6 for all ten together), and the same bytes twice.
 */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { conditions, record } from "../../bench/record.ts";
import { ServiceProcess } from "../../bench/service_process.ts";
import type { Summary } from "../../coordinator/schema/summary.ts";

const CHAINS = 10;
const DRAWS = 1_000_000;
const VARIABLES = 10;
const MOST_RESIDENT_MB = 500;
const VALUES_BYTES = 8 * CHAINS * DRAWS * VARIABLES;

const mean = Array.from({ length: VARIABLES }, (_, i) => i);
const covariance = mean.map((_, i) => mean.map((_, j) => 0.5 ** Math.abs(i - j)));

const notes: string[] = [];
await using service = await ServiceProcess.start(navigator.hardwareConcurrency);
note("serving");
const { id, seconds } = await service.run({
  model: { kind: "gaussian", mean, covariance },
  sampler: { kind: "random-walk" },
  chains: CHAINS,
  draws: DRAWS,
  seed: 20260101,
});
note(`completed in ${seconds.toFixed(1)} s`);

const summary: Summary = await (await get(`/v1/jobs/${id}/summary`)).json();
assert.equal(summary.complete, true);
assert.equal(summary.draws, DRAWS);
assert.equal(summary.variables.length, VARIABLES);
summary.variables.forEach(({ name, mean: found, mcseMean }, i) => {
  assert.ok(found !== null && mcseMean !== null, `${name} has no mean`);
  assert.ok(
    Math.abs(found - mean[i]) < 5 * mcseMean,
    `${name}: mean ${found}, expected ${mean[i]} within 5 × ${mcseMean}`,
  );
});
note("summarised");

for (const format of ["npz", "arrow"]) {
  const first = await download(format);
  assert.ok(
    first.bytes >= VALUES_BYTES,
    `${format} has ${first.bytes} bytes, fewer than its ${VALUES_BYTES} of values`,
  );
  note(
    `downloaded ${(first.bytes / 1e6).toFixed(0)} MB of ${format} at ${
      (first.bytes / 1e6 / first.seconds).toFixed(0)
    } MB/s`,
  );
  assert.equal((await download(format)).sha256, first.sha256, `${format} has other bytes the second time`);
}
note("downloaded again, the same bytes");
assert.ok(
  peakResident() < MOST_RESIDENT_MB,
  `the coordinator took ${peakResident()} MB, more than ${MOST_RESIDENT_MB}`,
);

await record("soak", [conditions(), "", ...notes].join("\n"));

async function get(path: string): Promise<Response> {
  const response = await fetch(service.address + path);
  assert.equal(response.status, 200, path);
  return response;
}

/** Reads a download as it comes, keeping nothing but its hash. */
async function download(format: string): Promise<{ bytes: number; seconds: number; sha256: string }> {
  const begin = performance.now();
  const hash = createHash("sha256");
  let bytes = 0;
  const { body } = await get(`/v1/jobs/${id}/draws?format=${format}`);
  assert.ok(body);
  for await (const part of body) {
    hash.update(part);
    bytes += part.byteLength;
  }
  return { bytes, seconds: (performance.now() - begin) / 1000, sha256: hash.digest("hex") };
}

/** VmHWM of the coordinator's process in MB: the highest that its resident memory has been. */
function peakResident(): number {
  const line = /^VmHWM:\s+(\d+) kB$/m.exec(Deno.readTextFileSync(`/proc/${service.pid}/status`));
  assert.ok(line);
  return Math.round(Number(line[1]) * 1024 / 1e6);
}

/** Prints how far it is, and keeps it for the page. */
function note(what: string): void {
  const line = `${what}; the coordinator had taken at most ${peakResident()} MB`;
  console.log(line);
  notes.push(`- ${line}`);
}
