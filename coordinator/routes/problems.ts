/** The explanation to which a problem's `type` points. */
import { createRoute, OpenAPIHono } from "@hono/zod-openapi";
import { z } from "zod";
import { answer, NoQuery, problem } from "../http/route.ts";
import { type ProblemName, PROBLEMS } from "../schema/problem.ts";

const names = Object.keys(PROBLEMS) as [ProblemName, ...ProblemName[]];

const explain = createRoute({
  method: "get",
  path: "/problems/{name}",
  operationId: "explainProblem",
  tags: ["service"],
  summary: "Explain a kind of problem",
  request: { params: z.object({ name: z.enum(names) }), query: NoQuery },
  responses: {
    200: answer(
      z.strictObject({ type: z.string(), status: z.int(), title: z.string(), explanation: z.string() }),
      "What it is and what to do.",
    ),
    404: problem("not-found"),
  },
});

export function problemRoutes() {
  return new OpenAPIHono().openapi(explain, (c) => {
    const { name } = c.req.valid("param");
    return c.json({ type: `/problems/${name}`, ...PROBLEMS[name] }, 200);
  });
}
