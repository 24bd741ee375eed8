/** What a route's schemas refuse becomes an error, so that all errors take one way out. */
import type { OpenAPIHonoOptions } from "@hono/zod-openapi";
import type { Env } from "hono";
import { NotFoundError, ValidationError } from "../schema/errors.ts";
import { describe, dotted, faultsOf } from "../schema/faults.ts";
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
      const given = c.req.queries();
      const repeated = Object.entries(given).filter(([, values]) => values.length > 1);
      if (repeated.length > 0) {
        throw new ValidationError(repeated.map(([name, values]) => ({
          path: dotted([name]),
          message: `is given ${values.length} times. Give it once.`,
        })));
      }
      const single = Object.fromEntries(Object.entries(given).map(([name, [value]]) => [name, value]));
      throw new ValidationError(faultsOf(result.error, single));
    }
  }
};
