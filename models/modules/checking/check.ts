/** Looks at a module before anyone believes its draws: gradient, transforms, and how long a gradient takes. Where the module may run. */
import { Random } from "../../../numerics/random/random.ts";
import { valueNames } from "../../target.ts";
import type { Compiled } from "../compile/compile.ts";
import { described, OpenModule } from "../module.ts";
import { checkGradient, type GradientReport } from "./gradient.ts";
import { checkTransforms, spiedLibrary, type TransformCall, type TransformReport } from "./transforms.ts";

/** Plain data. */
export interface ModuleCheck {
  readonly gradient: GradientReport & {
    readonly kind: "given" | "derived";
    /** Of a value with its gradient, in microseconds. */
    readonly microseconds: number;
  };
  readonly transforms: readonly TransformReport[];
}

const NEAR = 6; // points as chains start, in (−2, 2)
const WIDE = 2; // normal, three times as wide
const FROM_PRIOR = 4;
const MOST_DERIVATIVES = 100; // at a point
const BUDGET_MS = 3000; // of all differences
const EVALUATIONS = 40; // of the density for a difference, about
const TIMED_MS = 100;
const MOST_TIMED = 100_000;

/** `now`: a clock, in milliseconds. Throws ModuleError. */
export function checkModule(compiled: Compiled, data: unknown, seed: number, now: () => number): ModuleCheck {
  const calls: TransformCall[] = [];
  const spied = new OpenModule(compiled, spiedLibrary(calls));
  const module = new OpenModule(compiled);
  const inside = module.data(data);
  const target = module.target(inside);
  const random = new Random(seed);
  const { dim } = target;
  const around = (step: number, draw: () => number) => {
    random.at(0, step);
    return Float64Array.from({ length: dim }, draw);
  };
  const points: Float64Array[] = [
    ...Array.from({ length: NEAR }, (_, i) => around(i, () => 4 * random.uniform() - 2)),
    ...Array.from({ length: WIDE }, (_, i) => around(NEAR + i, () => 3 * random.normal())),
  ];
  // Where the module's own data make no sense of its prior's draws they are only further points.
  const { replicate } = target;
  if (replicate) { for (let i = 0; i < FROM_PRIOR; i++) points.push(replicate(random.at(1, i)).truth); }

  const termAt = (point: Float64Array) => {
    const derivative = module.derivative(inside);
    derivative.value(point);
    const site = module.site(derivative.findNonFinite());
    return site && described(site);
  };
  const names = valueNames(module.coordinates);
  const microseconds = timed(() => target.logDensityAndGradient(points[0], new Float64Array(dim)), now);
  const affordable = Math.floor(1000 * BUDGET_MS / (points.length * EVALUATIONS * microseconds));
  const most = Math.min(MOST_DERIVATIVES, Math.max(1, affordable));
  const report = checkGradient(target, { names, points, most, random: random.at(2, 0), termAt });
  const insideSpied = spied.data(data);
  for (const point of points) spied.call("logDensity", spied.handed(point), insideSpied);
  return {
    gradient: {
      ...report,
      kind: module.has("gradient") ? "given" : "derived",
      microseconds,
    },
    transforms: checkTransforms(calls),
  };
}

/** Runs often enough that what replays it has been compiled; the last half is what counts. */
function timed(run: () => void, now: () => number): number {
  let runs = 0;
  const until = (end: number) => {
    const start = now();
    runs = 0;
    while (runs < MOST_TIMED && now() < end) {
      run();
      runs++;
    }
    return 1000 * (now() - start) / Math.max(1, runs);
  };
  until(now() + TIMED_MS);
  return until(now() + TIMED_MS);
}
