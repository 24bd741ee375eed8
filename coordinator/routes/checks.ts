/** Checks of users' modules. */
import { createRoute, OpenAPIHono } from "@hono/zod-openapi";
import { type BodyLimits, readBody } from "../http/body.ts";
import { answer, NoQuery, problem } from "../http/route.ts";
import type { Jobs } from "../jobs.ts";
import { Check, CheckSpec, type CheckSpecInput } from "../schema/check.ts";

const check = createRoute({
  method: "post",
  path: "/v1/checks",
  operationId: "checkModule",
  tags: ["checks"],
  summary: "Check a module: its gradient and its transforms against differences",
  description:
    "Looks at the module at some points, in a process of its own. Whether the density is that of its own `prior` and `simulate` is a job: " +
    "one with the sampler `calibration`.",
  request: {
    query: NoQuery,
    // By reference: the body is read within its limit, in either format.
    body: { required: true, content: { "application/json": { schema: { $ref: "#/components/schemas/CheckSpec" } } } },
  },
  responses: {
    200: answer(Check, "What was found. `ok` is false where a gradient or a transform is wrong."),
    400: problem("unreadable"),
    413: problem("too-large"),
    415: problem("unsupported-media"),
    422: problem("validation"),
    429: problem("queue-full"),
  },
});

interface CheckInput {
  in: { json: CheckSpecInput };
  out: { json: CheckSpecInput };
}

export function checkRoutes(jobs: Jobs, limits: BodyLimits) {
  const routes = new OpenAPIHono();
  routes.openAPIRegistry.register("CheckSpec", CheckSpec);
  return routes.openapi<typeof check, CheckInput>(
    check,
    async (c) => c.json(await jobs.check(await readBody(c.req.raw, limits)), 200),
  );
}
