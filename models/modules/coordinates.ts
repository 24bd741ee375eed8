/** The coordinates that a module declares: `dim`, or `variables` with their shapes; and how x is handed to it. */
import { countValues, type Variable } from "../target.ts";
import { ModuleError } from "./errors.ts";

const MOST_COORDINATES = 100_000;
const MOST_AXES = 4;
const NAME = /^[A-Za-z_$][\w$.]{0,63}$/;

/** Reads what a module exports, which may be anything. */
export function readVariables(exports: Readonly<Record<string, unknown>>): Variable[] {
  const { dim, variables } = exports;
  if (dim !== undefined && variables !== undefined) {
    throw new ModuleError(
      null,
      "exports both dim and variables: keep variables, which gives the coordinates their names.",
    );
  }
  const found = variables === undefined ? [{ name: "x", shape: [readSize("dim", dim)] }] : readNamed(variables);
  const names = new Set(found.map(({ name }) => name));
  if (names.size < found.length) throw new ModuleError(null, "variables: two have the same name.");
  const count = countValues(found);
  if (count < 1 || count > MOST_COORDINATES) {
    throw new ModuleError(null, `expected 1 to ${MOST_COORDINATES} coordinates, found ${count}.`);
  }
  return found;
}

function readNamed(variables: unknown): Variable[] {
  if (Array.isArray(variables)) return variables.map((name: unknown) => ({ name: readName(name), shape: [] }));
  if (typeof variables !== "object" || variables === null) {
    throw new ModuleError(
      null,
      'variables: expected names with shapes, { mu: [], beta: [5] }, or a list of names, ["mu", "tau"].',
    );
  }
  return Object.entries(variables).map(([name, shape]: [string, unknown]) => ({
    name: readName(name),
    shape: readShape(`variables.${name}`, shape),
  }));
}

function readName(name: unknown): string {
  if (typeof name === "string" && NAME.test(name) && name !== "length" && name !== "__proto__") return name;
  throw new ModuleError(
    null,
    `variables: expected a name of letters, digits, _ and . (not "length"), found ${
      typeof name === "string" ? JSON.stringify(name.slice(0, 80)) : typeof name
    }.`,
  );
}

export function readShape(path: string, shape: unknown): number[] {
  if (typeof shape === "number") return [readSize(path, shape)];
  if (!Array.isArray(shape) || shape.length > MOST_AXES) {
    throw new ModuleError(null, `${path}: expected a shape, [] of a number, [5] of five, [2, 3] of two rows of three.`);
  }
  return shape.map((size: unknown) => readSize(path, size));
}

function readSize(path: string, size: unknown): number {
  if (typeof size === "number" && Number.isInteger(size) && size >= 1 && size <= MOST_COORDINATES) return size;
  throw new ModuleError(
    null,
    `${path}: expected an integer from 1 to ${MOST_COORDINATES}, found ${
      typeof size === "number" ? size : typeof size
    }.`,
  );
}

/**
 * x as a module gets it: an array of the coordinates, which also has each variable by its name: a number, or an array of the variable's shape.
 * `array` makes arrays of the module's own realm.
 */
export function handed(
  values: readonly unknown[],
  variables: readonly Variable[],
  array: (values: readonly unknown[]) => unknown[],
): unknown {
  const x = array(values);
  let at = 0;
  const nested = (shape: readonly number[], axis: number): unknown => {
    if (axis === shape.length) return values[at++];
    return array(Array.from({ length: shape[axis] }, () => nested(shape, axis + 1)));
  };
  for (const { name, shape } of variables) {
    Object.defineProperty(x, name, { value: nested(shape, 0), writable: true, configurable: true });
  }
  return x;
}

/** Numbers that a module gives for its coordinates: flat, or by the variables' names. */
export function readPlace(what: string, given: unknown, variables: readonly Variable[]): Float64Array {
  const dim = countValues(variables);
  const flat: number[] = [];
  const collect = (value: unknown): void => {
    if (typeof value === "number") flat.push(value);
    else if (Array.isArray(value) && flat.length <= dim) value.forEach(collect);
    else throw new ModuleError(null, `${what}: expected numbers, found ${value === null ? "null" : typeof value}.`);
  };
  if (Array.isArray(given)) collect(given);
  else if (typeof given === "object" && given !== null) {
    for (const { name } of variables) {
      if (!Object.hasOwn(given, name)) throw new ModuleError(null, `${what}: gives no ${name}.`);
      collect(Reflect.get(given, name));
    }
  } else {throw new ModuleError(
      null,
      `${what}: expected ${dim} numbers, or an object with the variables' names, found ${typeof given}.`,
    );}
  if (flat.length !== dim) throw new ModuleError(null, `${what}: expected ${dim} numbers, found ${flat.length}.`);
  const wrong = flat.findIndex((value) => !Number.isFinite(value));
  if (wrong >= 0) throw new ModuleError(null, `${what}: number ${wrong + 1} is ${flat[wrong]}; expected finite ones.`);
  return Float64Array.from(flat);
}
