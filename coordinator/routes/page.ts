/** The page. */
import { Hono } from "hono";
import html from "../web/index.html" with { type: "text" };
import css from "../web/page.css" with { type: "text" };
import js from "../web/page.js" with { type: "text" };

const POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; " +
  "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

export function pageRoutes() {
  const headers = (type: string) => ({ "Content-Type": `${type}; charset=utf-8`, "Cache-Control": "no-cache" });
  return new Hono()
    .get("/", (c) => c.html(html, 200, { "Content-Security-Policy": POLICY, "Cache-Control": "no-cache" }))
    .get("/page.css", (c) => c.body(css, 200, headers("text/css")))
    .get("/page.js", (c) => c.body(js, 200, headers("text/javascript")));
}
