/** The kinds of model, sampler and training that a job may name: what they are, what they take, and what fits what. */
import { createRoute, OpenAPIHono } from "@hono/zod-openapi";
import { z } from "zod";
import { models } from "../../models/registry.ts";
import type { ModelDefinition } from "../../models/model.ts";
import { trainings } from "../../models/training/registry.ts";
import type { TrainingDefinition } from "../../models/training/training.ts";
import type { KernelDefinition } from "../../workers/kernels/kernel.ts";
import { kernels } from "../../workers/kernels/registry.ts";
import { buildTarget } from "../../workers/sampling.ts";
import { suitableSamplers } from "../accept.ts";
import { DataSpec } from "../datasets/spec.ts";
import { answer, NoQuery } from "../http/route.ts";
import { ModelSpec } from "../schema/job.ts";
import { acceptedExample, DATA_EXAMPLES, EXAMPLE_ASSETS, MODEL_EXAMPLES, TRAINING_EXAMPLES } from "./examples.ts";

const Schema = z.record(z.string(), z.unknown()).describe("The JSON Schema of its configuration.");

const Example = z.record(z.string(), z.unknown()).describe("A small, valid configuration.");

const Kinds = z.strictObject({
  models: z.array(z.strictObject({
    kind: z.string(),
    summary: z.string(),
    samplers: z.array(z.string()).describe(
      "The samplers that can serve it. The job's default is `nuts` where that is one, `exact` for flows.",
    ),
    example: Example,
    schema: Schema,
  })),
  samplers: z.array(z.strictObject({
    kind: z.string(),
    summary: z.string(),
    requires: z.array(z.string()).describe("What a model must offer, by default options: gradient, conditionals."),
    schema: Schema,
  })),
  trainings: z.array(z.strictObject({
    kind: z.string(),
    summary: z.string(),
    example: z.strictObject({ train: Example, data: Example }),
    schema: Schema,
  })),
  data: z.array(z.strictObject({ kind: z.string(), summary: z.string(), example: Example, schema: Schema }))
    .describe("What a training may name as its data."),
}).meta({ id: "Kinds" });
type Kinds = z.infer<typeof Kinds>;

const kindsRoute = createRoute({
  method: "get",
  path: "/v1/kinds",
  operationId: "listKinds",
  tags: ["models"],
  summary: "List the kinds of model and sampler",
  request: { query: NoQuery },
  responses: { 200: answer(Kinds, "Every kind, with the JSON Schema of its configuration.") },
});

export function kindRoutes() {
  let kinds: Kinds | undefined;
  return new OpenAPIHono().openapi(kindsRoute, (c) => c.json(kinds ??= describeKinds(), 200));
}

function describeKinds(): Kinds {
  return {
    models: Object.values(MODEL_EXAMPLES).map((example) => {
      const { kind, summary, config }: ModelDefinition = models[example.kind];
      const samplers = suitableSamplers(buildTarget(ModelSpec.parse(acceptedExample(example)), EXAMPLE_ASSETS));
      return { kind, summary, samplers, example, schema: schemaOf(config) };
    }),
    samplers: Object.values<KernelDefinition>(kernels).map(({ kind, summary, config, requires }) => ({
      kind,
      summary,
      requires: [...requires(config.parse({ kind }))],
      schema: schemaOf(config),
    })),
    trainings: Object.values<TrainingDefinition>(trainings).map(({ kind, summary, config }) => ({
      kind,
      summary,
      example: exampleOf(kind),
      schema: schemaOf(config),
    })),
    data: DataSpec.options.map((option) => {
      const example = DATA_EXAMPLES[option.shape.kind.value];
      return { kind: example.kind, summary: option.description ?? "", example, schema: schemaOf(option) };
    }),
  };
}

function exampleOf(kind: string) {
  const example = Object.values(TRAINING_EXAMPLES).find(({ train }) => train.kind === kind);
  if (!example) throw new Error(`there is no example of a training of ${kind}`);
  return example;
}

function schemaOf(config: z.ZodObject): Record<string, unknown> {
  const { $schema: _, ...schema } = z.toJSONSchema(config, { io: "input" });
  return schema;
}
