/** The chain laboratory over HTTP. */
import assert from "node:assert/strict";
import { encode } from "@msgpack/msgpack";
import fc from "fast-check";
import { createApp } from "../../../coordinator/app.ts";
import { acceptChain } from "../../../coordinator/chains/accept.ts";
import { analyse } from "../../../coordinator/chains/analyse.ts";
import { client } from "../../../coordinator/client.ts";
import { ChainAnalysis } from "../../../coordinator/schema/chain.ts";
import { FakeJobs } from "../fake_jobs.ts";
import { assertRefused } from "../http/refusal.ts";

const SEED = 20260108;
const ROUTE = "/v1/chains/analysis";
const JSON_TYPE = { "Content-Type": "application/json" };
const TWO = { matrix: [[0.9, 0.1], [0.3, 0.7]], names: ["up", "down"] };
const MACHINE = {
  model: { kind: "boltzmann", weights: [[0, 1], [1, 0]] },
  sampler: { kind: "gibbs", scan: "random" },
  transitions: true,
};

function service() {
  const app = createApp(new FakeJobs());
  const post = (body: unknown) =>
    app.request(ROUTE, { method: "POST", headers: JSON_TYPE, body: JSON.stringify(body) });
  return { app, post };
}

/** A walk on a ring of so many states that leaves its place with probability ½. */
function ring(size: number): number[][] {
  return Array.from({ length: size }, (_, i) => {
    const row = new Array<number>(size).fill(0);
    row[i] = 0.5;
    row[(i + 1) % size] += 0.25;
    row[(i + size - 1) % size] += 0.25;
    return row;
  });
}

async function problemOf(response: Response) {
  assert.equal(response.headers.get("Content-Type"), "application/problem+json");
  const problem = await response.json();
  assert.equal(problem.status, response.status);
  return problem;
}

Deno.test("a chain's analysis is what the laboratory says, in the form that the document tells", async () => {
  const { post } = service();
  const walks = { metropolis: { target: [1, 3], proposal: [[0, 1], [1, 0]] }, hitting: [[1], ["0", 1]] };
  for (
    const spec of [TWO, walks, { matrix: [[1]] }, {
      matrix: ring(6),
      functions: [{ name: "f", values: [1, 2, 3, 4, 5, 6] }],
    }]
  ) {
    const response = await post(spec);
    assert.equal(response.status, 200);
    const body = ChainAnalysis.parse(await response.json());
    assert.deepEqual(body, JSON.parse(JSON.stringify(analyse(acceptChain(spec, { mostStates: 10 })))));
  }
});

Deno.test("the typed client gets numbers, and names for the states", async () => {
  const { app } = service();
  const api = client("http://localhost", { fetch: (input, init) => Promise.resolve(app.request(String(input), init)) });
  const response = await api.v1.chains.analysis.$post({ json: { ...TWO, hitting: [["down"]] } });
  assert.ok(response.status === 200);
  const { names, closedClasses: [{ stationary }], hitting, target } = await response.json();
  assert.deepEqual(names, ["up", "down"]);
  assert.ok(Math.abs(stationary[0] - 0.75) < 1e-15);
  assert.deepEqual(hitting, [{ set: [1], expectedSteps: [10, 0] }]);
  assert.equal(target, null);
});

Deno.test("a model and its sampler, and a larger matrix, are analysed in a worker", async () => {
  const { post } = service();
  const [machine, large] = await Promise.all([post(MACHINE), post({ matrix: ring(100) })]);
  assert.equal(machine.status, 200);
  const analysis = ChainAnalysis.parse(await machine.json());
  assert.deepEqual([analysis.names, analysis.coordinates], [["--", "-+", "+-", "++"], ["y[1]", "y[2]"]]);
  assert.deepEqual(analysis.closedClasses[0].functions.map(({ name }) => name), ["y[1]", "y[2]"]);
  assert.ok(analysis.target && analysis.target.drift < 1e-15 && analysis.transitions?.length === 4);
  const { spectrum } = ChainAnalysis.parse(await large.json()).closedClasses[0];
  const gap = 0.5 - 0.5 * Math.cos(2 * Math.PI / 100);
  assert.ok(Math.abs((spectrum?.spectralGap ?? 0) - gap) < 1e-13);
});

Deno.test("MessagePack is taken and given, typed arrays and all", async () => {
  const { app } = service();
  const response = await app.request(ROUTE, {
    method: "POST",
    headers: { "Content-Type": "application/msgpack" },
    body: encode(TWO),
  });
  assert.equal((await response.json()).forgetsStart, true);
});

Deno.test("each fault is told with its path, what was expected and what was found", async () => {
  const { post } = service();
  const cases: [unknown, string, RegExp][] = [
    [{}, "", /exactly one of matrix, metropolis and model/],
    [{ ...TWO, metropolis: { target: [1], proposal: [[1]] } }, "", /exactly one of/],
    [{ ...TWO, sampler: { kind: "gibbs" } }, "sampler", /belongs to a model/],
    [{ matrix: [] }, "matrix", /at least 1 entry, found an empty array/],
    [{ matrix: [[0.5, 0.5], [1]] }, "matrix.1", /expected 2 probabilities.*found 1/],
    [{ matrix: [[0.5, 0.5], [1.5, -0.5]] }, "matrix.1.1", /from 0, found -0\.5/],
    [{ matrix: [[0.5, 0.5], [0.5, 0.4]] }, "matrix.1", /sum 1 .*found 0\.9/],
    [{ matrix: [[0.5, "0.5"], [0.5, 0.5]] }, "matrix.0.1", /a finite number, found "0\.5"/],
    [{ ...TWO, names: ["up"] }, "names", /expected 2 names.*found 1/],
    [{ ...TWO, names: ["up", "up"] }, "names.1", /name of state 0/],
    [{ ...TWO, epsilon: 1 }, "epsilon", /less than 1/],
    [{ ...TWO, functions: [{ name: "f", values: [1] }] }, "functions.0.values", /expected 2 values.*found 1/],
    [{ ...TWO, hitting: [["left"]] }, "hitting.0.0", /by its name or its number from 0 to 1, found "left"/],
    [{ ...TWO, hitting: [[0], [2]] }, "hitting.1.0", /found 2/],
    [{ ...TWO, hitting: [[]] }, "hitting.0", /at least 1 entry/],
    [{ ...TWO, speed: 1 }, "speed", /spelling/],
    [{ metropolis: { target: [1, 0], proposal: [[0, 1], [1, 0]] } }, "metropolis.target.1", /positive finite weight/],
    [{ metropolis: { target: [1], proposal: [[0, 1], [1, 0]] } }, "metropolis.target", /expected 2 weights/],
    [{ metropolis: { target: [1, 1], proposal: [[0, 1], [1, 1]] } }, "metropolis.proposal.1", /sum 1/],
    [{ matrix: ring(513) }, "matrix", /at most 512 states, found 513\. The command line takes more/],
    [{ model: { kind: "boltzman" } }, "model.kind", /expected one of/],
    [{ model: { kind: "gaussian", mean: [0], covariance: [[1]] } }, "model", /real numbers, not spins or bits/],
    [{ ...MACHINE, sampler: { kind: "nuts" } }, "sampler.kind", /nuts needs/],
    [{ ...MACHINE, sampler: { kind: "gibbs", scan: "blocks" } }, "sampler.scan", /cannot be swept by blocks/],
    [{ model: { kind: "trained", name: "nobody" } }, "model.name", /no model "nobody" in the registry/],
  ];
  const answers = await Promise.all(cases.slice(0, 15).map(([body]) => post(body)));
  answers.push(...await Promise.all(cases.slice(15).map(([body]) => post(body))));
  for (const [i, [body, path, message]] of cases.entries()) {
    const { status, errors } = await problemOf(answers[i]);
    const said = JSON.stringify(body).slice(0, 200);
    assert.equal(status, 422, said);
    const fault = errors.find((error: { path: string }) => error.path === path);
    assert.match(fault?.message ?? `no fault at ${path}: ${JSON.stringify(errors)}`, message, said);
  }
});

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

const VALID: Json[] = [
  { ...TWO, epsilon: 0.1, functions: [{ name: "f", values: [0, 1] }], hitting: [[0, "down"]], transitions: true },
  { metropolis: { target: [1, 2, 3], proposal: [[0, 0.5, 0.5], [0.5, 0, 0.5], [0.5, 0.5, 0]] }, hitting: [[2]] },
];

type Path = readonly (string | number)[];

function pathsOf(value: Json, path: Path = []): Path[] {
  const entries = typeof value === "object" && value !== null ? Object.entries(value) : [];
  return [path, ...entries.flatMap(([key, entry]) => pathsOf(entry, [...path, key]))];
}

/** The value with what is at `path` replaced, or left out where `entry` is undefined. */
function replaced(value: Json, [key, ...rest]: Path, entry: Json | undefined): Json {
  if (key === undefined) return entry ?? null;
  if (Array.isArray(value)) {
    const at = Number(key);
    if (rest.length === 0 && entry === undefined) return value.toSpliced(at, 1);
    return value.with(at, replaced(value[at], rest, entry));
  }
  if (typeof value !== "object" || value === null) return value;
  const { [key]: old = null, ...others } = value;
  return rest.length === 0 && entry === undefined ? others : { ...others, [key]: replaced(old, rest, entry) };
}

const mutations = fc.constantFrom(...VALID).chain((valid) =>
  fc.record({
    path: fc.constantFrom(...pathsOf(valid)),
    entry: fc.oneof(
      fc.constantFrom<Json | undefined>(
        undefined,
        null,
        true,
        -1,
        0.5,
        2,
        1e300,
        2 ** 53,
        "",
        "down",
        [],
        [[null]],
        {},
      ),
      fc.jsonValue() as fc.Arbitrary<Json>,
    ),
    unknownKey: fc.boolean(),
  }).map(({ path, entry, unknownKey }) =>
    unknownKey && typeof entry === "string" ? replaced(valid, [`${entry}?`], 1) : replaced(valid, path, entry)
  )
);

function isAccepted(value: Json): boolean {
  try {
    acceptChain(JSON.parse(JSON.stringify(value)), { mostStates: 512 });
    return true;
  } catch {
    return false;
  }
}

Deno.test("500 chains with one thing made wrong are each refused with a reason", async () => {
  const { app } = service();
  // One with a model is for a worker, and in the table above.
  const wrong = mutations.filter((value) => !isAccepted(value) && !/"(model|sampler)"/.test(JSON.stringify(value)));
  for (const value of fc.sample(wrong, { numRuns: 500, seed: SEED })) {
    const body = JSON.stringify(value);
    const request = { what: "a wrong chain", method: "POST", path: ROUTE, headers: JSON_TYPE, body, statuses: [422] };
    await assertRefused(request, "http://localhost", (request) => app.fetch(request));
  }
});

Deno.test("what cannot be read, is too long, or is in the wrong place is refused as everywhere", async () => {
  const { app } = service();
  const cases = [
    { what: "torn", body: '{"matrix":[[1', statuses: [400] },
    { what: "empty", body: "", statuses: [400] },
    { what: "an array", body: "[[1]]", statuses: [422] },
    { what: "infinite", body: '{"matrix":[[1e999]]}', statuses: [422] },
    { what: "full of faults", body: `{"matrix":[[${Array(200_000).fill('""').join(",")}]]}`, statuses: [422] },
    { what: "too long", body: new Uint8Array(8 * 2 ** 20 + 1).fill(0x20), statuses: [413] },
    { what: "a query", path: `${ROUTE}?fast=1`, body: JSON.stringify(TWO), statuses: [422] },
    { what: "a media type", headers: { "Content-Type": "text/csv" }, body: "1", statuses: [415] },
    { what: "a method", method: "PUT", statuses: [405] },
  ];
  for (const one of cases) {
    const request = { method: "POST", path: ROUTE, headers: JSON_TYPE, ...one };
    await assertRefused(request, "http://localhost", (request) => app.fetch(request));
  }
});

Deno.test("more analyses than may wait are told to come again", async () => {
  const { post } = service();
  const answers = await Promise.all(Array.from({ length: 20 }, () => post({ matrix: ring(40) })));
  assert.deepEqual(answers.map(({ status }) => status).sort(), [...Array(17).fill(200), ...Array(3).fill(429)]);
  const refused = answers.find(({ status }) => status === 429);
  assert.equal(refused?.headers.get("Retry-After"), "5");
  await Promise.all(answers.map((answer) => answer.body?.cancel()));
  const again = await post({ matrix: ring(40) });
  assert.equal(again.status, 200);
  await again.body?.cancel();
});
