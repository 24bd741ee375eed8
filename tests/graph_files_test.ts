/** ONNX files that job files name, from the command line. */
import assert from "node:assert/strict";
import { ergodic, withFiles } from "./command_line.ts";
import { good } from "./onnx/import/hostile.ts";

const SHORT = { chains: 2, warmup: 200, draws: 200, seed: 1 };
const job = (model: object, rest: object = SHORT) => JSON.stringify({ model: { kind: "onnx", ...model }, ...rest });
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
