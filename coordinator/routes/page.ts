/** The page: markup, one style sheet, and the modules of its script. */
import { Hono } from "hono";
import curves from "../web/curves.js" with { type: "text" };
import elements from "../web/elements.js" with { type: "text" };
import forms from "../web/forms.js" with { type: "text" };
import html from "../web/index.html" with { type: "text" };
import job from "../web/job.js" with { type: "text" };
import lists from "../web/lists.js" with { type: "text" };
import model from "../web/model.js" with { type: "text" };
import css from "../web/page.css" with { type: "text" };
import page from "../web/page.js" with { type: "text" };
import service from "../web/service.js" with { type: "text" };
import summary from "../web/summary.js" with { type: "text" };

// blob: pictures are fetched with the token, which an image's own request does not send.
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; " +
  "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const SCRIPTS = { curves, elements, forms, job, lists, model, page, service, summary };

export function pageRoutes() {
  const headers = (type: string) => ({ "Content-Type": `${type}; charset=utf-8`, "Cache-Control": "no-cache" });
  const routes = new Hono()
    .get("/", (c) => c.html(html, 200, { "Content-Security-Policy": POLICY, "Cache-Control": "no-cache" }))
    .get("/page/page.css", (c) => c.body(css, 200, headers("text/css")));
  for (const [name, script] of Object.entries(SCRIPTS)) {
    routes.get(`/page/${name}.js`, (c) => c.body(script, 200, headers("text/javascript")));
  }
  return routes;
}
