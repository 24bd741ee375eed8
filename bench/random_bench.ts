/** Random numbers a second: the generator, its plain twin, and what kernels draw from it. */
import { philox4x32 } from "../numerics/random/philox.ts";
import { Random } from "../numerics/random/random.ts";
import { philoxBlocks, WORDS } from "../numerics/wasm/philox.ts";

const COUNT = 10_000; // a run, so that the loop around a number costs little
const A_STEP = 12; // numbers that a kernel takes before it goes to the next step

const words = new Uint32Array(WORDS);
let sink = 0; // what is not used might be optimised away

Deno.bench(`${COUNT} words: philoxBlocks`, { group: "words", baseline: true }, () => {
  for (let block = 0; block < COUNT / 4; block += 4) philoxBlocks(block, 1, 2, 3, 4, 5, words);
  sink += words[0];
});

Deno.bench(`${COUNT} words: philox4x32, the plain twin`, { group: "words" }, () => {
  for (let block = 0; block < COUNT / 4; block++) philox4x32(block, 1, 2, 3, 4, 5, words);
  sink += words[0];
});

const random = new Random(20260101);
const draws = {
  uint32: () => random.uint32(),
  uniform: () => random.uniform(),
  normal: () => random.normal(),
  exponential: () => random.exponential(),
  integer: () => random.integer(10),
};
for (const [name, draw] of Object.entries(draws)) {
  Deno.bench(`${COUNT} numbers: ${name}`, { group: "numbers", baseline: name === "uint32" }, () => {
    for (let i = 0; i < COUNT; i++) {
      if (i % A_STEP === 0) random.at(0, i);
      sink += draw();
    }
  });
}

addEventListener("unload", () => {
  if (Number.isNaN(sink)) throw new Error("a random number is NaN");
});
