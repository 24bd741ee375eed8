/** `sample`: draws of a trained flow from the command line. */
import assert from "node:assert/strict";
import { sample } from "../coordinator/commands/sample.ts";
import { UsageError } from "../coordinator/commands/usage.ts";
import { openDouble } from "../numerics/arithmetic/double.ts";
import { flowTarget } from "../models/flows/model.ts";
import { trainedFlow } from "../models/flows/trained.ts";
import { encodeTrained } from "../models/training/trained.ts";
import { ergodic, withFiles } from "./command_line.ts";
import { flowCases, networkOf } from "./models/flows/cases.ts";

const [flowCase] = flowCases;
const trained = trainedFlow(networkOf(flowCase, openDouble()), flowCase.flow, flowCase.shape);
const files = { "flow.model": encodeTrained(trained) };

Deno.test("draws are those of the seed, tempered, in the format that the file's name asks for", () =>
  withFiles(files, async (path) => {
    const words = ["sample", path("flow.model"), "--count", "30", "--seed", "5", "--temperature", "0.5"];
    const { code, stdout, stderr } = await ergodic(...words, "--out", path("draws.json"));
    assert.equal(code, 0, stderr);
    assert.match(stdout, /x\[2\]/);
    const { chains } = JSON.parse(await Deno.readTextFile(path("draws.json")));
    const x = new Float64Array(60);
    const target = flowTarget(trained, { temperature: 0.5 });
    void target.batches.draw(30, { index: 0, seed: 5, stream: 0, step: 1, stride: 1 }, x, new Float64Array(30));
    assert.deepEqual(chains[0].flat(), [...x]);
  }));

Deno.test("fused draws are asked for by a word, and close to the others", () =>
  withFiles(files, async (path) => {
    const words = ["sample", path("flow.model"), "--count", "30", "--seed", "5", "--relaxed"];
    const { code, stderr } = await ergodic(...words, "--out", path("draws.json"));
    assert.equal(code, 0, stderr);
    const { chains } = JSON.parse(await Deno.readTextFile(path("draws.json")));
    const fused = new Float64Array(60), apart = new Float64Array(60);
    for (const [relaxed, x] of [[true, fused], [false, apart]] as const) {
      const { batches, numericClass } = flowTarget(trained, { temperature: 1, relaxed });
      assert.equal(numericClass, relaxed ? "wasm-relaxed" : "wasm");
      void batches.draw(30, { index: 0, seed: 5, stream: 0, step: 1, stride: 1 }, x, new Float64Array(30));
    }
    assert.deepEqual(chains[0].flat(), [...fused]);
    fused.forEach((value, k) => assert.ok(Math.abs(value - apart[k]) < 1e-5 * Math.max(1, Math.abs(value))));
  }));

Deno.test("words that make no sense are refused before anything is drawn", () =>
  withFiles({ ...files, "other.model": encodeTrained({ config: { kind: "rbm" }, arrays: {} }) }, async (path) => {
    const cases: [string[], RegExp][] = [
      [[], /FLOW\.model/],
      [[path("missing.model")], /there is no file/],
      [[path("other.model")], /of kind rbm/],
      [[path("flow.model"), "--count", "0"], /--count/],
      [[path("flow.model"), "--temperature", "cold"], /--temperature/],
    ];
    for (const [words, message] of cases) {
      await assert.rejects(sample(words), (error) => error instanceof UsageError && message.test(error.message));
    }
    const { code, stderr } = await ergodic("sample", path("flow.model"), "--class", "1");
    assert.equal(code, 2);
    assert.match(stderr, /conditional on no class/);
  }));
