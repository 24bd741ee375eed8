/**
 * The scheduler in a world where everything goes wrong, 2,000 times over.
 *
 * Run one schedule alone, with all its events and commands printed:
 *   deno test tests/simulation/simulation_test.ts -- SEED
 */
import assert from "node:assert/strict";
import { type Step, step } from "../../coordinator/scheduler.ts";
import { BUGS } from "./bugs.ts";
import { Violation } from "./oracle.ts";
import { type Parts, SOUND, type Tally, World } from "./world.ts";

const SCHEDULES = 2_000;
const FIRST_SEED = 1;

/** What was broken in a schedule, or null. */
function violation(seed: number, parts: Parts, faulty = true, tally: Tally = {}): Violation | null {
  const world = new World(seed, faulty, parts);
  try {
    world.run();
  } catch (error) {
    if (error instanceof Violation) return error;
    throw new Error(`schedule ${seed} threw`, { cause: error });
  }
  for (const [what, times] of Object.entries(world.tally)) tally[what] = (tally[what] ?? 0) + times;
  return null;
}

function verify(seed: number, faulty: boolean, tally?: Tally): void {
  const broken = violation(seed, SOUND, faulty, tally);
  if (!broken) return;
  assert.fail(
    `schedule ${seed}: ${broken.message}. Alone: deno test tests/simulation/simulation_test.ts -- ${seed}`,
  );
}

const only = Deno.args.map(Number).find(Number.isSafeInteger);

Deno.test("without a fault every job ends as if run in one go", () => {
  for (let seed = FIRST_SEED; seed < FIRST_SEED + 200; seed++) verify(seed, false);
});

Deno.test(`${SCHEDULES} schedules of faults break no promise`, () => {
  const tally: Tally = {};
  for (let seed = FIRST_SEED; seed < FIRST_SEED + SCHEDULES; seed++) verify(seed, true, tally);
  // What has hardly happened was hardly tested.
  for (
    const what of [
      ...["crash", "kill", "restart", "shutdown", "damage", "cancel", "pause", "resume"],
      ...["lost result", "late result", "garbled result", "doubled result", "differing result"],
      ...["decision to stop", "decision to go on", "learning", "completed", "cancelled", "failed"],
    ]
  ) assert.ok((tally[what] ?? 0) >= 300, `${what} happened ${tally[what] ?? 0} times`);
});

Deno.test("a schedule follows from its seed", () => {
  const log = (seed: number) => {
    const steps: string[] = [];
    const parts = {
      ...SOUND,
      step: (...[state, event]: Parameters<typeof step>) => {
        const after = step(state, event);
        steps.push(JSON.stringify([event, after.commands]));
        return after;
      },
    };
    violation(seed, parts);
    return steps;
  };
  assert.ok(log(7).length > 50);
  assert.deepEqual(log(7), log(7));
});

Deno.test("no step changes a state that came before it, and every step can be taken again", () => {
  for (let seed = FIRST_SEED; seed < FIRST_SEED + 60; seed++) {
    const taken: { before: Parameters<typeof step>; as: string; after: Step }[] = [];
    const parts = {
      ...SOUND,
      step: (...before: Parameters<typeof step>) => {
        const after = step(...before);
        taken.push({ before, as: written(before[0]), after });
        return after;
      },
    };
    violation(seed, parts);
    for (const { before, as, after } of taken) {
      assert.equal(written(before[0]), as, `schedule ${seed}`);
      assert.equal(written(step(...before)), written(after), `schedule ${seed}`);
    }
  }
});

for (const { name, says, parts } of BUGS) {
  Deno.test(`the planted bug is caught: ${name}`, () => {
    for (let seed = FIRST_SEED; seed < FIRST_SEED + SCHEDULES; seed++) {
      if (says.test(violation(seed, parts)?.message ?? "")) return;
    }
    assert.fail(`${SCHEDULES} schedules did not notice that ${name}`);
  });
}

if (only !== undefined) {
  Deno.test(`schedule ${only} alone`, () => {
    const parts = {
      ...SOUND,
      step: (...[state, event]: Parameters<typeof step>) => {
        const after = step(state, event);
        console.log(
          JSON.stringify(event),
          after.commands.map((command) => `\n    ${JSON.stringify(command)}`).join(""),
        );
        return after;
      },
    };
    const broken = violation(only, parts);
    assert.equal(broken, null);
  });
}

/** A state or a step as text, its maps and sets included. */
function written(value: unknown): string {
  return JSON.stringify(
    value,
    (_, part) => part instanceof Map || part instanceof Set ? [...part] : part,
  );
}
