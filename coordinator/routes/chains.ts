/** The chain laboratory: a finite chain in, all that theory tells of it out. */
import { createRoute, OpenAPIHono } from "@hono/zod-openapi";
import { InputError } from "../../numerics/errors.ts";
import { entry, Laboratory } from "../chains/laboratory.ts";
import { type BodyLimits, readBody } from "../http/body.ts";
import { answer, NoQuery, problem } from "../http/route.ts";
import type { Jobs } from "../jobs.ts";
import { ChainAnalysis, ChainSpec, type ChainSpecInput } from "../schema/chain.ts";
import { ValidationError } from "../schema/errors.ts";
import { nameTrained } from "../trained_models.ts";

const MOST_BODY_BYTES = 8 * 2 ** 20; // 512 × 512 probabilities to their last digits; more would hold up other requests

const analysis = createRoute({
  method: "post",
  path: "/v1/chains/analysis",
  operationId: "analyseChain",
  tags: ["chains"],
  summary: "Analyse a finite Markov chain",
  description:
    "The chain is given by its transition matrix, by a target and a proposal (Metropolis–Hastings), or as a model of few spins " +
    "or bits and the sampler whose steps it makes, of which the exact transition probabilities are found. At most 512 states; " +
    "the command line takes 2000.",
  request: {
    query: NoQuery,
    // By reference: the body is read within its limit, in either format, and parsed in a worker.
    body: { required: true, content: { "application/json": { schema: { $ref: "#/components/schemas/ChainSpec" } } } },
  },
  responses: {
    200: answer(
      ChainAnalysis,
      "Classes, periods, stationary distributions, detailed balance, eigenvalues, mixing, absorption.",
    ),
    400: problem("unreadable"),
    413: problem("too-large"),
    415: problem("unsupported-media"),
    422: problem("validation"),
    429: problem("queue-full"),
  },
});

interface AnalysisInput {
  in: { json: ChainSpecInput };
  out: { json: ChainSpecInput };
}

export function chainRoutes(jobs: Jobs, { mostBytes, idleMs }: BodyLimits) {
  const laboratory = new Laboratory();
  const limits = { mostBytes: Math.min(mostBytes, MOST_BODY_BYTES), idleMs };
  const routes = new OpenAPIHono();
  routes.openAPIRegistry.register("ChainSpec", ChainSpec);
  return routes.openapi<typeof analysis, AnalysisInput>(analysis, async (c) => {
    const registry = { get: (name: string) => jobs.models().find((model) => model.name === name) };
    const body = nameTrained(await readBody(c.req.raw, limits), registry);
    return c.json(await laboratory.analyse(body, assetsOf(body, jobs)), 200);
  });
}

/** The trained parameters that the body's model names. The body is not parsed yet, so it may be anything. */
function assetsOf(body: unknown, { assets }: Jobs): Map<string, Uint8Array> {
  const model = entry(body, "model");
  const sha256 = entry(model, "sha256");
  if (typeof sha256 !== "string") return new Map();
  try {
    return new Map([[sha256, assets.get(sha256)]]);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    throw new ValidationError([{ path: "model.sha256", message: error.message }]);
  }
}
