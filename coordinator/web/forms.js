/** The forms of a job and of a training, made from /v1/kinds: controls that write the text which is sent. */
import { $, compact, element, options, showProblem } from "./elements.js";
import { submit } from "./service.js";

const TRAINED = "trained:"; // before the name of a trained model, among the kinds of model

let kinds;
let trained = [];

const ofKind = (list, kind) => list.find((entry) => entry.kind === kind);

/** What is in a text area, an empty object where it cannot be read: it is then replaced. */
function parsed(area) {
  try {
    return JSON.parse(area.value);
  } catch {
    return {};
  }
}

function setNumber(spec, name, input) {
  if (input.value === "") delete spec[name];
  else spec[name] = Number(input.value);
}

/** The options of a configuration that have a default, from its JSON Schema. */
function defaultsOf(schema) {
  const known = Object.entries(schema.properties).filter(([, property]) => property.default !== undefined);
  return Object.fromEntries(known.map(([name, property]) => [name, property.default]));
}

// ---------------------------------------------------------------- a job

/** The kind of the model that is chosen: its own, or that of the trained one. */
function chosenModel() {
  const { value } = $("model");
  if (!value.startsWith(TRAINED)) return ofKind(kinds.models, value);
  const name = value.slice(TRAINED.length);
  const { kind } = trained.find((model) => model.name === name);
  return { ...ofKind(kinds.models, kind), example: { kind: "trained", name } };
}

function fillModels() {
  const chosen = $("model").value;
  const group = element("optgroup", { label: "Trained" });
  group.append(...trained.map(({ name }) => element("option", { value: TRAINED + name }, name)));
  $("model").replaceChildren(...options(kinds.models.map(({ kind }) => kind)), ...(trained.length > 0 ? [group] : []));
  $("model").value = chosen;
  if (chosen !== "" && $("model").value === chosen) return;
  $("model").value = ofKind(kinds.models, "eight-schools") ? "eight-schools" : kinds.models[0].kind;
  changeModel();
}

function fillSamplers() {
  const model = chosenModel();
  const chosen = $("sampler").value;
  $("sampler").replaceChildren(element("option", { value: "" }, "default"), ...options(model.samplers));
  if (model.samplers.includes(chosen)) $("sampler").value = chosen;
  $("model-summary").textContent = model.summary;
}

/** A module's source has a field of its own, where its lines are lines; the model without it is given back. */
function showSource({ source, ...model }) {
  $("source-field").hidden = source === undefined;
  $("source").value = source ?? "";
  return model;
}

/** The job's text with the module's source in its place. */
function jobText() {
  const spec = JSON.parse($("spec").value);
  if ($("source-field").hidden || spec.model?.kind !== "module" || "source" in spec.model) return $("spec").value;
  return JSON.stringify({ ...spec, model: { ...spec.model, source: $("source").value } });
}

/** Writes what the controls say into the job's text; what else was written there stays. */
function writeJob(changed) {
  const spec = parsed($("spec"));
  if (changed === "model" || !spec.model) spec.model = showSource(chosenModel().example);
  const sampler = ofKind(kinds.samplers, $("sampler").value);
  if (!sampler) delete spec.sampler;
  else if (spec.sampler?.kind !== sampler.kind) spec.sampler = { kind: sampler.kind, ...defaultsOf(sampler.schema) };
  for (const name of ["chains", "warmup", "draws", "seed"]) setNumber(spec, name, $(name));
  $("spec").value = compact(spec);
}

function changeModel() {
  fillSamplers();
  writeJob("model");
}

// ---------------------------------------------------------------- a training

function describeTraining() {
  const training = ofKind(kinds.trainings, $("train").value), data = ofKind(kinds.data, $("data").value);
  $("train-summary").textContent = `${training.summary} ${data.summary}`;
}

/** As writeJob does. A kind of model brings the data that it is shown on. */
function writeTraining(changed) {
  const spec = parsed($("train-spec"));
  if (changed === "train" || !spec.train) {
    const { example } = ofKind(kinds.trainings, $("train").value);
    Object.assign(spec, structuredClone(example));
    $("data").value = example.data.kind;
  } else if (changed === "data") spec.data = ofKind(kinds.data, $("data").value).example;
  setNumber(spec, "seed", $("train-seed"));
  if ($("train-name").value === "") delete spec.name;
  else spec.name = $("train-name").value;
  $("train-spec").value = compact(spec);
  describeTraining();
}

// ---------------------------------------------------------------- both

/** Shows one of the forms. */
export function choose(which) {
  for (const name of ["job", "training"]) {
    $(`${name}-form`).hidden = name !== which;
    $(`new-${name}`).setAttribute("aria-selected", String(name === which));
    $(`new-${name}`).tabIndex = name === which ? 0 : -1;
  }
}

/** Fills in a job that samples a trained model. */
export function sampleTrained(name) {
  choose("job");
  $("model").value = TRAINED + name;
  $("sampler").value = "";
  changeModel();
  $("spec").focus();
}

/** The trained models that jobs may name. */
export function offerTrained(models) {
  const isSame = models.length === trained.length && models.every(({ sha256 }, i) => sha256 === trained[i].sha256);
  trained = models;
  if (kinds && !isSame) fillModels();
}

/** `found`: /v1/kinds. */
export function fillForms(found) {
  kinds = found;
  fillModels();
  $("train").replaceChildren(...options(kinds.trainings.map(({ kind }) => kind)));
  $("data").replaceChildren(...options(kinds.data.map(({ kind }) => kind)));
  writeTraining("train");
}

/** `submitted` is told the id of what was taken. */
export function wireForms(submitted) {
  $("model").addEventListener("change", changeModel);
  for (const id of ["sampler", "chains", "warmup", "draws", "seed"]) {
    $(id).addEventListener("change", () => writeJob(id));
  }
  for (const id of ["train", "data", "train-name", "train-seed"]) {
    $(id).addEventListener("change", () => writeTraining(id));
  }
  for (const which of ["job", "training"]) {
    $(`new-${which}`).addEventListener("click", () => choose(which));
    $(`new-${which}`).addEventListener("keydown", ({ key }) => {
      if (key !== "ArrowLeft" && key !== "ArrowRight") return;
      const other = which === "job" ? "training" : "job";
      choose(other);
      $(`new-${other}`).focus();
    });
  }
  const send = (form, path, text, box) =>
    $(form).addEventListener("submit", async (event) => {
      event.preventDefault();
      $(box).hidden = true;
      const button = event.submitter;
      if (button) button.disabled = true; // data may take seconds to read
      try {
        submitted((await submit(path, text())).id);
      } catch (error) {
        showProblem($(box), error);
      } finally {
        if (button) button.disabled = false;
      }
    });
  const trainingText = () => JSON.stringify(JSON.parse($("train-spec").value));
  send("job-form", "/v1/jobs", jobText, "form-problem");
  send("training-form", "/v1/training", trainingText, "training-problem");
}
