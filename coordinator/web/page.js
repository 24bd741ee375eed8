/**
 * The page: a form made from /v1/kinds, the list of jobs, and one job with its live progress and summary. Plain DOM; whatever
 * comes from the service is set as text, never as markup.
 */

const FORMATS = ["json", "csv", "npz", "arrow", "netcdf"];
const TERMINAL = ["completed", "cancelled", "failed"];
const MOST_RHAT = 1.01; // Vehtari et al. (2021)
const LEAST_ESS = 400;

/** The columns after the quantiles: title, explanation, text, whether it is poor. Of chains, and of weighted draws. */
const isFew = (ess) => ess !== null && ess < LEAST_ESS;
const DRAWS_COLUMNS = ["Variable", "Mean", "MCSE", "SD", "5 %", "50 %", "95 %"];
const MIXING = [
  [
    "R̂",
    "Rank-normalised split R-hat; at most 1.01 where the chains have mixed",
    ({ rhat }) => number(rhat),
    ({ rhat }) => rhat > MOST_RHAT,
  ],
  ["ESS bulk", "Effective sample size of the bulk", ({ essBulk }) => whole(essBulk), ({ essBulk }) => isFew(essBulk)],
  ["ESS tail", "Effective sample size of the tails", ({ essTail }) => whole(essTail), ({ essTail }) => isFew(essTail)],
];
const WEIGHING = [
  ["ESS", "Effective sample size of the weighted draws", ({ ess }) => whole(ess), ({ ess }) => isFew(ess)],
  [
    "k̂",
    "Shape of the tail of the weights; above 0.7, or less for few draws, the means can't be trusted",
    ({ khat }) => number(khat, 2),
    ({ khat }, draws) => khat > Math.min(1 - 1 / Math.log10(draws), 0.7),
  ],
];
const REFRESH_MS = 3000;
const PAGE_LENGTH = 20;
const MOST_ROWS = 200;

const $ = (id) => document.getElementById(id);

// ---------------------------------------------------------------- the service

/** A problem that the service answered with. */
class ProblemError extends Error {
  constructor(problem) {
    super(problem.detail);
    this.problem = problem;
  }
}

async function call(path, options = {}) {
  const headers = { ...options.headers };
  const token = sessionStorage.getItem("token");
  if (token) headers.Authorization = `Bearer ${token}`;
  const response = await fetch(new URL(path, location.origin), { ...options, headers }); // an address may hold a password
  if (response.status === 401) $("token-form").hidden = false;
  if (!response.ok) throw new ProblemError(await response.json());
  return response;
}

const getJson = async (path) => (await call(path)).json();

/** The events of a job, each `{ id, type, data }`; ends with the stream. */
async function* eventsOf(id, lastEventId, signal) {
  const headers = lastEventId === undefined ? {} : { "Last-Event-ID": lastEventId };
  const response = await call(`/v1/jobs/${id}/events`, { headers, signal });
  if (response.status === 204) return;
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    const parts = (rest + value).split("\n\n");
    rest = parts.pop();
    for (const part of parts) {
      const lines = part.split("\n").filter((line) => !line.startsWith(":"));
      const { id, event, data } = Object.fromEntries(lines.map((line) => line.split(/: (.*)/s)));
      if (data) yield { id, type: event, data: JSON.parse(data) };
    }
  }
}

// ---------------------------------------------------------------- elements

function element(name, properties = {}, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

function showProblem(box, error) {
  const { detail, errors = [] } = error instanceof ProblemError
    ? error.problem
    : { detail: String(error.message ?? error) };
  const list = errors.map(({ path, message }) =>
    element("li", {}, path ? element("code", {}, path) : "", ` ${message}`)
  );
  box.replaceChildren(...(list.length > 0 ? [element("ul", {}, ...list)] : [detail]));
  box.hidden = false;
}

function number(value, digits = 3) {
  if (value === null || value === undefined) return "–";
  if (value !== 0 && (Math.abs(value) >= 1e6 || Math.abs(value) < 1e-3)) return value.toExponential(2);
  return value.toLocaleString("en", { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

const whole = (value) => value === null ? "–" : Math.round(value).toLocaleString("en");

// ---------------------------------------------------------------- the form

let kinds;

/** The options of a configuration that have a default, from its JSON Schema. */
function defaultsOf(schema) {
  const known = Object.entries(schema.properties).filter(([, property]) => property.default !== undefined);
  return Object.fromEntries(known.map(([name, property]) => [name, property.default]));
}

function fillSamplers() {
  const model = kinds.models.find(({ kind }) => kind === $("model").value);
  const chosen = $("sampler").value;
  $("sampler").replaceChildren(
    element("option", { value: "" }, "default"),
    ...model.samplers.map((kind) => element("option", { value: kind }, kind)),
  );
  if (model.samplers.includes(chosen)) $("sampler").value = chosen;
  $("model-summary").textContent = model.summary;
}

/** Writes what the controls say into the job's text; what else was written there stays. */
function writeSpec(changed) {
  let spec = {};
  try {
    spec = JSON.parse($("spec").value);
  } catch {
    // What cannot be read is replaced.
  }
  if (changed === "model" || !spec.model) {
    spec.model = kinds.models.find(({ kind }) => kind === $("model").value).example;
  }
  const sampler = kinds.samplers.find(({ kind }) => kind === $("sampler").value);
  if (!sampler) delete spec.sampler;
  else if (spec.sampler?.kind !== sampler.kind) spec.sampler = { kind: sampler.kind, ...defaultsOf(sampler.schema) };
  for (const name of ["chains", "warmup", "draws", "seed"]) {
    if ($(name).value === "") delete spec[name];
    else spec[name] = Number($(name).value);
  }
  $("spec").value = compact(spec);
}

/** JSON with arrays of numbers on one line. */
function compact(value) {
  return JSON.stringify(value, null, 2).replace(/\[[^[\]{}]*\]/g, (array) => array.replace(/\s+/g, " "));
}

async function submit(event) {
  event.preventDefault();
  $("form-problem").hidden = true;
  try {
    JSON.parse($("spec").value);
    const response = await call("/v1/jobs", {
      method: "POST",
      headers: { "Content-Type": "application/json", "Idempotency-Key": crypto.randomUUID() },
      body: $("spec").value,
    });
    location.hash = (await response.json()).id;
    await refresh();
  } catch (error) {
    showProblem($("form-problem"), error);
  }
}

// ---------------------------------------------------------------- the list

let shown = PAGE_LENGTH;

async function refresh() {
  const { jobs, nextCursor } = await getJson(`/v1/jobs?limit=${shown}`);
  const current = location.hash.slice(1);
  $("jobs").replaceChildren(...jobs.map(({ id, status, progress }) => {
    const link = element(
      "a",
      { href: `#${id}`, title: id },
      element("code", {}, id.slice(0, 8)),
      element("span", { className: "note" }, `${Math.floor(100 * progress.done / progress.total)} %`),
      element("span", { className: `status ${status}` }, status),
    );
    if (id === current) link.ariaCurrent = "true";
    return element("li", {}, link);
  }));
  $("no-jobs").hidden = jobs.length > 0;
  $("more").hidden = nextCursor === undefined;
}

// ---------------------------------------------------------------- one job

let following = new AbortController();

async function follow() {
  following.abort();
  const { signal } = following = new AbortController();
  const id = location.hash.slice(1);
  $("job").hidden = id === "";
  $("welcome").hidden = id !== "";
  if (id === "") return;
  $("results").hidden = true;
  $("job-problem").hidden = true;
  $("warnings").replaceChildren();

  let lastEventId;
  while (!signal.aborted) {
    try {
      const job = await getJson(`/v1/jobs/${id}`);
      if (signal.aborted) return;
      showJob(job);
      if (job.progress.done > 0) await showStoredSummary(id, signal);
      for await (const event of eventsOf(id, lastEventId, signal)) {
        if (signal.aborted) return;
        lastEventId = event.id;
        show(event);
      }
      if (signal.aborted) return;
      const after = await getJson(`/v1/jobs/${id}`);
      showJob(after);
      if (TERMINAL.includes(after.status)) return await showStoredSummary(id, signal);
    } catch (error) {
      if (signal.aborted) return;
      showProblem($("job-problem"), error);
      if (error instanceof ProblemError) return;
    }
    await new Promise((resolve) => setTimeout(resolve, 1000)); // the service may be starting again
  }
}

function show({ type, data }) {
  if (type === "progress") showProgress(data);
  else if (type === "summary") showSummary(data);
  else if (type === "status") showStatus(data.status, data.error);
  else if (type === "warning") showWarning(data);
}

function showJob({ id, status, progress, spec, error, createdAt }) {
  $("job-title").textContent = spec.train
    ? `training of ${spec.train.kind} on ${spec.data.kind}`
    : `${spec.model.kind} by ${spec.sampler.kind}`;
  const steps = spec.train
    ? `${spec.dataset.rows.toLocaleString("en")} rows`
    : `${spec.chains} × (${spec.warmup.toLocaleString("en")} + ${spec.draws.toLocaleString("en")})`;
  $("job-about").textContent = `${id} · ${steps} · seed ${spec.seed} · ${new Date(createdAt).toLocaleString()}`;
  const text = compact(spec);
  $("job-spec").textContent = text.length > 20_000 ? `${text.slice(0, 20_000)}\n…` : text;
  $("downloads").replaceChildren(
    "Draws:",
    ...FORMATS.map((format) => element("a", { href: `/v1/jobs/${id}/draws?format=${format}`, download: "" }, format)),
  );
  showProgress(progress);
  showStatus(status, error);
}

function showProgress({ done, total }) {
  $("job-progress").max = total;
  $("job-progress").value = done;
  $("job-steps").textContent = `${done.toLocaleString("en")} of ${total.toLocaleString("en")} steps`;
}

function showStatus(status, error) {
  $("job-status").textContent = status;
  $("job-status").className = `status ${status}`;
  const over = TERMINAL.includes(status);
  $("pause").hidden = over || status === "paused";
  $("resume").hidden = status !== "paused";
  $("cancel").hidden = over;
  $("job-problem").hidden = !error;
  if (error) showProblem($("job-problem"), error);
}

function showWarning({ message }) {
  $("warnings").append(element("li", {}, message));
}

async function showStoredSummary(id, signal) {
  try {
    const summary = await getJson(`/v1/jobs/${id}/summary`);
    if (!signal.aborted) showSummary(summary);
  } catch (error) {
    if (error.problem?.status !== 409) throw error; // there is no draw yet
  }
}

function showSummary(summary) {
  if (summary.metrics) showTraining(summary);
  else showDraws(summary);
  $("warnings").replaceChildren();
  summary.warnings.forEach(showWarning);
  $("results").hidden = false;
}

function showTraining({ metrics, records, updates, model }) {
  const heading = (text) => element("th", { scope: "col" }, text);
  $("columns").replaceChildren(...["Metric", "First", "Last", "Least", "Most"].map(heading));
  $("variables").replaceChildren(
    ...metrics.map(({ name, first, last, least, most }) =>
      element(
        "tr",
        {},
        element("th", { scope: "row" }, name),
        ...[first, last, least, most].map((value) => element("td", {}, number(value))),
      )
    ),
  );
  const learned = model ? ` · in the registry as ${model}` : "";
  $("summary-about").textContent = `${whole(records)} records, ${whole(updates)} updates${learned}`;
}

function showDraws({ complete, chains, draws, variables, divergences, acceptRate, logEvidence }) {
  const cell = (text, isPoor = false) => element("td", { className: isPoor ? "poor" : "" }, text);
  const diagnostics = variables.some(({ khat }) => khat !== undefined) ? WEIGHING : MIXING;
  $("columns").replaceChildren(
    ...DRAWS_COLUMNS.map((name) => element("th", { scope: "col" }, name)),
    ...diagnostics.map(([name, title]) => element("th", { scope: "col", title }, name)),
  );
  $("variables").replaceChildren(
    ...variables.slice(0, MOST_ROWS).map((variable) =>
      element(
        "tr",
        {},
        element("th", { scope: "row" }, variable.name),
        cell(number(variable.mean)),
        cell(number(variable.mcseMean)),
        cell(number(variable.sd)),
        cell(number(variable.q5)),
        cell(number(variable.q50)),
        cell(number(variable.q95)),
        ...diagnostics.map(([, , text, isPoor]) => cell(text(variable), isPoor(variable, chains * draws))),
      )
    ),
  );
  const facts = [
    `${chains} × ${draws.toLocaleString("en")} draws${complete ? "" : " so far"}`,
    acceptRate === null ? "" : `acceptance ${number(acceptRate, 2)}`,
    divergences > 0 ? `${whole(divergences)} divergences` : "",
    logEvidence ? `log evidence ${number(logEvidence.value)} ± ${number(logEvidence.standardError, 2)}` : "",
    variables.length > MOST_ROWS ? `the first ${MOST_ROWS} of ${variables.length} variables` : "",
  ];
  $("summary-about").textContent = facts.filter((fact) => fact !== "").join(" · ");
}

async function steer(verb) {
  try {
    showJob(await (await call(`/v1/jobs/${location.hash.slice(1)}/${verb}`, { method: "POST" })).json());
  } catch (error) {
    showProblem($("job-problem"), error);
  }
}

// ---------------------------------------------------------------- start

async function start() {
  kinds = await getJson("/v1/kinds");
  $("model").replaceChildren(...kinds.models.map(({ kind }) => element("option", { value: kind }, kind)));
  if (kinds.models.some(({ kind }) => kind === "eight-schools")) $("model").value = "eight-schools";
  fillSamplers();
  writeSpec("model");
  await Promise.all([refresh(), follow()]);
}

const begin = () => start().catch((error) => showProblem($("form-problem"), error));

$("job-form").addEventListener("submit", submit);
$("model").addEventListener("change", () => {
  fillSamplers();
  writeSpec("model");
});
for (const id of ["sampler", "chains", "warmup", "draws", "seed"]) {
  $(id).addEventListener("change", () => writeSpec(id));
}
for (const verb of ["pause", "resume", "cancel"]) $(verb).addEventListener("click", () => steer(verb));
$("more").addEventListener("click", () => {
  shown = Math.min(shown * 2, 1000);
  refresh().catch(() => {}); // as below
});
$("token-form").addEventListener("submit", (event) => {
  event.preventDefault();
  sessionStorage.setItem("token", $("token").value);
  $("token-form").hidden = true;
  $("form-problem").hidden = true;
  if (!kinds) begin();
});
addEventListener("hashchange", () => {
  follow();
  refresh().catch(() => {}); // as below
});
setInterval(() => {
  if (!document.hidden && $("token-form").hidden) refresh().catch(() => {}); // the next one may work
}, REFRESH_MS);
begin();
