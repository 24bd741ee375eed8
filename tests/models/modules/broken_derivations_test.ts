/** The tests of derivations find derivations that are broken: copies of the tape with one line changed, each in a way that once could be. */
import assert from "node:assert/strict";
import { pathToFileURL } from "node:url";
import { join } from "node:path";
import { judgeRandomPrograms } from "./derivatives/random_derivatives.ts";
import type { Tape } from "./derivatives/densities.ts";

const TAPE = new URL("../../../models/modules/tape/", import.meta.url);
const SEED = 7, PROGRAMS = 200; // most are found among the first twenty

/** A file of the tape, what stands there and what is put in its place. */
const broken: { name: string; file: string; from: string; to: string }[] = [
  { name: "as it is", file: "operations.ts", from: "", to: "" },
  { name: "a sign in a cosine", file: "operations.ts", from: '"-G * Math.sin(A)"', to: '"G * Math.sin(A)"' },
  { name: "a quotient's operands", file: "operations.ts", from: '"-G * Y / B"', to: '"-G * A / B"' },
  { name: "a maximum's side", file: "operations.ts", from: '"A >= B ? 0 : G"', to: '"0"' },
  {
    name: "a factor of a power",
    file: "operations.ts",
    from: 'G * B * A ** (B - 1)" },\n  { name: "atan2',
    to: 'G * A ** (B - 1)" },\n  { name: "atan2',
  },
  {
    name: "the adjoint of the turn before, dropped",
    file: "reverse_turn.ts",
    from: "this.#add(`q${place.distance}`, false, null, given);",
    to: "",
  },
  {
    name: "the adjoint of what all turns share, dropped",
    file: "reverse_text.ts",
    from: "after.push(`g[${node}] = h${node};`);",
    to: "",
  },
  {
    name: "turns undone in another order",
    file: "reverse_text.ts",
    from: "for (let r = ${turns - 1}; r >= 0; r--) {",
    to: "for (let r = 0; r < ${turns}; r++) {",
  },
  {
    name: "operations of a turn undone in another order",
    file: "reverse_turn.ts",
    from: "for (let position = end - 1; position >= first; position--) this.#undo(position);",
    to: "for (let position = first; position < end; position++) this.#undo(position);",
  },
  { name: "constants of one turn for all", file: "loop_text.ts", from: '? 0 : "r"}]', to: '? 0 : "0"}]' },
  { name: "guards that always hold", file: "forward_text.ts", from: "return false;`", to: ";`" },
  {
    name: "an adjoint that each turn is given taken for one that it passes on",
    file: "invariant_adjoints.ts",
    from: "this.#contributions.toHere(position) === 0 &&",
    to: "",
  },
  {
    name: "what is computed again from the values of another turn",
    file: "recalled_values.ts",
    from: "}[r + 1];`",
    to: "}[r];`",
  },
  {
    name: "a first turn that takes what stands before it",
    file: "places.ts",
    from: "const first = begun ? nodes[0] : this.before.get(distance) ?? from - distance;",
    to: "const first = from - distance;",
  },
  {
    name: "the first body of a loop for all",
    file: "loop_text.ts",
    from: "if (body === ${body}) ",
    to: "if (body >= ${body}) ",
  },
  {
    name: "what the last turn leaves, left out",
    file: "forward_text.ts",
    from: "`l${position} = t${position};`",
    to: "``",
  },
];

async function changed(folder: string, file: string, from: string, to: string): Promise<Tape> {
  let found = false;
  for await (const { name } of Deno.readDir(TAPE)) {
    let text = await Deno.readTextFile(new URL(name, TAPE));
    if (name === file) {
      found = text.includes(from);
      text = text.replace(from, () => to);
    }
    // What is outside the folder stays where it is.
    text = text.replace(/from "(\.\.\/[^"]*)"/g, (_, path) => `from "${new URL(path, TAPE)}"`);
    await Deno.writeTextFile(join(folder, name), text);
  }
  assert.ok(found, `${file} has no ${from}`);
  const { createRuntime } = await import(pathToFileURL(join(folder, "runtime.ts")).href);
  const { Derivative } = await import(pathToFileURL(join(folder, "derivative.ts")).href);
  return { createRuntime, Derivative };
}

for (const { name, file, from, to } of broken) {
  Deno.test(`random programs tell a broken derivation: ${name}`, async () => {
    const folder = await Deno.makeTempDir();
    try {
      const tape = await changed(folder, file, from, to);
      const judge = () => judgeRandomPrograms(SEED, 0, PROGRAMS, tape);
      if (from === to) judge();
      else assert.throws(judge, /by duals|newly recorded/);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  });
}
