/** Holds the derivation to dual numbers, and to its own bits, on random programs. */
import assert from "node:assert/strict";
import { Random } from "../../../../numerics/random/random.ts";
import { densityOf, type Tape } from "./densities.ts";
import { evaluate } from "./duals.ts";
import { randomProgram } from "./random_program.ts";
import type { RandomProgram } from "./syntax.ts";
import { typescript } from "./typescript.ts";

const PLACES = 2;
/** At each place: recorded, then interpreted until the program is compiled, then compiled. */
const RUNS = 5;
const TOLERANCE = 1e-9;
/** A place is not judged where a comparison is so close that rounding may decide it. */
const LEAST_MARGIN = 1e-9;
/** Nor what is ill-conditioned: what a move of x by 10⁻¹² of itself moves by more than this part of itself … */
const MOST_MOVED = 1e-10;
const STEP = 1e-12;
/** … and slopes in which terms this many times as large cancel: rounding is 10⁻¹⁶ of each. */
const MOST_CANCELLED = 1e5;

export interface Judged {
  slopes: number;
  /** Left out, by the rules below. */
  leftOut: number;
}

/** Throws where the programs number `from` to `to` − 1 of a seed are not what they should be. */
export function judgeRandomPrograms(seed: number, from: number, to: number, tape?: Tape): Judged {
  const random = new Random(seed), judged = { slopes: 0, leftOut: 0 };
  for (let i = from; i < to; i++) {
    random.at(i, 0);
    const program = randomProgram(random), source = typescript(program);
    const places = Array.from(
      { length: PLACES },
      () => Float64Array.from({ length: program.dim }, () => random.normal()),
    );
    try {
      judgeProgram(program, source, places, judged, tape);
    } catch (error) {
      const said = error instanceof Error ? error.message : String(error);
      throw new Error(`program ${i} of seed ${seed}: ${said}\n${source}\n${JSON.stringify(program.data)}`);
    }
  }
  return judged;
}

function judgeProgram(program: RandomProgram, source: string, places: Float64Array[], judged: Judged, tape?: Tape) {
  const create = densityOf(source, program.data, tape);
  const found = (derivative: ReturnType<typeof create>, x: Float64Array): number[] => {
    const gradient = new Float64Array(x.length);
    return [derivative.valueAndGradient(x, gradient), ...gradient];
  };
  const fresh = places.map((x) => found(create(), x));
  const kept = create();
  for (let run = 0; run < RUNS; run++) {
    places.forEach((x, k) => {
      const again = found(kept, x);
      const same = again.every((number, j) => Object.is(number, fresh[k][j]));
      assert.ok(same, `run ${run} at place ${k} gave ${again}, newly recorded ${fresh[k]}`);
    });
  }
  places.forEach((x, k) => {
    const truth = evaluate(program, x);
    const moved = evaluate(program, x.map((value, j) => value * (1 + (j % 2 === 0 ? STEP : -STEP))));
    const [value, ...gradient] = fresh[k];
    if (!(truth.margin > LEAST_MARGIN)) {
      judged.leftOut += gradient.length;
      return;
    }
    const judge = (what: string, a: number, b: number, near: number, size: number) => {
      if (!(Math.abs(near - b) <= MOST_MOVED * Math.abs(b)) || size > MOST_CANCELLED * Math.abs(b)) {
        judged.leftOut++;
        return;
      }
      judged.slopes++;
      assert.ok(Math.abs(a - b) <= TOLERANCE * Math.abs(b), `${what} at place ${k} is ${a}, by duals ${b}`);
    };
    judge("the value", value, truth.value, moved.value, 0);
    gradient.forEach((slope, j) => judge(`slope ${j}`, slope, truth.slopes[j], moved.slopes[j], truth.sizes[j]));
  });
}
