/** What a person meets who trains a model, looks at it, samples it, or analyses a chain: files, output, exit status. */
import assert from "node:assert/strict";
import { chain } from "../coordinator/commands/chain.ts";
import { images } from "../coordinator/commands/images.ts";
import { run } from "../coordinator/commands/run.ts";
import { train } from "../coordinator/commands/train.ts";
import { UsageError } from "../coordinator/commands/usage.ts";
import { encodeIdx } from "../models/data/idx.ts";
import { encodeTrained } from "../models/training/trained.ts";
import { ergodic, withFiles } from "./command_line.ts";
import { readPng } from "./coordinator/pictures/read_png.ts";

const ROWS = 20_000;

/** Images of 28 × 28 bytes: a light square somewhere in the dark. */
function squares(): Uint8Array {
  const values = new Uint8Array(ROWS * 784);
  for (let row = 0; row < ROWS; row++) {
    const top = row % 19, left = row % 17;
    for (let y = top; y < top + 8; y++) values.fill(200, row * 784 + y * 28 + left, row * 784 + y * 28 + left + 8);
  }
  return encodeIdx([ROWS, 28, 28], values);
}

const QUICK = { hidden: 8, epochs: 1, batchSize: 1000, ais: { temperatures: 10, particles: 10 }, monitorRows: 100 };
const TRAINING = {
  train: { kind: "rbm", ...QUICK },
  data: { kind: "digits", split: "train", count: 15_000, binarize: 0.5, validation: 0.1 },
  seed: 3,
};
/** Two visible and two hidden units. */
const MODEL = encodeTrained({
  config: { kind: "rbm" },
  arrays: {
    weights: { shape: [2, 2], values: Float32Array.of(1, -1, 2, 0) },
    visibleBias: { shape: [2], values: new Float32Array(2) },
    hiddenBias: { shape: [2], values: new Float32Array(2) },
  },
});

Deno.test("a file of 20,000 images is learned from as it is, and what was learned is sampled by its file", () =>
  withFiles({
    "squares.idx": squares(),
    "training.json": JSON.stringify(TRAINING),
    "job.json": JSON.stringify({
      model: { kind: "trained", file: "squares.model", clamp: [...Array(14).fill(0), ...Array(770).fill(null)] },
      chains: 4,
      warmup: 2,
      draws: 3,
      seed: 1,
    }),
  }, async (path) => {
    const trained = await ergodic(
      ...["train", path("training.json"), "--data", path("squares.idx"), "--out", path("squares.model"), "--json"],
      ...["--metrics", path("metrics.csv"), "--plot", path("curves.svg"), "--filters", path("filters.png")],
    );
    assert.equal(trained.code, 0, trained.stderr);
    const summary = JSON.parse(trained.stdout);
    // Of the first 15,000 images a tenth is kept back; the rest makes 14 batches.
    assert.deepEqual([summary.complete, summary.updates, summary.records], [true, 14, 1]);
    assert.equal(summary.metrics.some(({ name }: { name: string }) => name === "validation_log_likelihood"), true);
    assert.match(await Deno.readTextFile(path("metrics.csv")), /^chain,draw,epoch,learning_rate,/);
    assert.match(await Deno.readTextFile(path("curves.svg")), /^<svg .*no metric has changed/s, "of one record");
    const filters = readPng(await Deno.readFile(path("filters.png")));
    assert.deepEqual(
      [filters.width, filters.height],
      [3 * 58 + 2, 3 * 58 + 2],
      "eight filters of 28 × 28, twice as large",
    );

    const sampled = await ergodic("run", path("job.json"), "--images", path("fantasies.png"), "--json");
    assert.equal(sampled.code, 0, sampled.stderr);
    assert.equal(JSON.parse(sampled.stdout).variables.length, 784);
    const { width, height } = readPng(await Deno.readFile(path("fantasies.png")));
    assert.deepEqual([width, height], [3 * 58 + 2, 2 * 58 + 2], "what was clamped and four draws, 28 × 28 each");
  }));

Deno.test("a table trains, and an analysis of a chain is printed as text and as JSON", () =>
  withFiles({
    "table.csv": "a,b,c,d\n" + ["1,0,1,0", "0,1,0,1", "1,1,0,0", "0,0,1,1"].join("\n"),
    "training.json": JSON.stringify({ train: { kind: "hopfield", rule: "hebb" }, data: { image: [2, 2] } }),
    "chain.csv": "sun,rain\n0.9,0.1\n0.5,0.5\n",
  }, async (path) => {
    const trained = await ergodic(
      ...["train", path("training.json"), "--data", path("table.csv"), "--seed", "9", "--out", path("arrays.npz")],
    );
    assert.equal(trained.code, 0, trained.stderr);
    assert.match(trained.stdout, /^metric +first +last .*\nstable .*\n\n1 records, 1 updates, seed 9\n$/s);
    assert.equal((await Deno.readFile(path("arrays.npz")))[0], 0x50, "a zip archive");

    const text = await ergodic("chain", path("chain.csv"));
    assert.equal(text.code, 0, text.stderr);
    assert.match(text.stdout, /sun/);
    const json = await ergodic("chain", path("chain.csv"), "--json");
    assert.deepEqual([json.code, JSON.parse(json.stdout).names], [0, ["sun", "rain"]]);
  }));

const FILES = {
  "training.json": JSON.stringify({ train: { kind: "rbm", ...QUICK }, data: { kind: "letters" } }),
  "list.json": "[1, 2]",
  "torn.json": "{",
  "wide.json": JSON.stringify({ train: { kind: "rbm", hidden: 20_001 }, data: { kind: "letters" } }),
  "spins.json": JSON.stringify({ train: { kind: "hopfield", rule: "hebb" }, data: { kind: "letters" } }),
  "file.json": JSON.stringify({ train: { kind: "rbm" }, data: { kind: "file", binarize: 0.5 } }),
  "data.idx": encodeIdx([2, 1, 2], Uint8Array.of(0, 255, 255, 0)),
  "cut.idx": encodeIdx([2, 1, 2], Uint8Array.of(0, 255, 255, 0)).subarray(0, 18),
  "words.csv": "a,b\n1,one\n",
  "two.model": MODEL,
  "not.model": "plain text",
  "not-a-model.json": JSON.stringify({ model: { kind: "trained", file: "not.model" } }),
  "by-name.json": JSON.stringify({ model: { kind: "trained", name: "digits" } }),
  "numbers.json": JSON.stringify({ model: { kind: "gaussian", mean: [0], covariance: [[1]] }, draws: 10 }),
  "open.json": JSON.stringify({ matrix: [[0.5, 0.4], [0, 1]] }),
  "chain.txt": "0.5 0.5",
};

type Case = readonly [words: readonly string[], message: RegExp];

/** Words that are wrong in themselves, and what the message must say of them. */
const WRONG: readonly Case[] = [
  [["train"], /expects one file, found none/],
  [["train", "@training.json", "more.json"], /expects one file, found .*more\.json/],
  [["train", "@none.json"], /there is no file .*none\.json/],
  [["train", "@torn.json"], /torn\.json is not JSON/],
  [["train", "@list.json"], /expected a training/],
  [
    ["train", "@training.json", "--out", "model.pt"],
    /--out expects a file that ends in \.model or \.npz, found model\.pt/,
  ],
  [["train", "@training.json", "--metrics", "m.xls"], /ends in/],
  [["train", "@training.json", "--plot", "p.png"], /--plot expects a file that ends in \.svg/],
  [["train", "@training.json", "--filters", "f.svg"], /--filters expects a file that ends in \.png/],
  [["train", "@training.json", "--seed", "one"], /--seed expects an integer/],
  [["train", "@training.json", "--data", "@none.csv"], /there is no file .*none\.csv/],
  [["train", "@training.json", "--data", "@words.csv"], /words\.csv: row 1, column b: expected a number/],
  [["train", "@training.json", "--data", "@cut.idx"], /cut\.idx: /],
  [["run", "@numbers.json", "--image-size", "2x2"], /--image-size goes with --images/],
  [["run", "@numbers.json", "--images", "sheet.jpg"], /--images expects a file that ends in \.png/],
  [["images", "draw"], /expects data, filters, completions/],
  [["images", "data", "paintings", "--out", "@sheet.png"], /kind.*expected one of/],
  [["images", "filters", "@not.model", "--out", "@sheet.png"], /not trained parameters/],
  [["images", "filters", "@two.model", "--out", "@sheet.gif"], /ends in \.png/],
  [["images", "filters", "@two.model", "--out", "@sheet.png"], /expected a height and a width/],
  [["chain"], /chain expects one file/],
  [["chain", "@open.json"], /matrix\.0.*sum/],
  [["chain", "@chain.txt"], /\.json or a \.csv/],
];

/** What is refused once it is looked at as a whole. */
const REFUSED: readonly Case[] = [
  [["train", "@training.json", "--data", "@data.idx"], /data: row 1, column 2 is 255; .*binarize/],
  [["train", "@wide.json"], /train\.hidden: expected at most 20000/],
  [["train", "@file.json"], /data\.kind: expected one of fashion-mnist, .*found "file"/],
  [["train", "@spins.json", "--filters", "@filters.png"], /--filters: .*hopfield has no filters/],
  [["run", "@not-a-model.json"], /cannot take the model not\.model: these bytes are not trained parameters/],
  [["run", "@by-name.json"], /model\.name: there is no model "digits"/],
  [["run", "@numbers.json", "--images", "@numbers.png"], /there is no such variable/],
];

const COMMANDS: Readonly<Record<string, (words: readonly string[]) => Promise<number>>> = { chain, images, run, train };

Deno.test("wrong words about trainings, pictures and chains are told with what is right", () =>
  withFiles(FILES, async (path) => {
    for (const [[command, ...words], message] of WRONG) {
      const named = words.map((word) => word.startsWith("@") ? path(word.slice(1)) : word);
      await assert.rejects(COMMANDS[command](named), (error) => {
        assert.ok(error instanceof UsageError, `${command} ${words.join(" ")}: ${error}`);
        assert.match(error.message, message);
        return true;
      });
    }
  }));

Deno.test("what is refused as a whole gets a message, no stack, and exit status 2", () =>
  withFiles(FILES, async (path) => {
    for (const [words, message] of REFUSED) {
      const { code, stderr } = await ergodic(...words.map((word) => word.startsWith("@") ? path(word.slice(1)) : word));
      assert.equal(code, 2, `${words.join(" ")}: ${code} ${stderr}`);
      assert.match(stderr, message);
      assert.doesNotMatch(stderr, /\bat .*\.ts:\d+/);
    }
  }));
