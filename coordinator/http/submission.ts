/** What the routes that take jobs have in common: the request that carries a spec, and how it is answered. */
import { z } from "zod";
import { answer, NoQuery, problem } from "./route.ts";

/** The same key with the same body gives the first job again. */
export const IdempotencyHeader = z.object({
  "idempotency-key": z.string()
    .regex(/^[\x21-\x7e]{1,255}$/, { error: "expected 1 to 255 visible ASCII characters. A UUID is a good key." })
    .optional()
    .meta({
      param: { description: "The same key with the same body gives the first job again; with another body, 422." },
    }),
});

/** `schema`: the name of the document's component that the body is. */
export function submission(schema: string) {
  return {
    query: NoQuery,
    headers: IdempotencyHeader,
    // By reference: the body is read within its limit, in either format, and parsed where the job is made.
    body: {
      required: true,
      content: { "application/json": { schema: { $ref: `#/components/schemas/${schema}` } } },
    },
  };
}

export function taken<View extends z.ZodType>(view: View, description: string) {
  return {
    202: { ...answer(view, description), headers: z.object({ Location: z.string() }) },
    400: problem("unreadable"),
    413: problem("too-large"),
    415: problem("unsupported-media"),
    422: problem("validation"),
    429: problem("queue-full"),
  };
}

/** The body for the typed client, which the document tells by reference alone. */
export interface Submitted<Spec> {
  in: { json: Spec; header?: { "idempotency-key"?: string } };
  out: { json: Spec; header: { "idempotency-key"?: string } };
}
