/** What a route's schemas refuse becomes an error, so that all errors take one way out. */
import type { OpenAPIHonoOptions } from "@hono/zod-openapi";
import type { Env } from "hono";
import { NotFoundError, ValidationError } from "../schema/errors.ts";
import { describe, faultsOf } from "../schema/faults.ts";
import { headerName } from "./route.ts";

export const refuse: OpenAPIHonoOptions<Env>["defaultHook"] = (result, c) => {
  if (result.success) return;
  switch (result.target) {
    case "param": // its form is wrong, so there is nothing of that name
      throw new NotFoundError(`there is nothing called ${describe(Object.values(c.req.param()).join("/"))}`);
    case "header": {
      const faults = faultsOf(result.error, c.req.header());
      throw new ValidationError(faults.map(({ path, message }) => ({ path: headerName(path), message })));
    }
    default: {
      const given = Object.entries(c.req.queries()).map(([name, values]) => [
        name,
        values.length === 1 ? values[0] : values,
      ]);
      throw new ValidationError(faultsOf(result.error, Object.fromEntries(given)));
    }
  }
};
