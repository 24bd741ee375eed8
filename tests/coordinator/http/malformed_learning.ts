/**
 * Requests about trainings, trained models, pictures and finite chains that a service has to refuse, drawn by fast-check from a
 * fixed seed: valid bodies with one thing made wrong, sizes beyond all limits, names and parameters of what there is not.
 */
import { encode } from "@msgpack/msgpack";
import fc from "fast-check";
import { acceptChain } from "../../../coordinator/chains/accept.ts";
import { TrainSpec } from "../../../coordinator/schema/training.ts";
import { trainings } from "../../../models/training/registry.ts";
import type { TrainingDefinition } from "../../../models/training/training.ts";
import { type Json, JSON_TYPE, type MalformedRequest, mutationsOf, PACK_TYPE, UNREADABLE, WRONG } from "./mutations.ts";

/** What the requests are aimed at. */
export interface LearningSurroundings {
  /** A job with draws of two numbers, and one that has none and never will. */
  readonly endedJob: string;
  readonly drawlessJob: string;
}

export function malformedLearning(count: number, seed: number, surroundings: LearningSurroundings): MalformedRequest[] {
  const drawn = fc.sample(
    fc.oneof(
      { weight: 6, arbitrary: wrongTrainings },
      { weight: 3, arbitrary: wrongChains },
      { weight: 2, arbitrary: wrongModels },
      { weight: 2, arbitrary: wrongImages(surroundings) },
      { weight: 1, arbitrary: wrongPlaces },
    ),
    { numRuns: count, seed },
  );
  return [...drawn, ...tooMuch];
}

function posted(
  path: string,
  what: string,
  body: MalformedRequest["body"],
  statuses: readonly number[],
  headers = JSON_TYPE,
): MalformedRequest {
  return { what, method: "POST", path, headers, body, statuses };
}

function got(what: string, path: string, statuses: readonly number[], method = "GET"): MalformedRequest {
  return { what, method, path, headers: {}, statuses };
}

function plain(value: unknown): Json {
  return JSON.parse(JSON.stringify(value));
}

// ---------------------------------------------------------------- trainings

const DATA: Json[] = [
  { kind: "digits", split: "train", seed: 1, count: 20, binarize: 0.5, validation: 0.1, scale: "none" },
  { kind: "bars-and-stripes", size: 3, seed: 0, binarize: false, validation: 2 },
  { kind: "two-moons", split: "test", seed: 3, count: 20, binarize: "stochastic" },
  { kind: "inline", rows: [[0, 1, 1, 0], [1, 0, 0, 1]], image: [2, 2], binarize: 0.5 },
];

/** Every kind of training with all its defaults spelled out, on every sort of data. */
const VALID_TRAININGS: Json[] = Object.values<TrainingDefinition>(trainings).flatMap(({ kind, config }) =>
  DATA.map((data): Json => ({ train: plain(config.parse({ kind })), data, name: "a-model", seed: 5 }))
);

const wrongTrainings = mutationsOf(VALID_TRAININGS)
  .filter(({ value }) => !TrainSpec.safeParse(plain(value)).success)
  .chain(({ what, value }) =>
    fc.constantFrom(
      ...JSON.stringify(value).includes("__proto__") ? [] : [posted(
        "/v1/training",
        `${what}, packed`,
        encode(value),
        WRONG,
        PACK_TYPE,
      )],
      posted("/v1/training", what, JSON.stringify(value), WRONG),
    )
  );

// ---------------------------------------------------------------- finite chains

const VALID_CHAINS: Json[] = [
  { matrix: [[0.5, 0.5], [0.2, 0.8]], names: ["a", "b"], epsilon: 0.1, hitting: [["a"], [1]], transitions: true },
  {
    metropolis: { target: [1, 2, 3], proposal: [[0, 1, 0], [0.5, 0, 0.5], [0, 1, 0]] },
    functions: [{
      name: "f",
      values: [1, 2, 3],
    }],
  },
];

const wrongChains = mutationsOf(VALID_CHAINS).filter(({ value }) => {
  try {
    acceptChain(plain(value), { mostStates: 32 });
    return false;
  } catch {
    return !(typeof value === "object" && value !== null && ("model" in value || "sampler" in value));
  }
}).map(({ what, value }) => posted("/v1/chains/analysis", what, JSON.stringify(value), WRONG));

// ---------------------------------------------------------------- models and pictures

const names = fc.oneof(
  fc.constantFrom("none", "a".repeat(100), "0", "A.b-c_d"),
  fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._-]{0,20}$/).filter((name) => name !== "a-model"),
);
const wrongNames = fc.constantFrom(
  "a".repeat(101),
  "-x",
  ".x",
  "_",
  "a%20b",
  "%F0%9F%92%A5",
  "a%2fb",
  "%00",
  "a'b",
  "..%2f..%2fetc%2fpasswd",
  "%252e%252e",
  "a\u0301".normalize("NFD"),
);
const parts = fc.constantFrom("", "/parameters", "/filters");

const wrongModels = fc.oneof(
  fc.record({ name: names, part: parts }).map(({ name, part }) => got("no model", `/v1/models/${name}${part}`, [404])),
  names.map((name) => got("no model to delete", `/v1/models/${name}`, [404], "DELETE")),
  fc.record({ name: wrongNames, part: parts }).map(({ name, part }) =>
    got("a name that none can have", `/v1/models/${name}${part}`, [400, 404, 422])
  ),
  wrongNames.map((name) => got("a name that none can have", `/v1/models/${name}`, [400, 404, 422], "DELETE")),
  fc.constantFrom(
    "zoom=0",
    "zoom=65",
    "zoom=1.5",
    "zoom=",
    "height=0",
    "height=-1",
    "height=1e3",
    "height=65536",
    "width=x",
    "width=2&width=3",
    "count=0",
    "count=1001",
    "count=99999999999999999999",
    "colour=red",
    "Zoom=2",
  ).map((query) => got("a query", `/v1/models/none/filters?${query}`, WRONG)),
  fc.constantFrom("/v1/models?limit=1", "/v1/models/none?x=1", "/v1/models/none/parameters?format=npz").map((path) =>
    got("a query", path, WRONG)
  ),
  fc.constantFrom<[string, string]>(
    ["PUT", "/v1/models"],
    ["POST", "/v1/models"],
    ["POST", "/v1/models/none"],
    ["DELETE", "/v1/models"],
    ["DELETE", "/v1/models/none/filters"],
    ["GET", "/v1/training"],
    ["DELETE", "/v1/training"],
    ["GET", "/v1/checks"],
    ["GET", "/v1/chains/analysis"],
    ["PUT", "/v1/chains/analysis"],
  ).map(([method, path]) => got("a method", path, [405], method)),
);

function wrongImages({ endedJob, drawlessJob }: LearningSurroundings): fc.Arbitrary<MalformedRequest> {
  return fc.constantFrom<[string, readonly number[]]>(
    ["/v1/jobs/none/images", [404]],
    [`/v1/jobs/${drawlessJob}/images`, [409]],
    ...[
      "zoom=0",
      "zoom=65",
      "zoom=-1",
      "zoom=1e1",
      "height=0",
      "height=3",
      "height=2&width=2",
      "width=65535",
      "width=5",
      "count=0",
      "count=1001",
      "draws=0",
      "draws=1001",
      "variable=",
      "variable=none",
      "variable=__proto__",
      "variable=x&variable=x",
      `variable=${"x".repeat(4000)}`,
      "colour=red",
      "height=%F0%9F%92%A5",
    ].map((query): [string, readonly number[]] => [`/v1/jobs/${endedJob}/images?${query}`, WRONG]),
  ).map(([path, statuses]) => got("a picture", path, statuses));
}

// ---------------------------------------------------------------- what belongs elsewhere, and what is too much

const wrongPlaces = fc.constantFrom(
  ...["/v1/training", "/v1/chains/analysis", "/v1/checks"].flatMap((path) => [
    posted(path, "half a body", '{"train":{"kind":"rbm"', UNREADABLE),
    posted(path, "no body", "", UNREADABLE),
    posted(path, "a list", "[]", WRONG),
    posted(path, "nothing", "null", WRONG),
    posted(
      path,
      "a job",
      JSON.stringify({ model: { kind: "gaussian", mean: [0], covariance: [[1]] }, chains: 2 }),
      WRONG,
    ),
    posted(path, "text", "{}", [415], { "Content-Type": "text/plain" }),
    posted(`${path}?dry=1`, "a query", "{}", WRONG),
  ]),
  posted("/v1/jobs", "a training", JSON.stringify(VALID_TRAININGS[0]), WRONG),
  posted("/v1/jobs", "a model that is not there", '{"model":{"kind":"trained","name":"none"}}', WRONG),
  posted("/v1/jobs", "a trained model without a name", '{"model":{"kind":"trained"}}', WRONG),
  posted("/v1/jobs", "a trained model named by a number", '{"model":{"kind":"trained","name":7}}', WRONG),
  posted("/v1/jobs", "a trained model named by __proto__", '{"model":{"kind":"trained","name":"__proto__"}}', WRONG),
  posted("/v1/jobs", "a file of the command line", '{"model":{"kind":"trained","file":"/etc/passwd"}}', WRONG),
  posted(
    "/v1/training",
    "a file of the command line",
    '{"train":{"kind":"rbm"},"data":{"kind":"file","path":"/etc/passwd"}}',
    WRONG,
  ),
  posted("/v1/training", "a folder", '{"train":{"kind":"rbm"},"data":{"kind":"../../etc"}}', WRONG),
  {
    ...posted("/v1/training", "an idempotency key", JSON.stringify(VALID_TRAININGS[0]), WRONG),
    headers: { ...JSON_TYPE, "Idempotency-Key": "é" },
  },
);

const zeros = (rows: number, columns: number) => `[${Array(rows).fill(`[${Array(columns).fill(0).join()}]`).join()}]`;
const sha256 = `"${"0".repeat(64)}"`;

/** Each would take hours, or more memory than there is, if it were begun. */
const tooMuch: MalformedRequest[] = [
  ...[
    `{"kind":"rbm","weights":${zeros(1, 200_000)}}`,
    `{"kind":"rbm","weights":${zeros(2, 1)},"hiddenBias":${zeros(1, 200_000).slice(1, -1)}}`,
    `{"kind":"boltzmann","weights":${zeros(5000, 400)}}`,
    `{"kind":"boltzmann","units":100001,"edges":[]}`,
    `{"kind":"boltzmann","units":3,"edges":[[1,4,1]]}`,
    `{"kind":"hopfield","patterns":${zeros(5000, 100)}}`,
    `{"kind":"hopfield-trials","size":100000,"load":1}`,
    `{"kind":"ising","size":65536}`,
    `{"kind":"ising","size":[4096,4096],"report":"spins"}`,
    `{"kind":"discrete","probabilities":${zeros(1, 1_000_001).slice(1, -1)}}`,
    `{"kind":"cdf","marginals":[${Array(1001).fill("[[0,0],[1,1]]").join()}]}`,
    `{"kind":"distribution","family":"binomial","parameters":{"trials":1e300,"probability":0.5}}`,
    `{"kind":"rbm","sha256":${sha256}}`,
    `{"kind":"boltzmann","sha256":${sha256}}`,
    `{"kind":"hopfield","sha256":${sha256}}`,
  ].map((model) => posted("/v1/jobs", `the model ${model.slice(0, 60)}`, `{"model":${model}}`, WRONG)),
  posted("/v1/jobs", "states beyond all bounds", '{"model":{"kind":"ising","size":4096},"chains":1000}', WRONG),
  posted(
    "/v1/jobs",
    "populations beyond all bounds",
    '{"model":{"kind":"banana"},"sampler":{"kind":"smc","particles":1000000},"chains":1000}',
    WRONG,
  ),
  posted(
    "/v1/jobs",
    "temperatures that do not rise",
    `{"model":{"kind":"banana"},"sampler":{"kind":"ais","betas":[${Array(1_000_000).fill(1).join()}]}}`,
    WRONG,
  ),
  posted("/v1/chains/analysis", "too many states", `{"matrix":${zeros(2001, 2)}}`, WRONG),
  posted("/v1/chains/analysis", "too long names", `{"matrix":[[1]],"names":["${"x".repeat(1000)}"]}`, WRONG),
  posted(
    "/v1/training",
    "a row for every byte",
    `{"train":{"kind":"rbm"},"data":{"kind":"inline","rows":[${Array(60_000).fill('[""]').join()}]}}`,
    WRONG,
  ),
];

/** What only the whole service can refuse, since it takes the data to see what is wrong. */
export const REFUSED_WITH_DATA: readonly (readonly [training: object, data: object, path: string, message: RegExp])[] =
  [
    [{ kind: "rbm", hidden: 20_000 }, { kind: "inline", rows: [Array(20_000).fill(0)] }, "train.hidden", /32 MB/],
    [{ kind: "boltzmann" }, { kind: "inline", rows: [Array(5000).fill(0)] }, "train.hidden", /32 MB/],
    [{ kind: "rbm", epochs: 1_000_000 }, { kind: "letters" }, "train.epochs", /at most 100000 records/],
    [
      { kind: "rbm", ais: { temperatures: 1e6, particles: 1e5 } },
      { kind: "letters" },
      "train.ais",
      /at most 1e\+?13|at most 10000000000000/,
    ],
    [{ kind: "rbm", steps: 10_000, particles: 5000 }, { kind: "letters" }, "train.steps", /in an update/],
    [{ kind: "hopfield" }, { kind: "inline", rows: [Array(5000).fill(1)] }, "data", /32 MB/],
    [{ kind: "rbm" }, { kind: "digits" }, "data", /binarize/],
    [{ kind: "hopfield" }, { kind: "two-moons", count: 10 }, "data", /binarize/],
    [{ kind: "rbm" }, { kind: "digits", count: 100_000 }, "data.count", /at most that/],
    [{ kind: "rbm" }, { kind: "letters", validation: 10 }, "data.validation", /below the 10/],
    [{ kind: "rbm" }, { kind: "inline", rows: [[0, 1], [1]] }, "data.rows.1", /every row must/],
    [{ kind: "rbm" }, { kind: "inline", rows: [[0, 1]], image: [2, 2] }, "data.image", /pixels/],
    [{ kind: "rbm", variances: "learned" }, { kind: "letters" }, "train.variances", /gaussian/],
    [{ kind: "rbm", method: "exact", hidden: 100 }, { kind: "letters" }, "train.method", /at most 20/],
  ];
