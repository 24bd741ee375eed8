/** Which of JSON and MessagePack a client would rather have. */
import type { MiddlewareHandler } from "hono";
import { parseAccept } from "hono/utils/accept";
import { encodeMessagePack, MESSAGE_PACK } from "./message_pack.ts";

/** Whether the Accept header names MessagePack, and JSON not with a greater weight. */
export function prefersMessagePack(request: Request): boolean {
  const accepted = parseAccept(request.headers.get("Accept") ?? "");
  const weight = (type: string) => accepted.find((item) => item.type.toLowerCase() === type)?.q ?? 0;
  const messagePack = weight(MESSAGE_PACK);
  return messagePack > 0 && messagePack >= weight("application/json");
}

/** Gives JSON answers as MessagePack to those who ask for it. Problems stay JSON. */
export const answerInMessagePack: MiddlewareHandler = async (c, next) => {
  await next();
  if (!c.res.headers.get("Content-Type")?.startsWith("application/json")) return;
  c.res.headers.append("Vary", "Accept");
  if (!prefersMessagePack(c.req.raw)) return;
  const headers = new Headers(c.res.headers);
  headers.set("Content-Type", MESSAGE_PACK);
  const { status } = c.res;
  const bytes = encodeMessagePack(await c.res.json());
  c.res = undefined; // otherwise its headers would be carried over
  c.res = new Response(bytes, { status, headers });
};
