/**
 * The bare kernel loop as a process: `deno run kernel_loop.ts SPEC.json FOLDER`.
 *
 * SPEC is a LoopSpec. Says { ready, ceiling }, then runs the chains for each line on standard input, a seed, and answers with a Round.
 * No coordinator, no worker, no store: `runSegment` over whole chains in this thread.
 */
import { join } from "node:path";
import { createInterface } from "node:readline";
import process from "node:process";
import { Random } from "../numerics/random/random.ts";
import type { BaseInfo, BaseState, Kernel } from "../workers/kernels/kernel.ts";
import { buildSampling, type SamplingSpec } from "../workers/sampling.ts";
import { chainProcess, type Sampling } from "../workers/chain_process.ts";
import { runSegment } from "../workers/segment.ts";
import type { Round } from "./contestant.ts";

/** What to run: a job's sampling, without its seed, and how many draws a round makes. */
export interface LoopSpec {
  readonly name: string;
  readonly sampling: Omit<SamplingSpec, "seed">;
  readonly draws: number;
}

const WARM_UP_DRAWS = 20_000; // untimed, so that the optimising compiler is done
const CEILING_SECONDS = 0.3;

if (import.meta.main) {
  const [path, folder] = Deno.args;
  const spec: LoopSpec = JSON.parse(await Deno.readTextFile(path));
  run(spec, 0, WARM_UP_DRAWS);
  console.log(JSON.stringify({ ready: `Deno ${Deno.version.deno}, V8 ${Deno.version.v8}`, ceiling: ceiling(spec) }));
  const file = join(folder, `${spec.name}-ergodic.f64`);
  for await (const line of createInterface(process.stdin)) {
    const { values, seconds, evaluations } = run(spec, Number(line), spec.draws);
    await Deno.writeFile(file, new Uint8Array(values.buffer));
    console.log(
      JSON.stringify({ seconds, evaluations, chains: spec.sampling.chains, draws: spec.draws, file } satisfies Round),
    );
  }
}

/** All chains, one after the other; evaluations are leapfrog steps where the kernel makes them, else one a step, warmup included. */
function run({ sampling: spec }: LoopSpec, seed: number, draws: number) {
  const begin = performance.now();
  const sampling = buildSampling({ ...spec, seed });
  const counted = countEvaluations(sampling);
  const blocks = Array.from({ length: spec.chains }, (_, chain) => {
    const segment = { chain, from: 0, to: spec.warmup + draws * spec.thin };
    const loop = runSegment(chainProcess({ ...sampling, kernel: counted.kernel }), segment, null);
    loop.next();
    const end = loop.next(segment.to);
    if (!end.done) throw new Error("the segment did not run to its end");
    return Float64Array.from(end.value.block.values);
  });
  const seconds = (performance.now() - begin) / 1000;
  return { values: interleave(blocks, draws), seconds, evaluations: counted.evaluations() };
}

/** From a [variable][draw] for each chain to [variable][chain][draw]. */
function interleave(blocks: readonly Float64Array[], draws: number): Float64Array<ArrayBuffer> {
  const values = new Float64Array(blocks.length * blocks[0].length);
  blocks.forEach((block, chain) => {
    for (let start = 0; start < block.length; start += draws) {
      values.set(block.subarray(start, start + draws), start * blocks.length + chain * draws);
    }
  });
  return values;
}

function countEvaluations({ kernel, statistics }: Sampling) {
  const steps = statistics.find(({ name }) => name === "n_steps");
  let evaluations = 0;
  const counting: Kernel<BaseState, BaseInfo> = {
    ...kernel,
    step(state, random) {
      const info = kernel.step(state, random);
      evaluations += steps ? steps.read(info) : 1;
      return info;
    },
  };
  return { kernel: counting, evaluations: () => evaluations };
}

/**
 * Evaluations a second with no sampler around them: of the gradient alone, or of the density with the random numbers of a
 * random walk's step.
 */
function ceiling({ sampling: spec }: LoopSpec): number {
  const { target } = buildSampling({ ...spec, seed: 0 });
  const random = new Random(0);
  const x = new Float64Array(target.dim).fill(0.1), gradient = new Float64Array(target.dim);
  const { logDensityAndGradient } = target;
  let sink = 0;
  const evaluate = spec.sampler.kind === "nuts" && logDensityAndGradient
    ? () => sink += logDensityAndGradient.call(target, x, gradient)
    : (step: number) => {
      random.at(0, step);
      for (let i = 0; i < x.length; i++) x[i] = random.normal();
      sink += target.logDensity(x) + random.uniform();
    };
  const rate = () => {
    const begin = performance.now();
    let count = 0;
    while (performance.now() - begin < 1000 * CEILING_SECONDS) {
      for (let i = 0; i < 1000; i++) evaluate(count++);
    }
    return 1000 * count / (performance.now() - begin);
  };
  rate();
  const best = rate();
  if (!Number.isFinite(sink)) {
    throw new Error("the log density is not finite at the place where the ceiling was measured");
  }
  return best;
}
