/** One trained model: what it is, what it has learned, and what can be done with it. */
import { $, element, showProblem } from "./elements.js";
import { sampleTrained } from "./forms.js";
import { current, MODEL, refresh } from "./lists.js";
import { call, getJson, showImage } from "./service.js";

export async function showModel(name, signal) {
  $("filters").hidden = true;
  $("model-problem").hidden = true;
  $("model-title").textContent = name;
  for (const id of ["model-about", "arrays"]) $(id).replaceChildren();
  try {
    const { kind, sha256, createdAt, job, arrays = [], inputs = [], outputs = [] } = await getJson(
      `/v1/models/${name}`,
      { signal },
    );
    const parts = [kind, new Date(createdAt).toLocaleString(), `SHA-256 ${sha256.slice(0, 12)}…`];
    $("model-about").replaceChildren(
      parts.join(" · "),
      ...(job ? [" · ", element("a", { href: `#${job}` }, "its training")] : []),
    );
    $("arrays").replaceChildren(
      ...[...arrays, ...inputs, ...outputs].map(({ name, shape }) =>
        element("tr", {}, element("th", { scope: "row" }, name), element("td", {}, shape.join(" × ")))
      ),
    );
    $("parameters").href = `/v1/models/${name}/parameters`;
    if (kind === "rbm") await showImage($("filters"), `/v1/models/${name}/filters?count=100`, signal);
  } catch (error) {
    if (!signal.aborted) showProblem($("model-problem"), error);
  }
}

export function wireModel() {
  const name = () => current().slice(MODEL.length);
  $("sample-model").addEventListener("click", () => sampleTrained(name()));
  $("delete-model").addEventListener("click", async () => {
    if (!confirm(`Take ${name()} out of the registry? Jobs that were accepted with it go on.`)) return;
    try {
      await call(`/v1/models/${name()}`, { method: "DELETE" });
      location.hash = "";
      await refresh();
    } catch (error) {
      showProblem($("model-problem"), error);
    }
  });
}
