/** Errors under /v2 in the form of the Open Inference Protocol, `{ "error": "…" }`, whose clients read no other. Like problems they stay JSON. */
import type { MiddlewareHandler } from "hono";
import { InferenceError } from "../schema/inference.ts";
import { Problem, PROBLEM_TYPE } from "../schema/problem.ts";

export const inferenceErrors: MiddlewareHandler = async (c, next) => {
  await next();
  if (c.res.headers.get("Content-Type") !== PROBLEM_TYPE) return;
  const { detail, errors = [] } = Problem.parse(await c.res.json());
  const faults = errors.map(({ path, message }) => (path === "" ? message : `${path}: ${message}`));
  const body: InferenceError = { error: faults.length === 0 ? detail : faults.join("\n") };
  const headers = new Headers(c.res.headers);
  headers.set("Content-Type", "application/json");
  const { status } = c.res;
  c.res = undefined; // otherwise its headers would be carried over
  c.res = new Response(JSON.stringify(body), { status, headers });
};
