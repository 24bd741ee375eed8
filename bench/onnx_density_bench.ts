/**
 * Evaluations of densities that are ONNX graphs, one row at a time, as a kernel asks for them: by a graph that is bound and answers at once, in
 * WebAssembly and as native code, beside the same runtimes' own interface, which answers by a promise. `deno bench -A
 * bench/onnx_density_bench.ts`, ROUNDS=n for more rounds.
 */
import { Graph } from "../onnx/graph/graph.ts";
import { linear, sumLast, tangent } from "../onnx/graph/operations.ts";
import { bindGraph, prepareBound } from "../onnx/session/bound.ts";
import { BOUND_BACKENDS } from "../onnx/session/session.ts";
import { openSession } from "../onnx/session/open.ts";
import { wasmRuntime } from "../onnx/session/runtime.ts";
import type { TensorSlot } from "../models/model.ts";
import { spreadOf } from "./median.ts";
import { conditions, record } from "./record.ts";
import { markdown, spreadCell } from "./table.ts";

const ROUNDS = Number(Deno.env.get("ROUNDS") ?? 7);
const ROUND_MS = 200;

interface Case {
  readonly title: string;
  readonly graph: Uint8Array;
  readonly x: TensorSlot;
  readonly outputs: readonly TensorSlot[];
}

const file = (path: string) => Deno.readFileSync(new URL(path, import.meta.url));
const slot = (name: string, shape: readonly number[], type: TensorSlot["type"] = "float32") => ({ name, type, shape });
const CASES: readonly Case[] = [
  {
    title: "Gaussian of 3 coordinates, with its gradient",
    graph: file("../tests/onnx/import/torch/gaussian.onnx"),
    x: slot("x", [1, 3]),
    outputs: [slot("log_prob", [1]), slot("gradient", [1, 3])],
  },
  {
    title: "logistic regression of 40 × 3, double precision, with its gradient",
    graph: file("../examples/graphs/logistic.onnx"),
    x: slot("x", [1, 3], "float64"),
    outputs: [slot("log_prob", [1], "float64"), slot("gradient", [1, 3], "float64")],
  },
  {
    title: "perceptron 50-256-256-1, no gradient",
    graph: perceptron(50, 256),
    x: slot("x", [1, 50]),
    outputs: [slot("energy", [1])],
  },
];

function perceptron(dim: number, width: number): Uint8Array {
  const graph = new Graph("perceptron");
  const layer = (rows: number, columns: number) =>
    graph.reals(Float32Array.from({ length: rows * columns }, (_, i) => Math.sin(i) / Math.sqrt(rows)), [
      rows,
      columns,
    ]);
  const first = tangent(linear(graph.input("x", dim), layer(dim, width)));
  graph.output("energy", sumLast(tangent(linear(first, layer(width, width)))));
  return graph.encode();
}

/** µs of one of as many as a round takes. */
async function timed(work: (count: number) => void | Promise<void>): Promise<number> {
  let count = 0;
  const begin = performance.now();
  while (performance.now() - begin < ROUND_MS) {
    await work(100);
    count += 100;
  }
  return 1000 * (performance.now() - begin) / count;
}

const head = BOUND_BACKENDS.flatMap((backend) => [`${backend}, at once`, `${backend}, by a promise`]);
const rows = [["µs an evaluation", ...head]];
for (const backend of BOUND_BACKENDS) await prepareBound(backend, backend === "wasm" ? wasmRuntime() : null);
for (const { title, graph, x, outputs } of CASES) {
  const works: ((count: number) => void | Promise<void>)[] = [];
  const closes: (() => void | Promise<void>)[] = [];
  for (const backend of BOUND_BACKENDS) {
    const bound = bindGraph(graph, backend, [x], outputs);
    const session = await openSession(graph, backend);
    const place = bound.inputs[0];
    const feeds = { x: { shape: x.shape, values: place.slice() } };
    works.push(
      (count) => {
        for (let i = 0; i < count; i++) {
          place[0] = i / count;
          bound.run();
        }
      },
      async (count) => {
        for (let i = 0; i < count; i++) {
          feeds.x.values[0] = i / count;
          await session.run(feeds);
        }
      },
    );
    closes.push(() => bound.close(), () => session.close());
  }
  const times: number[][] = works.map(() => []);
  for (let round = 0; round <= ROUNDS; round++) {
    for (const [i, work] of works.entries()) {
      const time = await timed(work);
      if (round > 0) times[i].push(time); // the first warms up
    }
  }
  for (const close of closes) await close();
  rows.push([title, ...times.map((values) => spreadCell(spreadOf(values)))]);
}
const table = markdown(rows);
console.log(`${conditions()}\n\n${table}`);
await record("onnx densities", `${conditions()}\n\n${table}`);
