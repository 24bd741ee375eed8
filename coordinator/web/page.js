/** The page: forms made from /v1/kinds, the lists of jobs and models, and one of them in full. Plain DOM, no library. */
import { $, showProblem } from "./elements.js";
import { fillForms, wireForms } from "./forms.js";
import { followJob, steer } from "./job.js";
import { current, MODEL, more, refresh } from "./lists.js";
import { showModel, wireModel } from "./model.js";
import { askForToken, getJson } from "./service.js";

const REFRESH_MS = 3000;

let started = false;
let following = new AbortController();

const refreshQuietly = () => refresh().catch(() => {}); // the next one may work

/** Shows what the address names. */
function showCurrent() {
  following.abort();
  const { signal } = following = new AbortController();
  const what = current();
  const isModel = what.startsWith(MODEL);
  $("job").hidden = what === "" || isModel;
  $("model-view").hidden = !isModel;
  $("welcome").hidden = what !== "";
  if (isModel) return showModel(what.slice(MODEL.length), signal);
  return what === "" ? Promise.resolve() : followJob(what, signal, refreshQuietly);
}

async function start() {
  fillForms(await getJson("/v1/kinds"));
  started = true;
  await Promise.all([refresh(), showCurrent()]);
}

const begin = () => start().catch((error) => showProblem($("form-problem"), error));

askForToken(() => $("token-form").hidden = false);
wireForms((id) => {
  location.hash = id;
  refreshQuietly();
});
wireModel();
for (const verb of ["pause", "resume", "cancel"]) $(verb).addEventListener("click", () => steer(verb));
$("more").addEventListener("click", () => more().catch(() => {}));
$("token-form").addEventListener("submit", (event) => {
  event.preventDefault();
  sessionStorage.setItem("token", $("token").value);
  $("token-form").hidden = true;
  $("form-problem").hidden = true;
  if (!started) begin();
});
addEventListener("hashchange", () => {
  showCurrent();
  refreshQuietly();
});
setInterval(() => {
  if (!document.hidden && $("token-form").hidden) refreshQuietly();
}, REFRESH_MS);
begin();
