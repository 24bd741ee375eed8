/** `models`: what jobs can name, and the registry of trained and uploaded models. */
import { basename, dirname, join, resolve } from "node:path";
import { models } from "../../models/registry.ts";
import { trainings } from "../../models/training/registry.ts";
import { FlowManifest } from "../../onnx/export/manifest.ts";
import { BASES, DIRECTIONS, type Hints, type Role, ROLES } from "../../onnx/import/hints.ts";
import { kernels } from "../../workers/kernels/registry.ts";
import { configureLogging } from "../logging.ts";
import type { GraphView, ModelView } from "../schema/models.ts";
import { ModelName } from "../schema/training.ts";
import { type ModelRegistry, openRegistry } from "./model_registry.ts";
import { parseJson, readText } from "./text_file.ts";
import { parseWords, UsageError } from "./usage.ts";

const OPTIONS = {
  name: { type: "string" },
  direction: { type: "string" },
  base: { type: "string" },
  map: { type: "string", multiple: true },
  store: { type: "string" },
  url: { type: "string" },
  token: { type: "string" },
  json: { type: "boolean", default: false },
} as const;

type Values = ReturnType<typeof parseWords<typeof OPTIONS>>["values"];

const OF_IMPORT = ["name", "direction", "base", "map"] as const;

export async function modelsCommand(words: readonly string[]): Promise<number> {
  const { values, positionals: [verb, ...rest] } = parseWords(words, OPTIONS);
  if (verb !== "import") {
    const given = OF_IMPORT.find((option) => values[option] !== undefined);
    if (given) throw new UsageError(`--${given} is an option of models import`);
  }
  switch (verb) {
    case "list":
      expectWords("list", rest, 0, "nothing");
      if (values.store === undefined && values.url === undefined) return listKinds();
      return await inRegistry(values, async (registry) => printList(await registry.list(), values.json));
    case "show":
      expectWords("show", rest, 1, "the name of a model");
      return await inRegistry(values, async (registry) => printModel(await registry.show(rest[0]), values.json));
    case "remove":
      expectWords("remove", rest, 1, "the name of a model");
      return await inRegistry(values, async (registry) => {
        await registry.remove(rest[0]);
        console.error(`${rest[0]} is out of the registry`);
      });
    case "import": {
      expectWords("import", rest, 1, "one .onnx file, or the manifest.json of a pair");
      const [file] = rest;
      await expectFile(file);
      if (file.endsWith(".json")) return await inRegistry(values, (registry) => importPair(registry, file, values));
      const name = nameOf(values.name, file);
      const hints = hintsOf(values);
      return await inRegistry(
        values,
        async (registry) => printModel(await registry.put(name, file, hints), values.json),
      );
    }
    default:
      throw new UsageError(`models expects list, import, show or remove, found ${JSON.stringify(verb ?? "")}`);
  }
}

/** Both graphs that lie beside a manifest, and then its vectors. */
async function importPair(registry: ModelRegistry, file: string, values: Values): Promise<void> {
  const json = parseJson(file, await readText(file));
  const parsed = FlowManifest.safeParse(json);
  if (!parsed.success) throw new UsageError(`${file} is not the manifest of a flow, as export writes it`);
  const manifest = parsed.data;
  const given = (["direction", "base", "map"] as const).find((option) => values[option] !== undefined);
  if (given) throw new UsageError(`--${given} is said by the manifest`);
  const name = nameOf(values.name ?? basename(dirname(resolve(file))), file);
  for (const direction of DIRECTIONS) {
    const graph = join(dirname(file), manifest[direction].file);
    await expectFile(graph);
    const base = BASES.find((base) => base === manifest.base.kind);
    await registry.put(name, graph, { direction, ...(base ? { base } : {}), roles: {} });
  }
  printModel(await registry.putManifest(name, json), values.json);
}

function expectWords(verb: string, rest: readonly string[], count: number, what: string): void {
  if (rest.length !== count) {
    throw new UsageError(`models ${verb} expects ${what}, found ${rest.join(" ") || "nothing"}`);
  }
}

async function inRegistry(values: Values, work: (registry: ModelRegistry) => Promise<void>): Promise<number> {
  await configureLogging("error");
  const { store, url } = values;
  const token = values.token ?? Deno.env.get("ERGODIC_TOKEN");
  const registry = openRegistry({ store, url, token });
  try {
    await work(registry);
    return 0;
  } finally {
    await registry.close();
  }
}

async function expectFile(path: string): Promise<void> {
  try {
    if ((await Deno.stat(path)).isFile) return;
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  throw new UsageError(`there is no file ${path}`);
}

/** The option, or the file's name without its ending. */
function nameOf(option: string | undefined, file: string): string {
  const parsed = ModelName.safeParse(option ?? basename(file).replace(/\.onnx$/, ""));
  if (parsed.success) return parsed.data;
  throw new UsageError(`--name ${parsed.error.issues[0].message}, found ${JSON.stringify(option ?? basename(file))}`);
}

function hintsOf({ direction, base, map = [] }: Values): Hints {
  const roles: Partial<Record<Role, string>> = {};
  for (const entry of map) {
    const [, name, role] = /^(.+)=([^=]+)$/.exec(entry) ?? [];
    const known = ROLES.find((candidate) => candidate === role);
    if (!known) {
      throw new UsageError(
        `--map expects NAME=ROLE with a role of ${ROLES.join(", ")}, found ${JSON.stringify(entry)}`,
      );
    }
    if (roles[known] !== undefined) throw new UsageError(`--map gives the role ${known} twice`);
    roles[known] = name;
  }
  return {
    ...(direction === undefined ? {} : { direction: oneOf("direction", direction, DIRECTIONS) }),
    ...(base === undefined ? {} : { base: oneOf("base", base, BASES) }),
    roles,
  };
}

function oneOf<Choice extends string>(option: string, text: string, choices: readonly Choice[]): Choice {
  const found = choices.find((choice) => choice === text);
  if (found) return found;
  throw new UsageError(`--${option} expects one of ${choices.join(", ")}, found ${JSON.stringify(text)}`);
}

function listKinds(): number {
  print("models", Object.values(models));
  console.log();
  print("samplers", Object.values(kernels));
  console.log();
  print("trainings", Object.values(trainings));
  return 0;
}

function print(title: string, entries: readonly { kind: string; summary: string }[]): void {
  const width = Math.max(...entries.map(({ kind }) => kind.length));
  console.log(title);
  for (const { kind, summary } of entries) console.log(`  ${kind.padEnd(width)}  ${summary}`);
}

function printList(list: readonly ModelView[], asJson: boolean): void {
  if (asJson) return console.log(JSON.stringify(list, null, 2));
  if (list.length === 0) return console.log("the registry is empty");
  const lines = list.map(({ name, kind, base, graphs = [], sha256, alias }) => [
    name,
    kind,
    graphs.map(({ direction }) => direction ?? "graph").join("+") || "parameters",
    base ?? "",
    sha256.slice(0, 12),
    alias === undefined ? "" : `-> ${alias}`,
  ]);
  const widths = lines[0].map((_, column) => Math.max(...lines.map((line) => line[column].length)));
  for (const line of lines) console.log(line.map((cell, column) => cell.padEnd(widths[column])).join("  ").trimEnd());
}

function printModel(model: ModelView, asJson: boolean): void {
  if (asJson) return console.log(JSON.stringify(model, null, 2));
  const { name, kind, base, dim, sha256, alias, graphs = [], vectors, warnings = [] } = model;
  const parts = [
    kind,
    ...(base === undefined ? [] : [`base ${base}`]),
    ...(dim === undefined ? [] : [`${dim} dimensions`]),
  ];
  console.log(`${name}: ${parts.join(", ")}, SHA-256 ${sha256}${alias === undefined ? "" : `, -> ${alias}`}`);
  for (const graph of graphs) {
    console.log(
      `  ${
        graph.direction ?? "graph"
      }: opset ${graph.opset}, ${graph.nodes} nodes, ${graph.parameters} parameters, ${graph.bytes} bytes`,
    );
    printTensors("in ", graph.inputs);
    printTensors("out", graph.outputs);
  }
  if (vectors) {
    console.log(
      `  within ${vectors.error.toPrecision(2)} of the manifest's vectors, which allow ${
        vectors.tolerance.toPrecision(2)
      }`,
    );
  }
  for (const { message } of warnings) console.error(`warning: ${message}`);
}

function printTensors(side: string, tensors: GraphView["inputs"]): void {
  for (const { name, type, shape, role } of tensors) {
    console.log(`    ${side} ${name} ${type} [${shape.join(", ")}]${role === undefined ? "" : ` = ${role}`}`);
  }
}
