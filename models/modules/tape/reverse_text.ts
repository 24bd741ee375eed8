/** The text of a loop's reverse sweep: what stands before, around and after its turns. */
import { AdjointText } from "./adjoint_text.ts";
import type { LoopPlan } from "./loop_plan.ts";
import { type Captured, LoopText } from "./loop_text.ts";
import { filled, mentions } from "./operations.ts";
import { ReverseTurn } from "./reverse_turn.ts";

export function reverseText(plan: LoopPlan, captured: Captured): string {
  const { turns, lengths } = plan.loop.block;
  const text = new LoopText(plan.loop, captured), adjoints = new AdjointText(plan, text);
  const shared = sharedNodes(plan), values = [...shared.before, ...fixedValues(plan, text)].join(" ");
  const bodies = lengths.map((_, body) => new ReverseTurn(plan, text, adjoints, body).text());
  if (turns === 1) return `{ ${values} ${bodies[0]} ${shared.after.join(" ")} }`;
  const carried = carriedAdjoints(plan);
  const pending = pendingAdjoints(plan, adjoints).join(" "), steady = steadyAdjoints(plan, text, adjoints).join(" ");
  return `{ ${values} ${carried.before.join(" ")} ${pending} ${steady}
      for (let r = ${turns - 1}; r >= 0; r--) {
        ${text.start(bodies.join("\n"))}
        ${text.choice(bodies)}
      }
      ${carried.after.join(" ")} ${shared.after.join(" ")} }`;
}

/** Lines before and after the turns. */
interface Around {
  readonly before: string[];
  readonly after: string[];
}

/** The nodes that all turns share: their values, and their adjoints in variables. */
function sharedNodes({ loop }: LoopPlan): Around {
  const before: string[] = [], after: string[] = [];
  for (const node of loop.shared) {
    if (loop.block.turns > 1) before.push(`const s${node} = v[${node}];`);
    if (loop.places.touched.has(node)) continue;
    before.push(`let h${node} = g[${node}];`);
    after.push(`g[${node}] = h${node};`);
  }
  return { before, after };
}

/** The values that are the same in all turns, of those that are needed. */
function fixedValues({ loop, recall }: LoopPlan, text: LoopText): string[] {
  return [...loop.fixed].filter((position) => recall.known.has(position)).map((position) =>
    recall.known.get(position) === "memory"
      ? `const t${position} = v[${loop.places.example(position)}];`
      : text.compute(position, (place) => text.fixed(place))
  );
}

/** The adjoints that go from turn to turn: from what later blocks have given to the last, to the node that stands before the first. */
function carriedAdjoints({ loop, contributions, memory, invariant }: LoopPlan): Around {
  const { places, carried, block: { bodies } } = loop;
  const before = carried.map((distance) => {
    const last = places.firsts[loop.lastBody + 1] - distance;
    return `let q${distance} = ${memory.adjoints[last] === "none" ? "0" : `g[${loop.lastNode(last)}]`};`;
  });
  const after = carried.map((distance) => {
    // The first turn has then begun with what the node had already.
    const isSet = !invariant.passed.has(distance) &&
      (contributions.toBefore(bodies[0], distance) > 1 ||
        memory.adjoints[places.firsts[bodies[0] + 1] - distance] === "all");
    return `g[${places.before.get(distance)}] ${isSet ? "=" : "+="} q${distance};`;
  });
  return { before, after };
}

/** What later blocks have given to the last turn's positions. */
function pendingAdjoints({ loop }: LoopPlan, adjoints: AdjointText): string[] {
  return Array.from({ length: loop.size }, (_, position) => position)
    .filter((position) => adjoints.isPending(position))
    .map((position) => `let l${position} = g[${loop.lastNode(position)}];`);
}

/** The adjoints that are the same in all turns, each by the one that gives it. */
function steadyAdjoints({ loop, invariant }: LoopPlan, text: LoopText, adjoints: AdjointText): string[] {
  return [...invariant.steady].flatMap(([position, giver]) => {
    if (giver === null) return []; // a variable that goes from turn to turn
    const { formula } = giver, [a, b] = loop.places.of[giver.position];
    const given = filled(formula, {
      A: mentions(formula, "A") ? text.fixed(a) : "",
      B: mentions(formula, "B") ? text.fixed(b) : "",
      G: adjoints.of(giver.position),
    });
    return [`const g${position} = ${given};`];
  });
}
