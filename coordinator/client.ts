/** A typed client of the service. */
import { hc } from "hono/client";
import type { AppType } from "./app.ts";

/**
 * Paths are properties, path parameters are given by `param`:
 *
 * ```ts
 * const api = client("http://127.0.0.1:8000");
 * const response = await api.v1.jobs.$post({ json: { model: { kind: "eight-schools" } } });
 * if (response.status === 202) console.log((await response.json()).id);
 * ```
 */
export function client(url: string, options: { token?: string; fetch?: typeof fetch } = {}) {
  const { token, fetch } = options;
  return hc<AppType>(url, {
    ...(fetch ? { fetch } : {}),
    ...(token === undefined ? {} : { headers: { Authorization: `Bearer ${token}` } }),
  });
}
