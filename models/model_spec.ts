/** Any registered model with its parameters, as the wire has it. */
import { z } from "zod";
import { models } from "./registry.ts";

type Config = typeof models[keyof typeof models]["config"];

const configs = Object.values(models).map(({ config }) => config);

export const ModelSpec = z.discriminatedUnion("kind", configs as [Config, ...Config[]]).meta({
  id: "ModelSpec",
  description: "A registered model with its parameters.",
});
export type ModelSpec = z.output<typeof ModelSpec>;
