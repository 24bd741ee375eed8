/**
 * The token. Clients send `Authorization: Bearer TOKEN`. A browser that opens the page or /docs has no way to do so, so for
 * reading (GET and HEAD) the token also counts as the password of HTTP Basic, with any user name; never for changing, since
 * browsers would add it to requests that another site makes.
 */
import { Buffer } from "node:buffer";
import { createHash, timingSafeEqual } from "node:crypto";
import type { MiddlewareHandler } from "hono";
import { respond } from "./problem.ts";

const OPEN = new Set(["/healthz", "/readyz"]);
const BROWSED = /^\/($|page\.|docs|openapi\.json)/; // where a browser is to ask for the token
const BASIC = 'Basic realm="ergodic", charset="UTF-8"';
const BEARER = 'Bearer realm="ergodic"';

export function requireToken(token: string): MiddlewareHandler {
  const expected = digest(token);
  const isRight = (given: string) => timingSafeEqual(digest(given), expected);
  return async (c, next) => {
    if (OPEN.has(c.req.path)) return await next();
    const given = presented(c.req.header("Authorization") ?? "", c.req.method);
    if (given !== null && isRight(given)) return await next();
    const isBrowsed = BROWSED.test(c.req.path) || c.req.header("Accept")?.includes("text/html");
    const challenge = isBrowsed ? `${BASIC}, ${BEARER}` : BEARER; // some browsers look at the first only
    return respond("unauthorized", "Send the service's token as `Authorization: Bearer TOKEN`.", {
      "WWW-Authenticate": challenge,
    });
  };
}

function presented(authorization: string, method: string): string | null {
  const [, scheme, credentials] = /^(\S+) +(.+)$/.exec(authorization) ?? [];
  switch (scheme?.toLowerCase()) {
    case "bearer":
      return credentials;
    case "basic": {
      if (method !== "GET" && method !== "HEAD") return null;
      const pair = Buffer.from(credentials, "base64").toString();
      const colon = pair.indexOf(":");
      return colon < 0 ? null : pair.slice(colon + 1);
    }
    default:
      return null;
  }
}

/** Of one length whatever the token's, so that comparing tells nothing of it. */
function digest(token: string): Uint8Array {
  return createHash("sha256").update(token).digest();
}
