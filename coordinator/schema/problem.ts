/** What goes wrong on the wire: RFC 9457 problem details, and the kinds of problem that there are. */
import { z } from "zod";

export const PROBLEM_TYPE = "application/problem+json";

export const Problem = z.strictObject({
  type: z.string().describe("A reference that tells the kind of problem and answers with its explanation."),
  title: z.string(),
  status: z.int(),
  detail: z.string().describe("What was expected, what was found, what to do."),
  errors: z.array(z.strictObject({
    path: z.string().describe("Where in the body, the query or the headers, dotted: `model.covariance.0.1`."),
    message: z.string(),
  })).optional().describe("Of a validation problem: everything that was found wrong."),
  requestId: z.string().optional().describe("Of an internal error: what to look for in the service's log."),
}).meta({ id: "Problem", description: "RFC 9457 problem details." });
export type Problem = z.infer<typeof Problem>;

interface Kind {
  readonly status: 400 | 401 | 404 | 405 | 408 | 409 | 413 | 415 | 422 | 429 | 500 | 503;
  readonly title: string;
  readonly explanation: string;
}

/** The kinds of problem; `type` is `/problems/` and the name. */
export const PROBLEMS = {
  unreadable: {
    status: 400,
    title: "The request cannot be read",
    explanation:
      "The body is not the JSON or MessagePack that its Content-Type says, or it is empty, or nested too deeply.",
  },
  unauthorized: {
    status: 401,
    title: "A token is needed",
    explanation: "This service was started with a token. Send it as `Authorization: Bearer TOKEN`.",
  },
  "not-found": {
    status: 404,
    title: "There is nothing here",
    explanation: "No such route, job or model. /openapi.json lists the routes, /v1/jobs the jobs.",
  },
  "method-not-allowed": {
    status: 405,
    title: "The route does not take this method",
    explanation: "The Allow header lists the methods that it takes.",
  },
  timeout: {
    status: 408,
    title: "The body did not arrive",
    explanation: "Nothing of the body was received for a while. Send the request again.",
  },
  conflict: {
    status: 409,
    title: "Not in this state of the job",
    explanation: "What was asked for needs a job in another state: one that has not ended, or one that has draws.",
  },
  "too-large": {
    status: 413,
    title: "The body is too large",
    explanation:
      "A job may take 16 MiB, and 1,200,000 arrays and objects in it: send MessagePack with typed arrays in place of " +
      "JSON, or less data. A model may take 512 MiB.",
  },
  "unsupported-media": {
    status: 415,
    title: "The body is in a format that is not taken",
    explanation:
      "Send `Content-Type: application/json` in UTF-8 or `application/msgpack`, with no Content-Encoding; an ONNX model as " +
      "`application/octet-stream`.",
  },
  validation: {
    status: 422,
    title: "The request is understood, but wrong",
    explanation: "`errors` lists each fault with its path in the body, the query or the headers.",
  },
  "queue-full": {
    status: 429,
    title: "Too much is unfinished",
    explanation:
      "Wait as long as Retry-After says, or cancel a job. At most 100 jobs are unfinished, and none is taken beside specs of 16 MiB.",
  },
  internal: {
    status: 500,
    title: "The service failed",
    explanation: "A fault of the service, not of the request. Its log tells more under the request's id.",
  },
  unavailable: {
    status: 503,
    title: "The service is shutting down",
    explanation: "Jobs go on at the next start. Send the request again then.",
  },
} as const satisfies Record<string, Kind>;

export type ProblemName = keyof typeof PROBLEMS;
