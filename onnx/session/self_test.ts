/**
 * Whether a backend computes right: a perceptron and a 3 × 3 convolution of three channels, where WebGPU has been silently wrong, held to the
 * same in WebAssembly.
 */
import { Graph } from "../graph/graph.ts";
import { add, convolve, exponential, linear, negate, relu, reshape, tangent } from "../graph/operations.ts";
import type { Session } from "./session.ts";

const CHANNELS = 3, SIDE = 4, OUT = 5;
const WIDTH = CHANNELS * SIDE * SIDE;
const ROWS = 3;
const TOLERANCE = 1e-5; // relative to 1 + |value|: single precision in another order

/** Throws an Error that says how far off the backend is. `open` opens it, `reference` a session that is right. */
export async function selfTest(
  open: (graph: Uint8Array) => Promise<Session>,
  reference: (graph: Uint8Array) => Promise<Session>,
): Promise<void> {
  const graph = testGraph();
  const results = [];
  for (const backend of [reference, open]) {
    const session = await backend(graph);
    const { y } = await session.run({ x: { shape: [ROWS, WIDTH], values: wave(ROWS * WIDTH, 0.7) } });
    await session.close();
    results.push(y.values);
  }
  const [expected, found] = results;
  let worst = 0;
  for (let i = 0; i < expected.length; i++) {
    const off = Math.abs(found[i] - expected[i]) / (1 + Math.abs(expected[i]));
    if (!(off <= worst)) worst = off; // NaN counts
  }
  if (!(worst <= TOLERANCE)) {
    throw new Error(`its numbers are off by ${worst.toPrecision(2)} from those of WebAssembly`);
  }
}

function testGraph(): Uint8Array<ArrayBuffer> {
  const graph = new Graph("self_test");
  const x = graph.input("x", WIDTH);
  const hidden = relu(
    linear(x, graph.reals(wave(WIDTH * WIDTH, 0.3, 0.2), [WIDTH, WIDTH]), graph.reals(wave(WIDTH, 0.9), [WIDTH])),
  );
  const kernels = graph.reals(wave(OUT * CHANNELS * 9, 0.5), [OUT, CHANNELS, 3, 3]);
  const image = convolve(reshape(hidden, [-1, CHANNELS, SIDE, SIDE]), kernels);
  graph.output("y", add(tangent(image), exponential(negate(relu(image)))));
  return graph.encode();
}

/** Numbers that are no accident and need no source. */
function wave(count: number, step: number, scale = 1): Float32Array {
  return Float32Array.from({ length: count }, (_, i) => scale * Math.sin(step * (i + 1)));
}
