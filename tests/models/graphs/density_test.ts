/** What a density makes of a graph's numbers, with a graph that is plain code. */
import assert from "node:assert/strict";
import { type DensityOptions, graphDensity } from "../../../models/graphs/density.ts";
import type { Assets, TensorSlot } from "../../../models/model.ts";
import { InputError } from "../../../numerics/errors.ts";

const port = (name: string, shape: readonly number[]) => ({ name, type: "float64" as const, shape: [...shape] });
const options: DensityOptions = {
  sha256: "0".repeat(64),
  numericClass: "wasm",
  ports: { x: port("x", [2]), energy: port("u", []), gradient: port("du", [2]) },
};

/** U = x0² + 3 x1 and its gradient, by rows; notes what is opened, run and closed. */
function runtime(fault?: InputError) {
  const log: string[] = [];
  const inputs: Float64Array[] = [];
  const bindGraph: Assets["bindGraph"] = (_sha256, numericClass, given, asked) => {
    const size = ({ shape }: TensorSlot) => shape.reduce((a, b) => a * b, 1);
    log.push(
      `open ${numericClass} ${given.map(({ name, shape }) => `${name}[${shape}]`)} -> ${asked.map(({ name }) => name)}`,
    );
    const arrays = given.map((slot) => new Float64Array(size(slot)));
    const outputs = asked.map((slot) => new Float64Array(size(slot)));
    inputs.splice(0, inputs.length, ...arrays);
    return {
      inputs: arrays,
      outputs,
      run() {
        if (fault) throw fault;
        log.push("run");
        const [x] = arrays;
        for (let row = 0; row < x.length / 2; row++) {
          outputs[0][row] = x[2 * row] ** 2 + 3 * x[2 * row + 1];
          outputs[1]?.set([2 * x[2 * row], 3], 2 * row);
        }
      },
      close: () => void log.push("close"),
    };
  };
  return { log, inputs, assets: { get: () => new Uint8Array(), bindGraph } satisfies Assets };
}

Deno.test("an energy is minus a log density, and its gradient minus that of one", () => {
  const target = graphDensity(options, runtime().assets);
  const gradient = new Float64Array(2);
  assert.equal(target.logDensityAndGradient?.(Float64Array.of(3, 1), gradient), -12);
  assert.deepEqual([...gradient], [-6, -3]);
  assert.equal(target.logDensity(Float64Array.of(3, 1)), -12);
  const { log, assets } = runtime();
  const { x, energy } = options.ports;
  const plain = graphDensity({ ...options, ports: { x, logProb: energy } }, assets);
  assert.equal(plain.logDensity(Float64Array.of(3, 1)), 12);
  assert.equal(plain.logDensityAndGradient, undefined);
  assert.deepEqual(log, ["open wasm x[1,2] -> u", "run"]);
});

Deno.test("a graph of one number of rows has the place in each, and its first row counts", () => {
  const { inputs, assets } = runtime();
  const target = graphDensity({ ...options, batch: 3 }, assets);
  assert.equal(target.logDensity(Float64Array.of(1, 2)), -7);
  assert.deepEqual([...inputs[0]], [1, 2, 1, 2, 1, 2]);
});

Deno.test("a class is one-hot in every row, and one that is missing is said before anything is opened", () => {
  const { inputs, log, assets } = runtime();
  const ports = { ...options.ports, context: port("context", [3]) };
  assert.throws(() => graphDensity({ ...options, ports }, assets), { path: "class" });
  assert.throws(() => graphDensity({ ...options, ports, class: 3 }, assets), { path: "class" });
  assert.throws(() => graphDensity({ ...options, class: 0 }, assets), { path: "class" });
  assert.deepEqual(log, []);
  graphDensity({ ...options, ports, class: 1, batch: 2 }, assets).logDensity(new Float64Array(2));
  assert.deepEqual([...inputs[1]], [0, 1, 0, 0, 1, 0]);
});

Deno.test("a graph is opened when it is first asked, closed with its job, and opened again where it is asked again", () => {
  const { log, assets } = runtime();
  const target = graphDensity(options, assets);
  target.close?.();
  assert.deepEqual(log, []);
  for (let round = 0; round < 2; round++) {
    target.logDensity(new Float64Array(2));
    target.logDensity(new Float64Array(2));
    target.close?.();
  }
  const life = ["open wasm x[1,2] -> u,du", "run", "run", "close"];
  assert.deepEqual(log, [...life, ...life]);
});

Deno.test("an error of a run is that of the density, and where there is no runtime it says so", () => {
  const fault = new InputError("graph", "onnxruntime cannot run the graph: no memory");
  assert.throws(() => graphDensity(options, runtime(fault).assets).logDensity(new Float64Array(2)), fault);
  assert.throws(() => graphDensity(options, undefined).logDensity(new Float64Array(2)), /no runtime for graphs/);
});
