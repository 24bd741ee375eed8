/** What the declarations of the routes have in common. */
import { z } from "zod";
import { ModelName } from "../schema/training.ts";
import { Problem, PROBLEM_TYPE, type ProblemName, PROBLEMS } from "../schema/problem.ts";

/** Of a route that takes no query parameters: any is refused. */
export const NoQuery = z.strictObject({});

export const JobPath = z.object({
  id: z.string().regex(/^[\w-]{1,64}$/).meta({ param: { description: "The job's id." } }),
});

export const ModelPath = z.object({
  name: ModelName.meta({ param: { description: "The model's name in the registry." } }),
});

/** A query parameter that is an integer of a range. */
export function integerParameter(least: number, most: number, absent: number, description: string) {
  return integerText(least, most)
    .default(absent)
    .meta({ type: "integer", minimum: least, maximum: most, default: absent, param: { description } });
}

/** One that may be left out, and then has no value. */
export function optionalIntegerParameter(least: number, most: number, description: string) {
  return integerText(least, most).optional().meta({
    type: "integer",
    minimum: least,
    maximum: most,
    param: { description },
  });
}

function integerText(least: number, most: number) {
  const error = `expected an integer from ${least} to ${most}`;
  return z.string().regex(/^\d{1,15}$/, { error })
    .transform(Number)
    .refine((value) => value >= least && value <= most, { error });
}

/** A response of JSON. The document adds its twin in MessagePack. */
export function answer<Schema extends z.ZodType>(schema: Schema, description: string) {
  return { description, content: { "application/json": { schema } } };
}

/** A problem that a route answers with. Those of every route are added by the document. */
export function problem(name: ProblemName) {
  return { description: PROBLEMS[name].title, content: { [PROBLEM_TYPE]: { schema: Problem } } };
}

/** The usual spelling of a header's name; in requests it comes in lower case. */
export function headerName(lowerCase: string): string {
  return lowerCase.replace(/(^|-)id$/, "$1ID").replace(
    /(^|-)([a-z])/g,
    (_, dash, letter) => dash + letter.toUpperCase(),
  );
}
