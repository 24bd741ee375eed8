/** Names that point to models: to what a name stands for at any time, or, by a hash, to what it stood for when they were made. */
import { StateConflictError, ValidationError } from "../schema/errors.ts";
import type { ModelTable } from "../store/models.ts";
import { aboutOf } from "./stored.ts";

/** `alias`: `NAME` or `NAME@SHA256`. Throws ValidationError where that is not there, or would lead in a circle. */
export function pointTo(models: ModelTable, name: string, alias: string): void {
  const [target, hash] = alias.split("@");
  const model = models.get(target);
  if (!model) throw wrong(`there is no model ${JSON.stringify(target)} to point to`);
  if (hash !== undefined && !model.sha256.startsWith(hash)) {
    throw wrong(`the model ${JSON.stringify(target)} has the SHA-256 ${model.sha256}, not ${hash}…`);
  }
  if (target === name) throw wrong("a name cannot point to itself");
  const createdAt = new Date().toISOString();
  if (hash !== undefined) {
    models.put({ ...model, name, createdAt, about: { ...aboutOf(model), alias: `${target}@${model.sha256}` } });
    return;
  }
  const pointing = models.pointingTo(name);
  if (pointing.length > 0) {
    throw wrong(`other names point to ${JSON.stringify(name)} (${pointing.join(", ")}), which would have to point on`);
  }
  if (models.isPointer(target)) {
    throw wrong(`${JSON.stringify(target)} points to another model itself. Point to that one.`);
  }
  models.point(name, target, createdAt);
}

/** Throws StateConflictError while other names point to a name, which can then not be deleted. */
export function expectUnpointed(models: ModelTable, name: string): void {
  const pointing = models.pointingTo(name);
  if (pointing.length === 0) return;
  throw new StateConflictError(
    `other names point to the model ${JSON.stringify(name)}: ${pointing.join(", ")}. Delete these first.`,
  );
}

function wrong(message: string): ValidationError {
  return new ValidationError([{ path: "alias", message }]);
}
