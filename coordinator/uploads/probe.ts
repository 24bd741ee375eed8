/**
 * Has an uploaded graph checked by a process of its own: it may read the file and the runtime and nothing else, its memory is
 * bounded, and after a while it is killed. Whatever a graph does to it, the service hears a verdict.
 */
import { dirname } from "node:path";
import { fileURLToPath as fromFileUrl } from "node:url";
import { getLogger } from "@logtape/logtape";
import { type Question, Verdict } from "../../onnx/import/verdict.ts";

const SOURCES = ["onnx", "models", "numerics"];
const DEADLINE_MS = 60_000;
const LEAST_MEMORY = 2 ** 31; // bytes of data: the runtime and V8 take 700 MB before anything is loaded
const MEMORY_A_BYTE = 8; // of the graph: the file, the decoded weights, the runtime's copy, packed products
const MOST_OUTPUT = 2 ** 24;
const BRIEF_FLAG = "--v8-flags=--wasm-tiering-budget=100000000"; // it ends before most of what V8 would optimise runs again

const logger = getLogger(["ergodic", "uploads"]);

/** `bytes`: of the files that the question names. */
export async function probe(question: Question, bytes: number, deadlineMs = DEADLINE_MS): Promise<Verdict> {
  const root = (path: string) => fromFileUrl(new URL(`../../${path}`, import.meta.url));
  const runtime = dirname(fromFileUrl(import.meta.resolve("onnxruntime-web/wasm")));
  const files = [question.graph.path, ...(question.other ? [question.other.path] : [])];
  const readable = [...files, ...SOURCES.map(root), runtime];
  const kibibytes = Math.ceil((LEAST_MEMORY + MEMORY_A_BYTE * bytes) / 1024);
  const child = new Deno.Command("sh", {
    args: [
      "-c",
      'ulimit -c 0; ulimit -d "$0"; exec "$@"',
      String(kibibytes),
      Deno.execPath(),
      ...["run", "--quiet", "--no-prompt", "--cached-only", BRIEF_FLAG, `--allow-read=${readable}`],
      root("onnx/import/check.ts"),
    ],
    stdin: "piped",
    stdout: "piped",
    stderr: "null",
  }).spawn();
  let isLate = false;
  const kill = () => {
    try {
      child.kill("SIGKILL");
    } catch {
      // already gone
    }
  };
  const timer = setTimeout(() => {
    isLate = true;
    kill();
  }, deadlineMs);
  try {
    const [text] = await Promise.all([lastOf(child.stdout, kill), ask(child.stdin, question)]);
    const status = await child.status;
    const verdict = parsed(text);
    if (status.success && verdict) return verdict;
    logger.warn("the check of a graph ended with {code}, signal {signal}", {
      code: status.code,
      signal: status.signal,
    });
    return {
      is: "wrong",
      path: "graph",
      message: isLate
        ? `the graph could not be checked in ${deadlineMs / 1000} s. Export a smaller one.`
        : "the process that checked the graph died: it took more memory than there is for it. Is a dimension in it absurd?",
    };
  } finally {
    clearTimeout(timer);
    kill();
  }
}

async function ask(input: WritableStream<Uint8Array>, question: Question): Promise<void> {
  const writer = input.getWriter();
  try {
    await writer.write(new TextEncoder().encode(JSON.stringify(question)));
    await writer.close();
  } catch {
    // it died early, which its status tells
  }
}

/** What a process prints, unless that is absurdly much. */
async function lastOf(output: ReadableStream<Uint8Array>, kill: () => void): Promise<string> {
  let text = "";
  for await (const part of output.pipeThrough(new TextDecoderStream())) {
    text += part;
    if (text.length > MOST_OUTPUT) kill();
  }
  return text;
}

/** The verdict is the last line: a runtime may print before it. */
function parsed(text: string): Verdict | null {
  try {
    return Verdict.parse(JSON.parse(text.trimEnd().split("\n").at(-1) ?? ""));
  } catch {
    return null;
  }
}
