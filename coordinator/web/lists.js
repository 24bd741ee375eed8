/** The lists at the side: jobs, and trained models. */
import { $, element } from "./elements.js";
import { offerTrained } from "./forms.js";
import { getJson } from "./service.js";

const PAGE_LENGTH = 20;

let shown = PAGE_LENGTH;

/** What the address shows: a job by its id, or `model/` and a name. */
export const current = () => decodeURIComponent(location.hash.slice(1));
export const MODEL = "model/";

function link(href, properties, ...children) {
  const made = element("a", { href: `#${href}`, ...properties }, ...children);
  if (href === current()) made.ariaCurrent = "true";
  return element("li", {}, made);
}

export async function refresh() {
  const [{ jobs, nextCursor }, { models }] = await Promise.all([
    getJson(`/v1/jobs?limit=${shown}`),
    getJson("/v1/models"),
  ]);
  $("jobs").replaceChildren(...jobs.map(({ id, status, progress }) =>
    link(
      id,
      { title: id },
      element("code", {}, id.slice(0, 8)),
      element("span", { className: "note" }, `${Math.floor(100 * progress.done / progress.total)} %`),
      element("span", { className: `status ${status}` }, status),
    )
  ));
  $("no-jobs").hidden = jobs.length > 0;
  $("more").hidden = nextCursor === undefined;
  $("models").replaceChildren(
    ...models.map(({ name, kind }) =>
      link(MODEL + name, {}, element("code", {}, name), element("span", { className: "note" }, kind))
    ),
  );
  $("models-section").hidden = models.length === 0;
  offerTrained(models);
}

export function more() {
  shown = Math.min(shown * 2, 1000);
  return refresh();
}
