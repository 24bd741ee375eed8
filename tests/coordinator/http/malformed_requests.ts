/**
 * Requests that a service has to refuse, drawn by fast-check from a fixed seed: valid jobs with one thing made wrong,
 * bodies that cannot be read, and right bodies in the wrong place.
 */
import { encode } from "@msgpack/msgpack";
import fc from "fast-check";
import { acceptJob } from "../../../coordinator/accept.ts";
import { MODEL_EXAMPLES } from "../../../coordinator/routes/examples.ts";
import {
  at,
  type Json,
  JSON_TYPE,
  type MalformedRequest,
  mutationsOf,
  PACK_TYPE,
  pathsOf,
  replaced,
  UNREADABLE,
  WRONG,
} from "./mutations.ts";

/** What the requests are aimed at. */
export interface Surroundings {
  /** A job that has ended, and one that has no draws and never will. */
  readonly endedJob: string;
  readonly drawlessJob: string;
  readonly mostBodyBytes: number;
}

const FULL_SPEC = {
  chains: 4,
  warmup: 10,
  draws: 10,
  thin: 1,
  seed: 1,
  superchains: 2,
  stopWhen: { essBulk: 400, rhat: 1.01, maxDraws: 100 },
};

/** Every example with every optional part of a spec spelled out, so that there is much to make wrong. */
const VALID: Json[] = Object.values(MODEL_EXAMPLES).filter((model) => !("sha256" in model) && model.kind !== "module")
  .map((model): Json => {
    const plain: Json = JSON.parse(JSON.stringify(model));
    const specs: Json[] = [
      { model: plain, sampler: { kind: "nuts", targetAccept: 0.8 }, ...FULL_SPEC },
      { model: plain, sampler: { kind: "gibbs" }, ...FULL_SPEC },
      { model: plain, ...FULL_SPEC },
    ];
    const valid = specs.find(isAccepted);
    if (valid === undefined) throw new Error(`no valid job of ${JSON.stringify(plain)}`);
    return valid;
  });

export function malformedRequests(count: number, seed: number, surroundings: Surroundings): MalformedRequest[] {
  const drawn = fc.sample(
    fc.oneof(
      { weight: 4, arbitrary: wrongSpecs },
      { weight: 2, arbitrary: wrongNumbers },
      { weight: 2, arbitrary: unreadableBodies },
      { weight: 1, arbitrary: wrongContentTypes },
      { weight: 1, arbitrary: missingJobs },
      { weight: 1, arbitrary: wrongQueries },
      { weight: 1, arbitrary: wrongMethods },
      { weight: 1, arbitrary: wrongKeys },
      { weight: 1, arbitrary: wrongStates(surroundings) },
    ),
    { numRuns: count, seed },
  );
  const { mostBodyBytes } = surroundings;
  return [...drawn, ...overlongBodies(mostBodyBytes), ...bodiesFullOfFaults(Math.min(mostBodyBytes, 4 * 2 ** 20))];
}

function submission(
  what: string,
  body: MalformedRequest["body"],
  statuses: readonly number[],
  headers = JSON_TYPE,
): MalformedRequest {
  return { what, method: "POST", path: "/v1/jobs", headers, body, statuses };
}

// ---------------------------------------------------------------- a valid job with one thing made wrong

const mutations = mutationsOf(VALID);

/** Whatever the service's own rules take is not malformed; whatever else happens to it, it must be refused well. */
function isAccepted(value: Json): boolean {
  try {
    acceptJob(JSON.parse(JSON.stringify(value)), () => 1);
    return true;
  } catch {
    return false;
  }
}

const wrongSpecs = mutations.filter(({ value }) => !isAccepted(value)).chain(({ what, value }) =>
  fc.boolean().map((packed) =>
    packed && !JSON.stringify(value).includes("__proto__")
      ? submission(`${what}, packed`, encode(value), WRONG, PACK_TYPE)
      : submission(what, JSON.stringify(value), WRONG)
  )
);

const MARK = 123456789;
const wrongNumbers = fc.record({
  valid: fc.constantFrom(...VALID),
  choice: fc.nat(),
  token: fc.constantFrom(
    ...["NaN", "Infinity", "-Infinity", "0x10", "01", "+1", ".5", "1.", "1e", "--1", "1_000", "undefined"].map((
      token,
    ) => ({ token, statuses: UNREADABLE })),
    ...["1e999", "-1e999", `1${"0".repeat(400)}`].map((token) => ({ token, statuses: WRONG })),
  ),
}).map(({ valid, choice, token: { token, statuses } }) => {
  const numbers = pathsOf(valid).filter((path) => typeof at(valid, path) === "number");
  const path = numbers[choice % numbers.length];
  const text = JSON.stringify(replaced(valid, path, MARK)).replace(String(MARK), token);
  return submission(`${token.slice(0, 20)} at ${path.join(".")}`, text, statuses);
});

// ---------------------------------------------------------------- bodies that cannot be read

const fraction = fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true });
const encoder = new TextEncoder();

const unreadableBodies = fc.oneof(
  fc.record({ valid: fc.constantFrom(...VALID), fraction }).map(({ valid, fraction }) => {
    const text = JSON.stringify(valid);
    return submission("JSON cut short", text.slice(0, Math.floor(fraction * text.length)), UNREADABLE);
  }),
  fc.record({ valid: fc.constantFrom(...VALID), fraction }).map(({ valid, fraction }) => {
    const bytes = encode(valid);
    return submission(
      "MessagePack cut short",
      bytes.slice(0, Math.floor(fraction * bytes.length)),
      UNREADABLE,
      PACK_TYPE,
    );
  }),
  fc.record({ valid: fc.constantFrom(...VALID), tail: fc.constantFrom("}", "x", "{}", ",", "\0") })
    .map(({ valid, tail }) => submission("something behind the JSON", JSON.stringify(valid) + tail, UNREADABLE)),
  fc.uint8Array({ minLength: 1, maxLength: 50 }).map((noise) =>
    submission("noise as JSON", Uint8Array.of(0xff, ...noise), UNREADABLE)
  ),
  fc.uint8Array({ minLength: 1, maxLength: 50 }).map((noise) =>
    submission("noise as MessagePack", Uint8Array.from(noise), [400, 422], PACK_TYPE)
  ),
  fc.constantFrom<[string, string | Uint8Array<ArrayBuffer>, Record<string, string>?]>(
    ["arrays without end", "[".repeat(100_000)],
    ["deep arrays", "[".repeat(100_000) + "]".repeat(100_000)],
    ["deep objects", '{"a":'.repeat(50_000) + "1" + "}".repeat(50_000)],
    ["deep data", `{"model":{"kind":"gaussian","mean":${"[".repeat(5000)}${"]".repeat(5000)}}}`],
    ["deep MessagePack", new Uint8Array(100_000).fill(0x91).fill(0xc0, -1), PACK_TYPE],
    ["text that is not UTF-8", Uint8Array.of(0x22, 0xc3, 0x28, 0x22)],
    ["UTF-16", new Uint8Array(new Uint16Array([0xfeff, 0x7b, 0x7d]).buffer)],
    ["single quotes", "{'model':{}}"],
    ["a comment", '{/**/"model":{}}'],
    ["a trailing comma", '{"model":{},}'],
    ["a raw line break in text", '{"model":"a\nb"}'],
    ["an empty body", ""],
    ["white space", " \n "],
    ["an array that claims 2^32 entries", Uint8Array.of(0xdd, 0xff, 0xff, 0xff, 0xff), PACK_TYPE],
    ["text that claims 2^32 bytes", Uint8Array.of(0xdb, 0xff, 0xff, 0xff, 0xff, 0x61), PACK_TYPE],
    ["an unknown extension", Uint8Array.of(0xd4, 0x72, 0x40), PACK_TYPE],
    ["a date", Uint8Array.of(0xd6, 0xff, 0, 0, 0, 0), PACK_TYPE],
    ["bytes", Uint8Array.of(0x81, 0xa1, 0x61, 0xc7, 0x01, 0x74, 0x0a), PACK_TYPE],
    ["half a float", Uint8Array.of(0xc7, 0x03, 0x74, 0x08, 0x00, 0x00), PACK_TYPE],
    ["a typed array of no type", Uint8Array.of(0xd4, 0x74, 0x7f), PACK_TYPE],
    ["__proto__ in MessagePack", Uint8Array.of(0x81, 0xa9, ...encoder.encode("__proto__"), 0x80), PACK_TYPE],
  ).map(([what, body, headers]) => submission(what, body, UNREADABLE, headers ? PACK_TYPE : JSON_TYPE)),
  fc.constantFrom("null", "true", "1", '"x"', "[]", "{}", "[{}]", '"\\ud800"', '{"__proto__":{"model":1}}', "\ufeff[]")
    .map((text) => submission(`the body ${text}`, text, WRONG)),
);

const wrongContentTypes = fc.constantFrom<Record<string, string>>(
  { "Content-Type": "text/plain" },
  { "Content-Type": "application/x-www-form-urlencoded" },
  { "Content-Type": "multipart/form-data; boundary=x" },
  { "Content-Type": "application/xml" },
  { "Content-Type": "application/json; charset=utf-16" },
  { "Content-Type": "application/jsonx" },
  { "Content-Type": "json" },
  { "Content-Type": ";" },
  { "Content-Type": "x".repeat(4000) },
  { ...JSON_TYPE, "Content-Encoding": "gzip" },
  { ...PACK_TYPE, "Content-Encoding": "br, gzip" },
).map((headers): MalformedRequest => ({
  ...submission(`the headers ${JSON.stringify(headers).slice(0, 80)}`, JSON.stringify(VALID[0]), [415]),
  headers,
}));

function overlongBodies(most: number): MalformedRequest[] {
  const body = new Uint8Array(most + 1).fill(0x20);
  return [
    submission("a body one byte too long", body, [413]),
    { ...submission("one that does not say how long it is", body, [413]), chunked: true },
    { ...submission("MessagePack one byte too long", body, [413], PACK_TYPE), chunked: true },
    { ...submission("a body too long for a pause", body, [404, 413]), path: "/v1/jobs/none/pause" },
  ];
}

/** Each has room for millions of faults, all of which nobody could pay for. */
function bodiesFullOfFaults(most: number): MalformedRequest[] {
  const filled = (before: string, entry: string, after: string) => {
    const count = Math.floor((most - before.length - after.length) / (entry.length + 1));
    return before + Array(count).fill(entry).join(",") + after;
  };
  const regression = '{"model":{"kind":"linear-regression","x":[[1]],"y":[';
  return [
    submission("text for every number", filled(regression, '""', "]}}"), WRONG),
    submission("an array for every number", filled(regression, "[]", "]}}"), [413, 422]), // 413 above 1,200,000 of them
    submission("a start for every byte", filled('{"model":{"kind":"funnel"},"init":[', "[0]", "]}"), WRONG),
    submission("nothing but NaN", encode(nanSpec(most)), WRONG, PACK_TYPE),
  ];
}

function nanSpec(most: number): object {
  const count = Math.floor((most - 100) / 9);
  return { model: { kind: "linear-regression", x: [[1]], y: Array(count).fill(NaN) } };
}

// ---------------------------------------------------------------- right words in the wrong place

const JOB_ROUTES: readonly [string, string][] = [
  ["GET", ""],
  ["GET", "/summary"],
  ["GET", "/draws"],
  ["GET", "/events"],
  ["GET", "/autocorrelation?variable=x"],
  ["POST", "/cancel"],
  ["POST", "/pause"],
  ["POST", "/resume"],
];

const missingJobs = fc.record({
  route: fc.constantFrom(...JOB_ROUTES),
  id: fc.oneof(
    fc.uuid(),
    fc.string({ minLength: 1 }),
    fc.constantFrom(
      "..%2f..%2fetc%2fpasswd",
      "%00",
      "%ff",
      "%",
      "%2e%2e",
      "a".repeat(5000),
      "%F0%9F%92%A5",
      "-1",
      "null",
      "__proto__",
      "'; drop table jobs; --",
    ),
  ),
}).map(({ route: [method, rest], id }): MalformedRequest => ({
  what: `${method} ${rest} of no job`,
  method,
  path: `/v1/jobs/${id.startsWith("%") || id.includes("%2f") ? id : encodeURIComponent(id)}${rest}`,
  headers: {},
  statuses: [404, 405], // a dot leads to a neighbour, which may not take the method
}));

const wrongQueries = fc.oneof(
  fc.record({
    route: fc.constantFrom(
      "/healthz",
      "/readyz",
      "/metrics",
      "/v1/jobs",
      "/v1/models",
      "/v1/kinds",
      "/problems/conflict",
    ),
    name: fc.oneof(fc.constantFrom("__proto__x", "Limit", "token", "a[b]", "💥"), fc.string({ minLength: 1 })),
  }).filter(({ name }) => name !== "limit" && name !== "cursor" && name !== "__proto__")
    .map(({ route, name }) => `${route}?${encodeURIComponent(name)}=1`),
  fc.constantFrom("0", "-1", "1001", "1.5", "", "abc", "1e2", "0x10", " 5", "9".repeat(400), "NaN", "5&limit=6")
    .map((limit) => `/v1/jobs?limit=${limit}`),
  fc.oneof(
    fc.string({ minLength: 1 }).map(encodeURIComponent),
    fc.constantFrom("x".repeat(5000), "%00", "a&cursor=b", ""),
  )
    .map((cursor) => `/v1/jobs?cursor=${cursor}`),
).map((path): MalformedRequest => ({ what: "a query", method: "GET", path, headers: {}, statuses: WRONG }));

const wrongMethods = fc.record({
  method: fc.constantFrom("DELETE", "PUT", "PATCH", "BREW"),
  path: fc.constantFrom(
    "/",
    "/docs",
    "/healthz",
    "/metrics",
    "/openapi.json",
    "/v1/jobs",
    "/v1/jobs/x",
    "/v1/jobs/x/cancel",
    "/v1/jobs/x/events",
  ),
}).map(({ method, path }): MalformedRequest => ({ what: "a method", method, path, headers: {}, statuses: [405] }));

const wrongKeys = fc.constantFrom("", "a b", "x".repeat(256), "é", "tab\there").map((key): MalformedRequest => ({
  ...submission("an idempotency key", JSON.stringify(VALID[0]), WRONG),
  headers: { ...JSON_TYPE, "Idempotency-Key": key },
}));

function wrongStates({ endedJob, drawlessJob }: Surroundings): fc.Arbitrary<MalformedRequest> {
  return fc.constantFrom<[string, string, number, string?]>(
    ["POST", `/v1/jobs/${endedJob}/pause`, 409],
    ["POST", `/v1/jobs/${endedJob}/resume`, 409],
    ["POST", `/v1/jobs/${endedJob}/cancel`, 409],
    ["POST", `/v1/jobs/${endedJob}/cancel`, 422, '{"force":true}'],
    ["POST", `/v1/jobs/${drawlessJob}/pause`, 422, "[1]"],
    ["POST", `/v1/jobs/${drawlessJob}/pause?force=1`, 422],
    ["GET", `/v1/jobs/${drawlessJob}/summary`, 409],
    ["GET", `/v1/jobs/${drawlessJob}/draws`, 409],
    ["GET", `/v1/jobs/${drawlessJob}/draws?format=netcdf`, 409],
    ["GET", `/v1/jobs/${drawlessJob}/draws?format=xlsx`, 422],
    ["GET", `/v1/jobs/${drawlessJob}/draws?format=csv&format=npz`, 422],
    ["GET", `/v1/jobs/${drawlessJob}/draws?format=__proto__`, 422],
    ["GET", `/v1/jobs/${drawlessJob}/autocorrelation?variable=mu`, 409],
    ["GET", `/v1/jobs/${drawlessJob}/autocorrelation`, 422],
    ["GET", `/v1/jobs/${drawlessJob}/autocorrelation?variable=mu&lags=0`, 422],
    ["GET", `/v1/jobs/${drawlessJob}/events?from=3`, 422],
  ).map(([method, path, status, body]): MalformedRequest => ({
    what: "a state",
    method,
    path,
    headers: body === undefined ? {} : JSON_TYPE,
    body,
    statuses: [status],
  }));
}
