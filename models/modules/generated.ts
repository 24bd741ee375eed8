/** The quantities that a module reports beside its coordinates: numbers and arrays of numbers, by name, the same in every draw. */
import { countValues, type Variable } from "../target.ts";
import { ModuleError } from "./errors.ts";

const MOST_VALUES = 10_000;

/** The names and shapes of what `generated` returned. */
export function shapesOf(given: unknown, coordinates: readonly Variable[]): Variable[] {
  const found = entriesOf(given).map(([name, value]) => ({ name, shape: shapeOf(name, value) }));
  const count = countValues(found);
  if (count > MOST_VALUES) {
    throw new ModuleError(null, `generated: expected at most ${MOST_VALUES} numbers, found ${count}.`);
  }
  for (const { name } of found) {
    if (!/^[A-Za-z_$][\w$.]{0,63}$/.test(name)) {
      throw new ModuleError(
        null,
        `generated: expected names of letters, digits, _ and ., found ${JSON.stringify(name.slice(0, 80))}.`,
      );
    }
    if (coordinates.some((coordinate) => coordinate.name === name)) {
      throw new ModuleError(null, `generated: ${name} is the name of a variable. Give it another name.`);
    }
  }
  return found;
}

/** Writes the numbers of what `generated` returned, which has to have the shapes that it had. */
export function writeGenerated(given: unknown, shapes: readonly Variable[], out: Float64Array): void {
  const entries = entriesOf(given);
  if (entries.length !== shapes.length) throw changed("other names");
  let at = 0;
  const write = (name: string, value: unknown, shape: readonly number[], axis: number): void => {
    if (axis === shape.length) {
      if (typeof value !== "number") throw changed(`${name}, which is no number any more`);
      out[at++] = value;
      return;
    }
    if (!Array.isArray(value) || value.length !== shape[axis]) throw changed(`${name} in another shape`);
    for (const inner of value) write(name, inner, shape, axis + 1);
  };
  shapes.forEach(({ name, shape }, i) => {
    if (entries[i][0] !== name) throw changed(`${entries[i][0]} in the place of ${name}`);
    write(name, entries[i][1], shape, 0);
  });
}

function changed(what: string): ModuleError {
  return new ModuleError(null, `generated gives ${what} than at first. Its names and shapes may not depend on x.`);
}

function entriesOf(given: unknown): [string, unknown][] {
  if (typeof given !== "object" || given === null || Array.isArray(given)) {
    throw new ModuleError(
      null,
      `generated: expected an object { tau: number, … }, found ${Array.isArray(given) ? "an array" : typeof given}.`,
    );
  }
  return Object.entries(given);
}

function shapeOf(name: string, value: unknown): number[] {
  if (typeof value === "number") return [];
  if (!Array.isArray(value)) {
    throw new ModuleError(null, `generated: ${name}: expected a number or an array of numbers, found ${typeof value}.`);
  }
  if (value.length === 0) return [0];
  const [first, ...others] = value.map((inner: unknown) => shapeOf(name, inner));
  if (others.some((shape) => shape.join() !== first.join())) {
    throw new ModuleError(null, `generated: ${name}: its rows differ in length.`);
  }
  return [value.length, ...first];
}
