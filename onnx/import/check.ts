/**
 * The process that checks an uploaded graph: it may read the file and the runtime, and nothing else, and it may die. Asked by a
 * Question on its standard input, it answers a Verdict on its standard output.
 */
import { InputError } from "../../numerics/errors.ts";
import { decodeModel, UnreadableModelError } from "./decode.ts";
import { inspect } from "./graph.ts";
import type { Hints } from "./hints.ts";
import { type Reading, readRoles } from "./roles.ts";
import { tryGraph, tryPair } from "./trial.ts";
import { type CheckedGraph, Question, type Verdict } from "./verdict.ts";
import { openTrialSession, type TrialSession } from "./wasm.ts";

interface Opened {
  readonly checked: CheckedGraph;
  readonly reading: Reading;
  readonly session: TrialSession;
}

async function open(bytes: Uint8Array, hints: Hints): Promise<Opened> {
  const { opset, nodes, parameters, inputs: declared, outputs: ends } = inspect(decodeModel(bytes));
  const inputs = declared.map(({ name, type, shape }) => ({ name, type: type ?? "", shape: shape ?? [] }));
  const session = await openTrialSession(bytes);
  const reading = readRoles(inputs, await session.outputs(inputs, ends), hints);
  const warnings = [...reading.warnings, ...await tryGraph(reading, session.run)];
  const checked: CheckedGraph = {
    ...reading,
    inputs: reading.inputs.map((tensor) => ({ ...tensor, shape: [...tensor.shape] })),
    outputs: reading.outputs.map((tensor) => ({ ...tensor, shape: [...tensor.shape] })),
    warnings,
    opset,
    nodes,
    parameters,
  };
  return { checked, reading, session };
}

async function judge({ graph, other }: Question): Promise<Verdict> {
  try {
    const opened = await open(Deno.readFileSync(graph.path), graph.hints);
    if (other) {
      const beside = await open(Deno.readFileSync(other.path), other.hints);
      const pair = [opened, beside].map(({ reading, session }) => ({ reading, run: session.run }));
      const [forward, inverse] = opened.reading.direction === "forward" ? pair : pair.reverse();
      await tryPair(forward, inverse);
    }
    return { is: "good", graph: opened.checked };
  } catch (error) {
    if (error instanceof UnreadableModelError) return { is: "unreadable", message: error.message };
    if (error instanceof InputError) return { is: "wrong", path: error.path, message: error.message };
    throw error;
  }
}

const question = Question.parse(JSON.parse(await new Response(Deno.stdin.readable).text()));
const verdict = `\n${JSON.stringify(await judge(question))}\n`; // a line of its own: the runtime may print, too
await new Response(verdict).body?.pipeTo(Deno.stdout.writable);
Deno.exit(0);
