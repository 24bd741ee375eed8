/** ONNX files that job files name, from the command line. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { ergodic, withFiles } from "./command_line.ts";
import { good } from "./onnx/import/hostile.ts";

const SHORT = { chains: 2, warmup: 200, draws: 200, seed: 1 };
const job = (model: object, rest: object = SHORT) => JSON.stringify({ model: { kind: "onnx", ...model }, ...rest });
const EXAMPLE = join(import.meta.dirname ?? "", "../examples/logistic-graph.json");
/** The regression of examples/graphs/logistic.py. */
const PASSED = [..."0001001000100101001101011011011101111111"].map(Number);
const REGRESSION = {
  kind: "logistic-regression",
  x: PASSED.map((_, i) => [i / 8 - 39 / 16, i % 3 === 0 ? 1 : 0]),
  y: PASSED,
  priorScale: 2.5,
};
const energy = { file: "graphs/energy.onnx", roles: { x: "position", energy: "energy", gradient: "force" } };

Deno.test("a job file names a graph beside it, and says what the graph cannot tell", () =>
  withFiles({
    "graphs/density.onnx": good("gaussian"),
    "graphs/energy.onnx": good("gaussian_energy"),
    "graphs/flow.onnx": good("planar"),
    "density.json": job({ file: "graphs/density.onnx" }),
    "energy.json": job(energy),
    "flow.json": job({ file: "graphs/flow.onnx", base: "normal", temperature: 0.5 }),
  }, async (path) => {
    const summaryOf = async (file: string) => {
      const { code, stdout, stderr } = await ergodic("run", path(file), "--json");
      assert.equal(code, 0, stderr);
      return JSON.parse(stdout);
    };
    const density = await summaryOf("density.json");
    assert.deepEqual(density.variables.map(({ name }: { name: string }) => name), ["x[1]", "x[2]", "x[3]"]);
    assert.equal(density.divergences, 0);
    const { variables: [, second] } = await summaryOf("energy.json");
    assert.ok(Math.abs(second.mean - 10) < 4 * second.mcseMean);
    assert.equal((await summaryOf("flow.json")).variables.length, 2);
  }));

// Six differences, each within 4 of their standard errors: at a free seed one in 2,600 runs would fail.
Deno.test("the example's posterior is that of the same regression here", () =>
  withFiles({ "job.json": JSON.stringify({ model: REGRESSION, draws: 1000, seed: 2 }) }, async (path) => {
    const [graph, here] = await Promise.all([EXAMPLE, path("job.json")].map(async (file) => {
      const { code, stdout, stderr } = await ergodic("run", file, "--json");
      assert.equal(code, 0, stderr);
      return JSON.parse(stdout).variables as { mean: number; sd: number; mcseMean: number; mcseSd: number }[];
    }));
    assert.equal(graph.length, 3);
    graph.forEach(({ mean, sd, mcseMean, mcseSd }, i) => {
      assert.ok(Math.abs(mean - here[i].mean) < 4 * Math.hypot(mcseMean, here[i].mcseMean), `mean ${i}`);
      assert.ok(Math.abs(sd - here[i].sd) < 4 * Math.hypot(mcseSd, here[i].mcseSd), `sd ${i}`);
    });
  }));

Deno.test("a graph that cannot be taken is refused with what is missing, by the names of a job file", () =>
  withFiles({
    "energy.onnx": good("gaussian_energy"),
    "banana.onnx": good("banana"),
    "text.onnx": "plain text",
    "untold.json": job({ file: "energy.onnx" }),
    "absent.json": job({ file: "absent.onnx" }),
    "text.json": job({ file: "text.onnx" }),
    "base.json": job({ file: "banana.onnx", base: "cauchy" }),
    "gradient.json": job({ file: "banana.onnx" }, { ...SHORT, sampler: { kind: "nuts" } }),
    "number.json": job({ file: 3 }),
  }, async (path) => {
    const cases: [string, RegExp][] = [
      ["untold.json", /energy\.onnx: direction: .*say x=position/],
      ["absent.json", /absent\.onnx: there is no such file beside the job file/],
      ["text.json", /text\.onnx: ./],
      ["base.json", /banana\.onnx: base: expected one of "normal", "logistic", "uniform", found "cauchy"/],
      ["gradient.json", /sampler\.kind: nuts needs the model's gradient/],
      ["number.json", /model\.file names a file/],
    ];
    for (const [file, message] of cases) {
      const { code, stderr } = await ergodic("run", path(file));
      assert.equal(code, 2, `${file}: ${stderr}`);
      assert.match(stderr, message);
      assert.doesNotMatch(stderr, /\n\s+at /, "no stack");
    }
  }));
