/**
 * What the inputs and outputs of a graph stand for, and so what the graph is: a flow's forward map (z → x), its inverse (x → z), a
 * density (x → log p or an energy), or something else.
 *
 * The uploader's word comes first, then names as they are in use (`log_det`, `ladj` …), then shapes, where these leave one
 * choice. What is needed and stays open is refused by the name of the query parameter that would tell it.
 */
import { InputError } from "../../numerics/errors.ts";
import { type BaseKind, type Direction, type Hints, type Role, ROLES } from "./hints.ts";
import { quoted } from "./tensors.ts";

/** An input or output whose type and shape are known. −1 is a dimension that may be any. */
export interface Tensor {
  readonly name: string;
  readonly type: string;
  readonly shape: readonly number[];
}

export type Assigned = Tensor & { readonly role?: Role };

export interface Note {
  readonly code: string;
  readonly message: string;
}

/** What a graph is. */
export interface Reading {
  readonly kind: "flow" | "density" | "other";
  readonly direction?: Direction;
  readonly base?: BaseKind;
  /** Numbers in a row of x. */
  readonly dim?: number;
  /** Numbers in a row of context. */
  readonly contextDim?: number;
  readonly inputs: readonly Assigned[];
  readonly outputs: readonly Assigned[];
  readonly warnings: readonly Note[];
}

const NAMES: Readonly<Record<Role, RegExp>> = {
  z: /^(z|z0|noise|latents?|eps|epsilon)$/,
  x: /^(x|data|samples?|theta)$/,
  context: /^(context|cond|condition|conditioning|class|classes|labels?|onehot)$/,
  logDet:
    /^(logdet|ldj|ladj|ljd|logabsdet|logabsdetj|logdetj|logdetjac|logdetjacobian|logabsdetjac|logabsdetjacobian|sumlogdet|sumlogabsdet)$/,
  logProb: /^(lp|logprob|logprobs|logprobability|logp|logpx|logpdf|logdensity|loglikelihood|logposterior|logjoint)$/,
  energy: /^(energy|energies|potential)$/,
  gradient: /^(grad|gradient|gradients|gradx|gradlogp|gradlogprob|dx|score)$/,
};
const INPUT_ROLES = new Set<Role>(["z", "x", "context"]);
const FLOATS = new Set(["float32", "float64"]);

/** Throws InputError; its path is a query parameter, or `inputs.…`/`outputs.…` where no parameter would help. */
export function readRoles(inputs: readonly Tensor[], outputs: readonly Tensor[], hints: Hints): Reading {
  const roles = new Roles(inputs, outputs);
  for (const role of ROLES) {
    const name = hints.roles[role];
    if (name !== undefined) roles.say(role, name);
  }
  roles.byNames();
  roles.byShapes(hints.direction);
  const { direction: said } = hints;
  const direction = roles.input("z") ? "forward" : roles.input("x") && roles.output("z") ? "inverse" : undefined;
  if (said !== undefined && direction !== said) throw roles.unlike(said);
  if (direction) return flow(roles, direction, hints);
  const isTold = hints.base !== undefined || Object.keys(hints.roles).length > 0;
  if (roles.input("x") && (isTold || roles.output("logProb") || roles.output("energy"))) return density(roles, hints);
  roles.expectUnlikeFlow();
  if (isTold) throw roles.unlike(undefined);
  return {
    kind: "other",
    inputs,
    outputs,
    warnings: [{
      code: "no-roles",
      message:
        `neither a flow nor a density was found in ${roles.described()}: the graph can be run, not sampled. To say ` +
        "what its inputs and outputs are, give direction and roles.",
    }],
  };
}

function flow(roles: Roles, direction: Direction, hints: Hints): Reading {
  const [from, to] = direction === "forward" ? ["z", "x"] as const : ["x", "z"] as const;
  const main = roles.input(from);
  const image = roles.output(to);
  if (!main || !image) {
    throw new InputError(
      to,
      `the ${direction} graph of a flow maps ${from} to ${to}: say which of its outputs is ${to} (${
        roles.listed("outputs")
      })`,
    );
  }
  const dim = roles.width(main, `inputs.${main.name}`);
  if (rowWidth(image.shape) !== dim) {
    throw new InputError(
      `outputs.${image.name}`,
      `${from} has ${dim} numbers a row, and ${to} has the shape [${
        image.shape.join(", ")
      }]. A flow keeps the number: its ` +
        "latents have to be one output.",
    );
  }
  const warnings: Note[] = [];
  if (!roles.output("logDet") && !roles.output("logProb")) {
    if (direction === "inverse") {
      throw new InputError(
        "logDet",
        `the inverse of a flow is of use with log|det ∂z/∂x|: say which output it is (${roles.listed("outputs")})`,
      );
    }
    warnings.push({
      code: "no-log-det",
      message: "the graph has no log-determinant: its samples come without their log-densities",
    });
  }
  const base = hints.base;
  if (base === undefined && !(direction === "inverse" && roles.output("logProb"))) {
    throw new InputError(
      "base",
      "a graph does not tell the law of its noise: say base=normal, base=logistic or base=uniform",
    );
  }
  return finish(roles, { kind: "flow", direction, ...(base === undefined ? {} : { base }), dim }, warnings);
}

function density(roles: Roles, hints: Hints): Reading {
  const main = roles.input("x");
  if (!main) throw new InputError("x", `say which input is x (${roles.listed("inputs")})`);
  if (!roles.output("logProb") && !roles.output("energy")) {
    if (roles.hasOpenRows(main)) {
      throw new InputError(
        "direction",
        `the graph takes x and gives ${roles.listed("outputs")}: if it is the inverse of a flow, say direction=inverse`,
      );
    }
    throw new InputError(
      "logProb",
      `the graph takes x: say which of its outputs is logProb, the log of a density, or energy, minus that and a constant ` +
        `(${roles.listed("outputs")}).`,
    );
  }
  if (hints.base !== undefined) {
    throw new InputError("base", "the graph takes x and gives no z: a density has no noise, and no base");
  }
  const dim = roles.width(main, `inputs.${main.name}`, "any or fixed");
  return finish(roles, { kind: "density", dim }, roles.output("gradient") ? [] : roles.gradientNotes(main));
}

function finish(roles: Roles, what: Pick<Reading, "kind" | "direction" | "base" | "dim">, warnings: Note[]): Reading {
  const context = roles.input("context");
  const contextDim = context ? roles.width(context, `inputs.${context.name}`) : undefined;
  const { inputs, outputs } = roles.assigned();
  const open = inputs.find(({ role }) => role === undefined);
  if (open) {
    throw new InputError(
      "context",
      `the input ${quoted(open.name)} has no role. If the graph is conditional on it, say context=${open.name}.`,
    );
  }
  for (const { name, role } of outputs) {
    if (role === undefined) {
      warnings.push({ code: "output-without-role", message: `the output ${quoted(name)} is not used` });
    }
  }
  for (const { name, role, shape } of outputs) {
    if ((role === "logDet" || role === "logProb" || role === "energy") && !isNumberARow(shape)) {
      throw new InputError(
        `outputs.${name}`,
        `${role} is one number a row, shape [-1] or [-1, 1]; found [${shape.join(", ")}]`,
      );
    }
    if (role === "gradient" && rowWidth(shape) !== what.dim) {
      throw new InputError(
        `outputs.${name}`,
        `the gradient has a number for each of x, ${what.dim}; found [${shape.join(", ")}]`,
      );
    }
  }
  for (const { name, role, type } of [...inputs, ...outputs]) {
    if (role !== undefined && !FLOATS.has(type)) {
      throw new InputError(role, `expected float32 or float64 for ${role}, and ${quoted(name)} is of ${type}`);
    }
  }
  return { ...what, ...(contextDim === undefined ? {} : { contextDim }), inputs, outputs, warnings };
}

/** The roles that have been given so far. */
class Roles {
  readonly #inputs: readonly Tensor[];
  readonly #outputs: readonly Tensor[];
  readonly #ofInput = new Map<Tensor, Role>();
  readonly #ofOutput = new Map<Tensor, Role>();

  constructor(inputs: readonly Tensor[], outputs: readonly Tensor[]) {
    this.#inputs = inputs;
    this.#outputs = outputs;
  }

  input(role: Role): Tensor | undefined {
    return this.#inputs.find((tensor) => this.#ofInput.get(tensor) === role);
  }

  output(role: Role): Tensor | undefined {
    return this.#outputs.find((tensor) => this.#ofOutput.get(tensor) === role);
  }

  /** What the uploader says. */
  say(role: Role, name: string): void {
    const input = this.#inputs.find((tensor) => tensor.name === name);
    const output = this.#outputs.find((tensor) => tensor.name === name);
    if (!input && !output) {
      throw new InputError(role, `the graph has no input or output ${quoted(name)}. It has ${this.described()}.`);
    }
    const isInput = input !== undefined && (output === undefined || INPUT_ROLES.has(role));
    const tensor = isInput ? input : output;
    if (!tensor || (isInput ? !INPUT_ROLES.has(role) : role === "context")) {
      throw new InputError(
        role,
        `${role} is an ${isInput ? "output" : "input"}, and ${quoted(name)} is an ${isInput ? "input" : "output"}`,
      );
    }
    const before = (isInput ? this.#ofInput : this.#ofOutput).get(tensor);
    if (before) throw new InputError(role, `${quoted(name)} was said to be ${before} too. Give each its own role.`);
    (isInput ? this.#ofInput : this.#ofOutput).set(tensor, role);
  }

  /** What the names say of the rest: nothing where they say the same of both sides, or call noise and data inputs. */
  byNames(): void {
    const inputs = this.#named(this.#inputs, this.#ofInput, true);
    const outputs = this.#named(this.#outputs, this.#ofOutput, false);
    const isStep = inputs.has("z") && (inputs.has("x") || this.input("x"));
    for (const [role, tensor] of inputs) if (!outputs.has(role) && !isStep) this.#ofInput.set(tensor, role);
    for (const [role, tensor] of outputs) if (!inputs.has(role)) this.#ofOutput.set(tensor, role);
  }

  #named(tensors: readonly Tensor[], given: ReadonlyMap<Tensor, Role>, isInput: boolean): Map<Role, Tensor> {
    const found = new Map<Role, Tensor>();
    for (const tensor of tensors) {
      const role = given.has(tensor) ? undefined : roleOfName(tensor.name, isInput);
      if (!role || this.input(role) || this.output(role)) continue;
      const twin = found.get(role);
      if (twin) {
        throw new InputError(
          role,
          `both ${quoted(twin.name)} and ${quoted(tensor.name)} look like ${role}: say which, by ${role}=NAME`,
        );
      }
      found.set(role, tensor);
    }
    return found;
  }

  /** What shapes say of the rest, where the direction is known and they leave one choice. */
  byShapes(said: Direction | undefined): void {
    const direction = said ??
      (this.input("z") ? "forward" : this.input("x") && this.output("z") ? "inverse" : undefined);
    if (!direction) return this.#onlyPlace();
    const [from, to] = direction === "forward" ? ["z", "x"] as const : ["x", "z"] as const;
    const openInputs = this.#inputs.filter((tensor) => !this.#ofInput.has(tensor) && isRows(tensor));
    if (!this.input(from) && openInputs.length === 1) this.#ofInput.set(openInputs[0], from);
    const main = this.input(from);
    if (!main) return;
    const dim = rowWidth(main.shape);
    const open = this.#outputs.filter((tensor) => !this.#ofOutput.has(tensor) && FLOATS.has(tensor.type));
    const rows = open.filter((tensor) =>
      isRows(tensor) && rowWidth(tensor.shape) === dim && (dim !== 1 || tensor.shape.length > 1)
    );
    const numbers = open.filter(({ shape }) => isNumberARow(shape) && (dim !== 1 || shape.length === 1));
    if (!this.output(to) && rows.length === 1) this.#ofOutput.set(rows[0], to);
    if (!this.output("logDet") && !this.output("logProb") && numbers.length === 1) {
      this.#ofOutput.set(numbers[0], "logDet");
    }
  }

  /** Of a graph that gives a density, and nothing that could be an image: its one input of rows is x. */
  #onlyPlace(): void {
    if (this.input("x") || this.input("z") || !(this.output("logProb") ?? this.output("energy"))) return;
    const open = this.#inputs.filter((tensor) => !this.#ofInput.has(tensor) && isRows(tensor));
    const [place] = open;
    const hasImage = this.output("x") !== undefined || this.output("z") !== undefined;
    if (open.length === 1 && !hasImage && !this.hasOpenRows(place)) this.#ofInput.set(place, "x");
  }

  /** Whether an output without a role could be the image of an input. */
  hasOpenRows({ shape }: Tensor): boolean {
    const dim = rowWidth(shape);
    return this.#outputs.some((tensor) =>
      !this.#ofOutput.has(tensor) && isRows(tensor) && rowWidth(tensor.shape) === dim
    );
  }

  /** Of a density without a gradient: outputs that have its shape. */
  gradientNotes({ name: x, shape }: Tensor): Note[] {
    const dim = rowWidth(shape);
    return this.#outputs
      .filter((tensor) => !this.#ofOutput.has(tensor) && isRows(tensor) && rowWidth(tensor.shape) === dim)
      .map(({ name }) => ({
        code: "gradient-not-told",
        message:
          `the output ${quoted(name)} has the shape of a gradient with respect to ${
            quoted(x)
          }: if it is, say gradient=${name}, ` +
          "and the density can be sampled by nuts",
      }));
  }

  /** Throws where shapes look like those of a flow or a density, and names do not tell which. */
  expectUnlikeFlow(): void {
    const rows = this.#inputs.filter(isRows);
    if (rows.length !== 1 || this.#inputs.length > 2) return;
    const dim = rowWidth(rows[0].shape);
    const [input] = rows;
    const alike = this.#outputs.filter((tensor) => isRows(tensor) && rowWidth(tensor.shape) === dim && dim !== 1);
    const numbers = this.#outputs.filter(({ shape, type }) => FLOATS.has(type) && isNumberARow(shape));
    if (alike.length > 0 && numbers.length > 0) {
      throw new InputError(
        "direction",
        `${this.described()} look like those of a flow, but not which way it maps: say direction=forward (noise to data) or ` +
          "direction=inverse, and base=normal, logistic or uniform. If it is a density with its gradient, " +
          `say x=${input.name}, logProb=${numbers[0].name} (or energy=${numbers[0].name}) and gradient=${
            alike[0].name
          }`,
      );
    }
    if (alike.length === 0 && numbers.length === 1 && this.#outputs.length === 1) {
      throw new InputError(
        "logProb",
        `${this.described()} look like those of a density: say x=${input.name} and logProb=${numbers[0].name}, or ` +
          `energy=${numbers[0].name} where it is minus a log density`,
      );
    }
  }

  /** Why this is not what it was said to be. */
  unlike(direction: Direction | undefined): InputError {
    if (direction === undefined) {
      return new InputError(
        "x",
        `what is said of ${this.described()} makes neither a flow nor a density: say which input is x, or z`,
      );
    }
    const [from, to] = direction === "forward" ? ["z", "x"] as const : ["x", "z"] as const;
    if (!this.input(from)) {
      return new InputError(
        from,
        `the ${direction} graph of a flow takes ${from}: say which input it is (${this.listed("inputs")})`,
      );
    }
    if (!this.output(to)) {
      return new InputError(
        to,
        `the ${direction} graph of a flow gives ${to}: say which output it is (${this.listed("outputs")})`,
      );
    }
    return new InputError(
      "direction",
      `expected the ${direction} graph of a flow (${from} to ${to}), found ${this.described()}`,
    );
  }

  /** Numbers in a row of an input, which has to take any number of rows, or may take one fixed number of them. */
  width({ name, shape }: Tensor, path: string, rows: "any" | "any or fixed" = "any"): number {
    const found = `found the shape [${shape.join(", ")}]`;
    if (shape.length < 2) throw new InputError(path, `expected rows of numbers, shape [-1, n], ${found}`);
    if (shape[0] !== -1 && rows === "any") {
      throw new InputError(
        path,
        `expected any number of rows in ${
          quoted(name)
        }, ${found}. Export it with a dynamic first axis (dynamic_axes in torch.onnx.export).`,
      );
    }
    const width = rowWidth(shape);
    if (width < 1 || !Number.isInteger(width)) {
      throw new InputError(path, `expected every dimension of ${quoted(name)} but the first to be fixed, ${found}`);
    }
    return width;
  }

  assigned(): { inputs: Assigned[]; outputs: Assigned[] } {
    const withRole = (
      tensor: Tensor,
      role: Role | undefined,
    ): Assigned => (role === undefined ? tensor : { ...tensor, role });
    return {
      inputs: this.#inputs.map((tensor) => withRole(tensor, this.#ofInput.get(tensor))),
      outputs: this.#outputs.map((tensor) => withRole(tensor, this.#ofOutput.get(tensor))),
    };
  }

  described(): string {
    return `inputs ${this.listed("inputs")} and outputs ${this.listed("outputs")}`;
  }

  listed(side: "inputs" | "outputs"): string {
    const tensors = side === "inputs" ? this.#inputs : this.#outputs;
    const most = 8;
    const shown = tensors.slice(0, most).map(({ name, shape }) => `${quoted(name)} [${shape.join(", ")}]`).join(", ");
    return tensors.length > most ? `${shown} and ${tensors.length - most} more` : shown;
  }
}

function roleOfName(name: string, isInput: boolean): Role | undefined {
  const plain = name.toLowerCase().replace(/[^a-z0-9]/g, "");
  return ROLES.find((role) => (isInput ? INPUT_ROLES.has(role) : role !== "context") && NAMES[role].test(plain));
}

/** One number for each row, whatever of a shape is not known. */
function isNumberARow(shape: readonly number[]): boolean {
  return shape.length === 1 || (shape.length > 1 && rowWidth(shape) === 1);
}

function isRows({ type, shape }: Tensor): boolean {
  return FLOATS.has(type) && shape.length >= 2;
}

/** The product of all dimensions but the first; NaN where one may be any. */
function rowWidth(shape: readonly number[]): number {
  return shape.slice(1).reduce((product, size) => product * (size < 0 ? NaN : size), 1);
}
