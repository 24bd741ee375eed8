/** Checks of modules by the service, end to end: what it says of right and of wrong ones, and what their calibrations find. */
import assert from "node:assert/strict";
import type { Summary } from "../../coordinator/schema/summary.ts";
import { type Service, withService } from "./with_service.ts";

const REPLICATIONS = 120;

/** sigma ~ exponential(1), mu ~ N(0, scale²), y_i ~ N(mu, sigma²). */
function source({ scale = "1", jacobian = "sigma.logJacobian" } = {}): string {
  return `
import { exponential, normal, positive } from "ergodic";
export const variables = { mu: [], logSigma: [] };
export function logDensity({ mu, logSigma }, { y }) {
  const sigma = positive(logSigma);
  return normal(mu, 0, ${scale}) + exponential(sigma.value, 1) + ${jacobian} + normal(y, mu, sigma.value);
}
export function prior(random) {
  return { mu: random.normal(0, 1), logSigma: Math.log(random.exponential(1)) };
}
export function simulate({ mu, logSigma }, random, { y }) {
  return { y: y.map(() => random.normal(mu, Math.exp(logSigma))) };
}`;
}
const data = { y: [0.3, -1] };

async function calibrated({ coordinator }: Service, text: string): Promise<Summary> {
  const spec = {
    model: { kind: "module", source: text, data },
    sampler: { kind: "calibration" },
    chains: REPLICATIONS,
    draws: 49,
    warmup: 150,
    seed: 20260601,
  };
  await coordinator.prepare(spec);
  const { id } = coordinator.submit(spec);
  for (;;) {
    const { status, error } = coordinator.job(id);
    if (status === "completed") break;
    assert.ok(status === "queued" || status === "running", error?.message ?? status);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  const summary = await coordinator.summary(id);
  assert("variables" in summary);
  return summary;
}

Deno.test("calibration accepts a right module, and rejects a wrong prior scale and a missing Jacobian", async () => {
  await withService(async (service) => {
    const right = await calibrated(service, source());
    assert.equal(right.calibration?.verdict, "calibrated"); // false alarms of a seed: 1 %
    assert.deepEqual(right.calibration.quantities.map(({ name }) => name), ["mu", "logSigma", "log density"]);
    assert.deepEqual(right.warnings, []);
    const total = (histogram: readonly number[]) => histogram.reduce((a, b) => a + b);
    for (const { histogram } of right.calibration.quantities) assert.equal(total(histogram), REPLICATIONS);
    for (const { mean, mcseMean } of right.variables) {
      assert.ok(mean !== null && mcseMean !== null && Math.abs(mean - 0.5) < 4 * mcseMean); // each 6·10⁻⁵
    }
    for (const [text, name] of [[source({ scale: "0.3" }), "mu"], [source({ jacobian: "0" }), "logSigma"]]) {
      const { calibration, warnings } = await calibrated(service, text);
      assert.equal(calibration?.verdict, "miscalibrated");
      assert.ok(calibration.quantities.some((quantity) => quantity.name === name && !quantity.uniform), name);
      assert.match(warnings[0].message, /not uniform.*transform without its Jacobian/s);
    }
  });
});

Deno.test("a check over HTTP tells of gradient and transforms, and of a gradient that is wrong", async () => {
  await withService(async ({ api }) => {
    const response = await api.v1.checks.$post({ json: { source: source(), data } });
    assert(response.status === 200);
    const found = await response.json();
    assert.ok(found.ok && found.simulates && found.gradient.agrees);
    assert.deepEqual(found.variables, ["mu", "logSigma"]);
    assert.deepEqual(found.transforms.map(({ name }) => name), ["positive"]);

    const wrong = `${source()}\nexport function gradient({ mu }, out) { out[0] = -mu; out[1] = 0; }`;
    const refuted = await api.v1.checks.$post({ json: { source: wrong, data } });
    assert(refuted.status === 200);
    const { ok, gradient } = await refuted.json();
    assert.deepEqual([ok, gradient.kind, gradient.agrees], [false, "given", false]);
  });
});

Deno.test("what cannot be checked is refused with its place: text that does not compile, keys that are unknown", async () => {
  await withService(async ({ url }) => {
    const faults = async (body: unknown) => {
      const headers = { "Content-Type": "application/json" };
      const response = await fetch(`${url}/v1/checks`, { method: "POST", headers, body: JSON.stringify(body) });
      assert.equal(response.status, 422);
      const { errors } = await response.json();
      return errors.map(({ path, message }: { path: string; message: string }) => `${path}: ${message}`).join("\n");
    };
    assert.match(
      await faults({ source: "export const dim = 1;\nexport function logDensity(x) { return fetch(x); }" }),
      /^source: line 2, column 40: /,
    );
    assert.match(await faults({ source: source(), data, replications: 3 }), /^replications: /);
    assert.match(await faults({ data }), /^source: /);
  });
});

Deno.test("calibration of a module without prior and simulate is refused, and says what it needs", async () => {
  await withService(async ({ coordinator }) => {
    const model = {
      kind: "module",
      source: "export const dim = 1; export function logDensity([x]) { return -x * x; }",
    };
    const spec = { model, sampler: { kind: "calibration" } };
    await coordinator.prepare(spec);
    assert.throws(() => coordinator.submit(spec), /prior and simulate/);
    const other = { model: { kind: "eight-schools" }, sampler: { kind: "calibration" }, stopWhen: { rhat: 1.1 } };
    assert.throws(() => coordinator.submit(other), /leave out stopWhen/);
  });
});
