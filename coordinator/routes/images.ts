/** The draws of a job as pictures. */
import { createRoute, OpenAPIHono } from "@hono/zod-openapi";
import { z } from "zod";
import { InputError } from "../../numerics/errors.ts";
import { integerParameter, JobPath, optionalIntegerParameter, problem } from "../http/route.ts";
import type { Jobs } from "../jobs.ts";
import { drawsSheet, MOST_IMAGES } from "../pictures/draws_sheet.ts";
import { jobImage } from "../pictures/job_image.ts";
import { encodePng } from "../pictures/picture.ts";
import { ValidationError } from "../schema/errors.ts";

const MOST_SIDE = 65_535;
const MOST_ZOOM = 64;

const images = createRoute({
  method: "get",
  path: "/v1/jobs/{id}/images",
  operationId: "getImages",
  tags: ["draws"],
  summary: "Draw the draws as images on one sheet",
  description:
    "The last draw of every chain, or a line of draws for each. Bits are black (0) and white (1), spins too; " +
    "other numbers are grey from the least to the greatest. Where units are clamped, what was given comes first. Of an unfinished or cancelled job: of what is committed.",
  request: {
    params: JobPath,
    query: z.strictObject({
      variable: z.string().optional().meta({
        param: { description: "The variable that is the image; the first with more than one value where absent." },
      }),
      height: optionalIntegerParameter(
        1,
        MOST_SIDE,
        "Of an image; where absent, as the model was trained, the variable's shape, or a square.",
      ),
      width: optionalIntegerParameter(1, MOST_SIDE, "Of an image."),
      count: optionalIntegerParameter(1, MOST_IMAGES, "Chains; all where absent."),
      draws: integerParameter(1, MOST_IMAGES, 1, "Of each chain, evenly spaced, the last one at the end."),
      zoom: optionalIntegerParameter(
        1,
        MOST_ZOOM,
        "Pixels of the sheet for a pixel of an image, each way; where absent, as many as make it about 56 pixels large.",
      ),
    }),
  },
  responses: {
    200: {
      description: "A PNG of 8-bit grey.",
      headers: z.object({
        "Ergodic-Complete": z.enum(["true", "false"]).describe("Whether the job has made all its draws."),
      }),
      content: { "image/png": { schema: z.string().meta({ format: "binary" }) } },
    },
    404: problem("not-found"),
    409: problem("conflict"),
    422: problem("validation"),
  },
});

export function imageRoutes(jobs: Jobs) {
  return new OpenAPIHono().openapi(images, async (c) => {
    const { id } = c.req.valid("param");
    const known = jobImage(jobs.job(id), jobs.assets);
    const reader = await jobs.draws(id);
    try {
      const png = encodePng(await drawsSheet(reader, { ...c.req.valid("query"), ...known }));
      return c.body(png, 200, { "Content-Type": "image/png", "Ergodic-Complete": String(reader.complete) });
    } catch (error) {
      if (error instanceof InputError) throw new ValidationError([{ path: error.path, message: error.message }]);
      throw error;
    } finally {
      reader.close();
    }
  });
}
