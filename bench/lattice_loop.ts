/**
 * Our side of bench/lattice_bench.ts: `deno run lattice_loop.ts ising SIDE BETA SWEEPS | boltzmann FILE UNITS ROWS SWEEPS | normals COUNT
 * ROUNDS`. Says that it is ready, then makes a round for each line on standard input, a seed, as the peers do: by what jobs run on.
 */
import process from "node:process";
import { createInterface } from "node:readline";
import { ising } from "../models/energy/ising.ts";
import { SingleSite } from "../numerics/boltzmann/single_site.ts";
import { IsingLattice } from "../numerics/ising/lattice.ts";
import { fillNormals } from "../numerics/random/normal_block.ts";
import { Purpose } from "../numerics/random/random.ts";

/** What a round made, and what tells whether it is the same as what others made. */
interface Round {
  readonly seconds: number;
  readonly count: number;
  readonly check: number;
}

interface Task {
  round(seed: number): Round;
  /** Numbers a second of what the task cannot do without. */
  ceiling?(): number;
}

/** Sweeps between the draws of a job. */
const THIN = 10;

const [task, ...args] = Deno.args;
const keyOf = (seed: number, step: number) => ({ seed, purpose: Purpose.step, stream: 0, step });

function time(work: () => void): number {
  const begin = performance.now();
  work();
  return (performance.now() - begin) / 1000;
}

/** The least time of a few tries. */
const best = (work: () => void) => Math.min(...Array.from({ length: 10 }, () => time(work)));

function isingTask(side: number, beta: number, sweeps: number): Task {
  const target = ising.build(ising.config.parse({ kind: "ising", size: side, beta }));
  const model = target.sweeps, repeat = model?.repeat;
  if (!repeat) throw new Error("an Ising lattice has sweeps, and makes many at once");
  const states = model.createStates(1).map((_, i) => (Math.imul(i, 0x9e3779b1) >>> 20) % 2 === 0 ? 1 : -1);
  const one = Float64Array.of(1), energy = new Float64Array(1), sites = side * side;
  return {
    round(seed) {
      const seconds = time(() => {
        for (let step = 1; step <= sweeps; step += THIN) repeat(states, 1, one, "blocks", keyOf(seed, step), THIN);
      });
      model.energies(states, 1, energy);
      return { seconds, count: sites * sweeps, check: energy[0] / beta / sites };
    },
    ceiling() {
      const lattice = new IsingLattice(side, side, beta, 0), spins = Int8Array.from(states);
      return sites * sweeps / best(() => lattice.sweep(spins, 1, one, keyOf(1, 1), sweeps));
    },
  };
}

function boltzmannTask(file: string, units: number, rows: number, sweeps: number): Task {
  const numbers = new Float64Array(Deno.readFileSync(file).buffer);
  const weights = numbers.subarray(0, units * units), bias = numbers.subarray(units * units);
  const machine = new SingleSite(weights, bias);
  const states = new Int8Array(units * rows).fill(1), betas = new Float64Array(rows).fill(1);
  const energies = new Float64Array(rows);
  const sweep = (to: SingleSite, seed: number) => {
    for (let step = 1; step <= sweeps; step++) to.sweep(states, rows, betas, "systematic", null, keyOf(seed, step));
  };
  return {
    round(seed) {
      const seconds = time(() => sweep(machine, seed));
      machine.energies(states, rows, energies);
      return { seconds, count: units * rows * sweeps, check: energies.reduce((a, b) => a + b) / units / rows };
    },
    ceiling() {
      const still = new SingleSite(new Float64Array(units * units), new Float64Array(units).fill(40));
      return units * rows * sweeps / best(() => sweep(still, 1));
    },
  };
}

function normalsTask(count: number, rounds: number): Task {
  const out = new Float64Array(count), few = out.subarray(0, 8192);
  return {
    round(seed) {
      const seconds = time(() => {
        for (let step = 1; step <= rounds; step++) fillNormals(out, 1, count, keyOf(seed, step));
      });
      return { seconds, count: count * rounds, check: out.reduce((sum, z) => sum + z * z, 0) / count };
    },
    ceiling: () =>
      100 * few.length / best(() => {
        for (let step = 1; step <= 100; step++) fillNormals(few, 1, few.length, keyOf(1, step));
      }),
  };
}

function open(): Task {
  switch (task) {
    case "ising":
      return isingTask(Number(args[0]), Number(args[1]), Number(args[2]));
    case "boltzmann":
      return boltzmannTask(args[0], Number(args[1]), Number(args[2]), Number(args[3]));
    case "normals":
      return normalsTask(Number(args[0]), Number(args[1]));
    default:
      throw new Error(`no such task: ${task}`);
  }
}

const { round, ceiling } = open();
round(1);
round(2);
console.log(JSON.stringify({ ready: `Deno ${Deno.version.deno}, V8 ${Deno.version.v8}`, ceiling: ceiling?.() }));
for await (const line of createInterface({ input: process.stdin })) console.log(JSON.stringify(round(Number(line))));
