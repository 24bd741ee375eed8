/** Trained models by their names: as clients see them, and as jobs name them. */
import { encodeTrained } from "../models/training/trained.ts";
import type { TrainedParameters } from "../models/training/training.ts";
import { NotFoundError, ValidationError } from "./schema/errors.ts";
import type { ModelView } from "./schema/models.ts";
import type { Store } from "./store/store.ts";
import type { Learned } from "./trainings/worker.ts";

/** Puts trained parameters into the registry. */
export function keepTrained({ models, assets }: Store, name: string, trained: TrainedParameters): void {
  const arrays = Object.entries(trained.arrays).map(([name, { shape }]) => ({ name, shape }));
  const sha256 = assets.put(encodeTrained(trained));
  models.put({ name, kind: trained.config.kind, sha256, createdAt: new Date().toISOString(), about: { arrays } });
}

/** The same of what a training has learned, whose bytes are in the store. Returns its name. */
export function registerLearned(
  { models }: Store,
  { kind, sha256, ...about }: Learned,
  job: string,
  name = `${kind}-${job.slice(0, 8)}`,
): string {
  models.put({ name, kind, sha256, createdAt: new Date().toISOString(), about: { job, ...about } });
  return name;
}

export function noModel(name: string): NotFoundError {
  return new NotFoundError(`there is no model ${JSON.stringify(name)}`);
}

type Named = Pick<ModelView, "kind" | "sha256" | "arrays">;

/** What names stand for. */
interface Registry {
  get(name: string): Named | undefined;
}

/**
 * A job's body whose sampler proposes from a trained flow, `proposal: { kind: "flow", name }`, with the SHA-256 of its parameters in place
 * of the name. Other bodies as they are. Throws ValidationError for a name that is not there, or not that of a flow.
 */
export function nameProposal(body: unknown, models: Registry): unknown {
  if (!isObject(body) || !isObject(body.sampler) || !isObject(body.sampler.proposal)) return body;
  const { proposal } = body.sampler;
  if (proposal.kind !== "flow" || !("name" in proposal)) return body;
  const { name, ...options } = proposal;
  const found = expectTrained(name, models, "sampler.proposal.name");
  if (found.kind !== "flow") {
    const message = `expected the name of a trained flow, found a model of kind ${found.kind}`;
    throw new ValidationError([{ path: "sampler.proposal.name", message }]);
  }
  return { ...body, sampler: { ...body.sampler, proposal: { ...options, sha256: found.sha256 } } };
}

/**
 * A job's body whose model is `{ kind: "trained", name, … }` with the model's own kind and the SHA-256 of its parameters in place
 * of the name: what the name stands for later changes nothing of the job. Other bodies as they are. Throws ValidationError for a
 * name that is not there.
 */
export function nameTrained(body: unknown, models: Registry): unknown {
  if (!isObject(body) || !isObject(body.model) || body.model.kind !== "trained") return body;
  const { kind: _, name, ...options } = body.model;
  const found = expectTrained(name, models, "model.name");
  return { ...body, model: { ...options, kind: found.kind, sha256: found.sha256 } };
}

function expectTrained(name: unknown, models: Registry, path: string): Named {
  const found = typeof name === "string" ? models.get(name) : undefined;
  if (found?.arrays) return found;
  if (found) {
    throw new ValidationError([{
      path,
      message: `${
        JSON.stringify(name)
      } was not trained here: it is an uploaded ONNX graph. Name it as { "kind": "onnx", "name": ${
        JSON.stringify(name)
      } }.`,
    }]);
  }
  const message = typeof name === "string"
    ? `there is no model ${
      JSON.stringify(name)
    } in the registry. Train it first; GET /v1/models lists those that are there.`
    : "expected the name of a trained model";
  throw new ValidationError([{ path, message }]);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
