/**
 * Modes and necks: flow-metropolis beside NUTS and parallel tempering, on posteriors whose answers are known exactly.
 * `deno task bench:flow-metropolis`, ROUNDS=5 for more rounds.
 *
 * Every sampler is a job of the service as it comes: the same chains and kept draws, the same seed in a round, a node with as many workers
 * as there are processors. Seconds are from the job's being sent to its being completed, so that the training of the flow and all of
 * warmup count. min-ESS is the least bulk ESS of all variables; where chains sit in different modes it is that of a handful of draws.
 */
import { Coordinator } from "../coordinator/coordinator.ts";
import { LocalEngine } from "../coordinator/engines/local.ts";
import { configureLogging } from "../coordinator/logging.ts";
import { Store } from "../coordinator/store/store.ts";
import { Summary } from "../coordinator/schema/summary.ts";
import { spreadOf } from "./median.ts";
import { conditions, record } from "./record.ts";
import { digits, markdown, spreadCell } from "./table.ts";

const ROUNDS = Number(Deno.env.get("ROUNDS") ?? 3);
const FIRST_SEED = 20260101;
const WITHIN = 3; // Monte Carlo standard errors
const MOST_RHAT = 1.05; // beyond it an error is not known

interface Problem {
  readonly title: string;
  readonly model: Record<string, unknown>;
  /** What is known of it: a variable, and its mean. */
  readonly variable: string;
  readonly truth: number;
  /** What the mean stands for. */
  readonly says: string;
  /** Options of flow-metropolis that the problem asks for. */
  readonly options?: Record<string, unknown>;
}

/** Two normal distributions ten standard deviations apart, in ten dimensions. */
const DIMENSIONS = 10, HALF = 5, FIRST_WEIGHT = 0.3;
const unit = Array.from(
  { length: DIMENSIONS },
  (_, i) => Array.from({ length: DIMENSIONS }, (_, j) => i === j ? 1 : 0),
);
const place = (x: number) => Array.from({ length: DIMENSIONS }, (_, i) => i === 0 ? x : 0);

const problems: readonly Problem[] = [
  {
    title: "Two moons, weights 0.7 and 0.3",
    model: { kind: "two-moons", weight: 0.7 },
    variable: "upper",
    truth: 0.7,
    says: "weight of the upper moon",
  },
  {
    title: `Two normal distributions in ${DIMENSIONS} dimensions, ${2 * HALF} sd apart, weights ${FIRST_WEIGHT} and ${
      1 - FIRST_WEIGHT
    }`,
    model: {
      kind: "gaussian-mixture",
      weights: [FIRST_WEIGHT, 1 - FIRST_WEIGHT],
      means: [place(-HALF), place(HALF)],
      covariances: [unit, unit],
    },
    variable: "x[1]",
    truth: HALF * (1 - 2 * FIRST_WEIGHT),
    says: `mean of x[1], ${2 * HALF} times a weight off`,
  },
  {
    title: "Neal's funnel in 10 dimensions",
    model: { kind: "funnel", dim: 10 },
    variable: "v",
    truth: 0,
    says: "mean of v, whose sd is 3",
    options: { local: { kind: "slice" } }, // what NUTS does not reach the flow does not learn
  },
];

const SAMPLERS: Record<string, Record<string, unknown>> = {
  "nuts": { kind: "nuts" },
  "parallel-tempering": { kind: "parallel-tempering" },
  "flow-metropolis": { kind: "flow-metropolis" },
};

interface Outcome {
  readonly seconds: number;
  readonly summary: Summary;
}

await configureLogging("error");
const folder = await Deno.makeTempDir();
const workers = navigator.hardwareConcurrency;
const coordinator = new Coordinator(Store.open(folder, { durable: false }), new LocalEngine({ workers }));
coordinator.start();
try {
  const tables = [conditions()];
  console.log(`${tables[0]}\n`);
  await run(problems[0].model, SAMPLERS.nuts, 0); // the node starts, and its code is compiled
  for (const problem of problems) {
    const table = await compare(problem);
    console.log(`${table}\n`);
    tables.push(table);
  }
  await record("flow-metropolis", tables.join("\n\n"));
} finally {
  await coordinator.stop();
  await Deno.remove(folder, { recursive: true });
}

async function run(model: Record<string, unknown>, sampler: Record<string, unknown>, seed: number): Promise<Outcome> {
  const begin = performance.now();
  const { id } = coordinator.submit({ model, sampler, seed, chains: 8, warmup: 1000, draws: 2000 });
  while (["queued", "running"].includes(coordinator.job(id).status)) {
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  const seconds = (performance.now() - begin) / 1000;
  const { status, error } = coordinator.job(id);
  if (status !== "completed") throw new Error(`the job is ${status}: ${error?.message}`);
  return { seconds, summary: Summary.parse(await coordinator.summary(id)) };
}

async function compare({ title, model, variable, truth, says, options }: Problem): Promise<string> {
  const names = Object.keys(SAMPLERS);
  const samplerOf = (name: string) => name === "flow-metropolis" ? { ...SAMPLERS[name], ...options } : SAMPLERS[name];
  const outcomes = new Map<string, Outcome[]>(names.map((name) => [name, []]));
  for (let round = 0; round < ROUNDS; round++) {
    // Who begins changes from round to round, so that a machine that slows down favours nobody.
    for (let turn = 0; turn < names.length; turn++) {
      const name = names[(round + turn) % names.length];
      outcomes.get(name)?.push(await run(model, samplerOf(name), FIRST_SEED + round));
    }
  }
  const rows = names.map((name) => {
    const rounds = outcomes.get(name) ?? [];
    const found = rounds.map(({ summary }) => summary.variables.find((candidate) => candidate.name === variable));
    const estimates = found.map((told) => `${(told?.mean ?? NaN).toFixed(3)} ± ${(told?.mcseMean ?? NaN).toFixed(3)}`);
    const right = found.filter((told) =>
      Math.abs((told?.mean ?? NaN) - truth) <= WITHIN * (told?.mcseMean ?? NaN) && (told?.rhat ?? Infinity) < MOST_RHAT
    ).length;
    const rate = ({ summary, seconds }: Outcome) =>
      Math.min(...summary.variables.map(({ essBulk }) =>
        essBulk ?? 0
      )) / seconds;
    const accepted = rounds.map(({ summary }) => summary.globalMoves?.acceptRate ?? NaN);
    return [
      name === "flow-metropolis" && options ? `${name} ${JSON.stringify(options)}` : name,
      estimates.join(", "),
      `${right} of ${ROUNDS}`,
      (found.map((told) => told?.rhat ?? NaN).reduce((a, b) => Math.max(a, b), 0)).toFixed(2),
      spreadCell(spreadOf(rounds.map(({ seconds }) => seconds))),
      spreadCell(spreadOf(rounds.map(rate))),
      accepted.some(Number.isNaN) ? "" : digits(spreadOf(accepted).median),
    ];
  });
  return [
    `### ${title}`,
    "",
    markdown([
      [
        "",
        `${says}: truth ${digits(truth)}`,
        `within ${WITHIN} MCSE, R-hat < ${MOST_RHAT}`,
        "worst R-hat",
        "seconds",
        "min-ESS/s",
        "accepted",
      ],
      ...rows,
    ]),
    "",
    `Median of ${ROUNDS} rounds (least … most); 8 chains of 1000 + 2000 draws on ${workers} workers.`,
  ].join("\n");
}
