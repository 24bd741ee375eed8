/** One job: its progress as it comes, its summary, curves and pictures. */
import { curves } from "./curves.js";
import { $, compact, element, showProblem } from "./elements.js";
import { current, MODEL } from "./lists.js";
import { call, eventsOf, getJson, ProblemError, showImage } from "./service.js";
import { showSummary } from "./summary.js";

const FORMATS = ["json", "csv", "npz", "arrow", "netcdf"];
const TERMINAL = ["completed", "cancelled", "failed"];
const IMAGE_KINDS = ["rbm", "boltzmann", "hopfield", "ising"]; // whose draws may be images
const LEAST_PIXELS = 16;
const REST = 10; // curves and pictures rest so many times as long as they took to get
const MOST_CHAINS = 100; // on a sheet

let shown; // the job that is shown, as the service told it last

/** Follows a job until it ends, which `ended` is then told, or until the signal. */
export async function followJob(id, signal, ended) {
  $("results").hidden = true;
  $("curves").replaceChildren();
  $("images").hidden = true;
  $("job-problem").hidden = true;
  $("warnings").replaceChildren();
  const pictures = new Pictures(signal);

  let lastEventId;
  while (!signal.aborted) {
    try {
      const job = await getJson(`/v1/jobs/${id}`, { signal });
      showJob(job);
      if (job.progress.done > 0) await showStored(id, pictures, signal);
      for await (const event of eventsOf(id, lastEventId, signal)) {
        if (signal.aborted) return;
        lastEventId = event.id;
        show(event, pictures);
      }
      if (signal.aborted) return;
      const after = await getJson(`/v1/jobs/${id}`, { signal });
      showJob(after);
      if (TERMINAL.includes(after.status)) {
        ended();
        return await showStored(id, pictures, signal);
      }
    } catch (error) {
      if (signal.aborted) return;
      showProblem($("job-problem"), error);
      if (error instanceof ProblemError) return;
    }
    await new Promise((resolve) => setTimeout(resolve, 1000)); // the service may be starting again
  }
}

export async function steer(verb) {
  try {
    showJob(await (await call(`/v1/jobs/${current()}/${verb}`, { method: "POST" })).json());
  } catch (error) {
    showProblem($("job-problem"), error);
  }
}

function show({ type, data }, pictures) {
  if (type === "progress") showProgress(data);
  else if (type === "summary") {
    showResults(data);
    pictures.update(data);
  } else if (type === "status") showStatus(data.status, data.error);
  else if (type === "warning") showWarning(data);
}

function showJob(job) {
  shown = job;
  const { id, status, progress, spec, error, createdAt } = job;
  $("job-title").textContent = spec.train
    ? `training of ${spec.train.kind} on ${spec.data.kind}`
    : `${spec.model.kind} by ${spec.sampler.kind}`;
  const steps = spec.train
    ? `${spec.dataset.rows.toLocaleString("en")} rows of ${spec.dataset.columns.toLocaleString("en")}`
    : `${spec.chains} × (${spec.warmup.toLocaleString("en")} + ${spec.draws.toLocaleString("en")})`;
  $("job-about").textContent = `${id} · ${steps} · seed ${spec.seed} · ${new Date(createdAt).toLocaleString()}`;
  const text = compact(spec);
  $("job-spec").textContent = text.length > 20_000 ? `${text.slice(0, 20_000)}\n…` : text;
  $("downloads").replaceChildren(
    spec.train ? "Metrics:" : "Draws:",
    ...FORMATS.map((format) => element("a", { href: `/v1/jobs/${id}/draws?format=${format}`, download: "" }, format)),
  );
  showProgress(progress);
  showStatus(status, error);
}

function showProgress({ done, total }) {
  $("job-progress").max = total;
  $("job-progress").value = done;
  const what = shown.spec.train ? "updates" : "steps";
  $("job-steps").textContent = `${done.toLocaleString("en")} of ${total.toLocaleString("en")} ${what}`;
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

function showResults(summary) {
  showSummary(summary);
  $("warnings").replaceChildren();
  summary.warnings.forEach(showWarning);
  $("job-model").hidden = !summary.model;
  if (summary.model) $("job-model").href = `#${MODEL}${summary.model}`;
}

async function showStored(id, pictures, signal) {
  try {
    const summary = await getJson(`/v1/jobs/${id}/summary`, { signal });
    if (signal.aborted) return;
    showResults(summary);
    await pictures.update(summary, true);
  } catch (error) {
    if (error.problem?.status !== 409) throw error; // there is no draw yet
  }
}

/** Curves of a training, or the draws as images: after summaries, but not so often that they would be all that is sent. */
class Pictures {
  #signal;
  #nextAt = 0;
  #busy = false;

  constructor(signal) {
    this.#signal = signal;
  }

  /** `last`: the picture that stays. */
  async update(summary, last = false) {
    if (!last && (this.#busy || performance.now() < this.#nextAt)) return;
    const begin = performance.now();
    this.#busy = true;
    try {
      await this.#draw(summary);
    } catch (error) {
      if (!this.#signal.aborted) showProblem($("job-problem"), error);
    } finally {
      this.#busy = false;
      this.#nextAt = performance.now() + REST * (performance.now() - begin);
    }
  }

  async #draw({ variables }) {
    const { id, spec } = shown;
    if (spec.train) {
      const { variables: names, chains: [rows] } = await getJson(`/v1/jobs/${id}/draws`, { signal: this.#signal });
      if (!this.#signal.aborted) $("curves").replaceChildren(...curves(names, rows));
    } else if (IMAGE_KINDS.includes(spec.model.kind) && variables.length >= LEAST_PIXELS) {
      await showImage($("images"), `/v1/jobs/${id}/images?count=${MOST_CHAINS}`, this.#signal);
    }
  }
}
