/** The draws of a job, streamed as they are read. */
import { createRoute, OpenAPIHono } from "@hono/zod-openapi";
import { z } from "zod";
import { prefersMessagePack } from "../http/accept.ts";
import { JobPath, problem } from "../http/route.ts";
import type { Jobs } from "../jobs.ts";
import { outputContext } from "../output/context.ts";
import type { OutputFormat } from "../output/format.ts";
import { outputFormats } from "../output/formats.ts";
import { messagePack } from "../output/message_pack.ts";

type FormatName = keyof typeof outputFormats;
const names = Object.keys(outputFormats) as [FormatName, ...FormatName[]];

const Draws = z.strictObject({
  variables: z.array(z.string()),
  chains: z.array(z.array(z.array(z.number().nullable()))).describe("[chain][draw][variable]"),
  complete: z.boolean().describe("False where the job has not made all its draws."),
}).meta({ id: "Draws" });

// Without their types: the body is streamed, never an object that could be held against a schema.
const contents: Record<string, { schema: z.ZodType }> = Object.fromEntries(
  Object.values<OutputFormat>(outputFormats).map(({ name, contentType }) => [
    contentType.split(";")[0],
    { schema: name === "json" ? Draws : z.string().meta({ format: "binary" }) },
  ]),
);

const download = createRoute({
  method: "get",
  path: "/v1/jobs/{id}/draws",
  operationId: "getDraws",
  tags: ["draws"],
  summary: "Download the draws",
  description: "Of an unfinished or cancelled job: the committed beginning of every chain, cut to the shortest.",
  request: {
    params: JobPath,
    query: z.strictObject({
      format: z.enum(names).default("json").meta({
        param: {
          description: "`json` comes as MessagePack where Accept asks for it; `netcdf` opens in ArviZ and xarray.",
        },
      }),
    }),
  },
  responses: {
    200: {
      description: "The draws.",
      headers: z.object({
        "Ergodic-Complete": z.enum(["true", "false"]).describe("Whether the job has made all its draws."),
        "Content-Disposition": z.string().describe("With a name for the file."),
      }),
      content: contents,
    },
    404: problem("not-found"),
    409: problem("conflict"),
    422: problem("validation"),
  },
});

export function drawsRoutes(jobs: Jobs) {
  return new OpenAPIHono().openapi(download, async (c) => {
    const { id } = c.req.valid("param");
    const { format } = c.req.valid("query");
    const job = jobs.job(id);
    const output: OutputFormat = format === "json" && prefersMessagePack(c.req.raw)
      ? messagePack
      : outputFormats[format];
    const context = outputContext(job, jobs);
    const draws = await jobs.draws(id);
    const headers: Record<string, string> = {
      "Content-Type": output.contentType,
      "Content-Disposition": `attachment; filename="${id}${output.extension}"`,
      "Ergodic-Complete": String(draws.complete),
      ...(format === "json" ? { Vary: "Accept" } : {}),
      ...(output.length ? { "Content-Length": String(output.length(draws, context)) } : {}),
    };
    if (c.req.method === "HEAD") {
      draws.close();
      return c.body(null, 200, headers);
    }
    return c.body(output.stream(draws, context), 200, headers); // the stream closes the reader
  });
}
