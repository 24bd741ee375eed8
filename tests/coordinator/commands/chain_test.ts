/** `chain` and the files that it reads. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { chain } from "../../../coordinator/commands/chain.ts";
import { UsageError } from "../../../coordinator/commands/usage.ts";

const FILES = {
  "named.csv": "sun,rain\n0.9,0.1\n0.5,0.5\n",
  "plain.csv": "0.9,0.1\n0.5,0.5\n",
  "words.csv": "0.9,0.1\n0.5,half\n",
  "ragged.csv": "0.9,0.1\n1\n",
  "empty.csv": "",
  "rows.json": "[[0.9, 0.1], [0.5, 0.5]]",
  "sum.json": '{ "matrix": [[0.9, 0.1], [0.5, 0.6]] }',
  "torn.json": '{ "matrix": ',
};
type Name = keyof typeof FILES;

async function withFiles(use: (path: (name: string) => string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    for (const [name, text] of Object.entries(FILES)) await Deno.writeTextFile(join(folder, name), text);
    await use((name) => join(folder, name));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** What the command prints. */
async function printed(...words: string[]): Promise<string> {
  const lines: string[] = [];
  const { log } = console;
  console.log = (line: string) => lines.push(line);
  try {
    assert.equal(await chain(words), 0);
  } finally {
    console.log = log;
  }
  return lines.join("\n");
}

Deno.test("a matrix is read from CSV with and without names, and from JSON", () =>
  withFiles(async (path) => {
    const names = async (name: Name) => JSON.parse(await printed(path(name), "--json")).names;
    assert.deepEqual(await names("named.csv"), ["sun", "rain"]);
    assert.deepEqual(await names("plain.csv"), ["0", "1"]);
    const report = await printed(path("plain.csv"));
    assert.equal(report, await printed(path("rows.json")));
    assert.match(report, /^2 states: irreducible, aperiodic/);
    assert.match(report, /spectral gap 0\.6\n/);
  }));

Deno.test("wrong words and wrong files are told with what is wrong", () =>
  withFiles(async (path) => {
    const cases: [string[], RegExp][] = [
      [[], /expects one file, found none/],
      [[path("plain.csv"), path("named.csv")], /expects one file/],
      [[path("none.json")], /there is no file .*none\.json/],
      [["matrix.txt"], /there is no file matrix\.txt/],
      [[path("torn.json")], /torn\.json is not JSON/],
      [[path("words.csv")], /words\.csv: line 2, column 2: expected a probability, found "half"/],
      [[path("ragged.csv")], /matrix\.1: expected 2 probabilities/],
      [[path("empty.csv")], /a line for each state, found none/],
      [[path("sum.json")], /the chain was refused:\n {2}matrix\.1: .*sum 1/],
      [[path("rows.json"), "--fast"], /Unknown option '--fast'/],
    ];
    for (const [words, message] of cases) {
      await assert.rejects(chain(words), (error) => {
        assert.ok(error instanceof UsageError, String(error));
        assert.match(error.message, message);
        return true;
      });
    }
  }));
