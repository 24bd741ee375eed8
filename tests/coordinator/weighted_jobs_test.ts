/** What is accepted, and with which defaults, of samplers that weigh their draws or lead populations. */
import assert from "node:assert/strict";
import { acceptJob } from "../../coordinator/accept.ts";
import { ValidationError } from "../../coordinator/schema/errors.ts";

const SCHOOLS = { kind: "eight-schools" };
const RBM = { kind: "rbm", weights: [[0.5, -1], [1, 0.3]], visibleBias: [0, 0.2], hiddenBias: [0.1, 0] };

function accept(job: Record<string, unknown>) {
  return acceptJob(job, () => 1);
}

/** path → message of what is refused. */
function faults(job: Record<string, unknown>): Record<string, string> {
  try {
    accept(job);
  } catch (error) {
    if (error instanceof ValidationError) return Object.fromEntries(error.faults.map((f) => [f.path, f.message]));
    throw error;
  }
  return {};
}

Deno.test("each sampler has the warmup that it needs, where a job names none", () => {
  const warmup = (model: unknown, sampler: Record<string, unknown>) => accept({ model, sampler }).spec.warmup;
  assert.equal(warmup(SCHOOLS, { kind: "importance" }), 1000);
  assert.equal(warmup(SCHOOLS, { kind: "importance", fit: "laplace" }), 0);
  assert.equal(warmup(SCHOOLS, { kind: "ais", temperatures: 200 }), 8000);
  assert.equal(warmup(RBM, { kind: "ais" }), 0);
  assert.equal(warmup(SCHOOLS, { kind: "smc" }), 1000);
  assert.equal(warmup(SCHOOLS, { kind: "nuts" }), 1000);
});

Deno.test("a draw of annealed importance sampling is a whole run", () => {
  const { plan, shape } = accept({
    model: SCHOOLS,
    sampler: { kind: "ais", betas: [0.1, 0.5, 1] },
    warmup: 0,
    draws: 100,
  });
  assert.equal(plan.steps, 300);
  assert.ok(shape.statistics.some(({ name }) => name === "log_weight"));
});

Deno.test("a sampler that a model cannot serve is refused, and those are named that it can", () => {
  const message = faults({ model: RBM, sampler: { kind: "importance" } })["sampler.kind"];
  assert.match(message, /needs coordinates that are real numbers.* ais, reverse-ais, smc/);
  assert.match(faults({ model: SCHOOLS, sampler: { kind: "reverse-ais" } })["sampler.kind"], /can be annealed/);
  assert.match(faults({ model: SCHOOLS, sampler: { kind: "inverse-transform" } })["sampler.kind"], /can be inverted/);
  assert.match(
    faults({ model: { kind: "discrete", probabilities: [1, 2] }, sampler: { kind: "ais" } })["sampler.kind"],
    /real/,
  );
});

Deno.test("options that do not fit are refused at their place", () => {
  const cases: [Record<string, unknown>, string][] = [
    [{ model: SCHOOLS, sampler: { kind: "smc" }, warmup: 0 }, "sampler.kind"],
    [{ model: RBM, sampler: { kind: "smc", fit: "laplace" } }, "sampler.fit"],
    [
      { model: SCHOOLS, sampler: { kind: "importance", proposal: { kind: "normal", mean: [1] } } },
      "sampler.proposal.covariance",
    ],
    [{ model: SCHOOLS, sampler: { kind: "ais", betas: [0.5, 0.4, 1] } }, "sampler.betas.1"],
    [{ model: SCHOOLS, sampler: { kind: "importance" }, stopWhen: { rhat: 1.01 } }, "stopWhen.rhat"],
    [{ model: SCHOOLS, sampler: { kind: "importance" }, superchains: 2 }, "superchains"],
    [{ model: { kind: "distribution", family: "gamma" } }, "model.parameters.shape"],
  ];
  for (const [job, path] of cases) assert.deepEqual(Object.keys(faults(job)), [path]);
});

Deno.test("distributions are drawn by their inverse where nothing else is asked for", () => {
  for (
    const model of [{ kind: "distribution", family: "beta", parameters: { a: 2, b: 3 } }, {
      kind: "discrete",
      probabilities: [1, 2],
    }]
  ) {
    assert.equal(accept({ model }).spec.sampler.kind, "inverse-transform");
  }
});
