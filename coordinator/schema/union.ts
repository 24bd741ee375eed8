import { z } from "zod";

type Configs<Registry extends Record<string, { config: z.ZodObject }>> = Registry[keyof Registry]["config"];

/** The union of a registry's configurations, told apart by `kind`. */
export function union<Registry extends Record<string, { config: z.ZodObject }>>(registry: Registry) {
  const configs = Object.values(registry).map(({ config }) => config);
  return z.discriminatedUnion("kind", configs as [Configs<Registry>, ...Configs<Registry>[]]);
}
