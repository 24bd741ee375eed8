/** The text of a loop's forward sweep: values, those that are kept for the reverse sweep, and the guards. */
import type { LoopPlan } from "./loop_plan.ts";
import { type Captured, LoopText } from "./loop_text.ts";
import { CONSTANT, filled, OUTPUT, VECTOR } from "./operations.ts";
import type { Place } from "./places.ts";
import { TurnText } from "./turn_text.ts";

export function forwardText(plan: LoopPlan, captured: Captured): string {
  const { loop, recall } = plan, { turns, lengths } = loop.block;
  const text = new LoopText(loop, captured);
  const shared = [...loop.shared].map((node) => `const s${node} = v[${node}];`);
  const fixed = fixedValues(plan, text);
  const bodies = lengths.map((_, body) => turnText(plan, text, body));
  if (turns === 1) return `{ ${shared.join(" ")} ${bodies[0]} }`;
  const before = [...loop.before.keys()].map((distance) =>
    `let p${distance} = v[${loop.places.before.get(distance)}];`
  );
  const left = Array.from({ length: loop.size }, (_, position) => position).filter((position) =>
    isLeft(plan, position)
  );
  const kept: string[] = [], after = left.map((position) => `v[${loop.lastNode(position)}] = l${position};`);
  for (const [distance, array] of recall.keptBefore) {
    kept.push(`${text.array(array)}[r] = p${distance};`);
    after.push(`${text.array(array)}[${turns}] = p${distance};`);
  }
  return `{ ${shared.join(" ")} ${fixed.join(" ")}
      ${before.join(" ")}
      ${left.map((position) => `let l${position} = 0;`).join(" ")}
      for (let r = 0; r < ${turns}; r++) {
        ${text.start([...kept, ...bodies].join("\n"))} ${kept.join(" ")}
        ${text.choice(bodies)}
      }
      ${after.join(" ")} }`;
}

/** What is the same in all turns; in memory what the reverse sweep reads of it and doesn't compute again. */
function fixedValues({ loop, memory, recall }: LoopPlan, text: LoopText): string[] {
  const lines = [...loop.fixed].map((position) => text.compute(position, (place) => text.fixed(place)));
  for (const [position, how] of recall.known) {
    if (how === "memory" && loop.fixed.has(position) && memory.values[position] !== "all") {
      lines.push(`v[${loop.places.example(position)}] = t${position};`);
    }
  }
  return lines;
}

/** Whether the last turn alone leaves its value in memory. */
function isLeft({ loop, memory }: LoopPlan, position: number): boolean {
  return memory.values[position] === "last" && loop.places.bodyOf(position) === loop.lastBody &&
    loop.code(position) !== CONSTANT;
}

function turnText(plan: LoopPlan, text: LoopText, body: number): string {
  const { before, places: { firsts } } = plan.loop;
  const turn = new TurnText(text);
  for (let position = firsts[body]; position < firsts[body + 1]; position++) {
    run(plan, text, turn, position);
    if (isLeft(plan, position)) turn.lines.push(`l${position} = t${position};`);
  }
  for (const distance of before.keys()) turn.lines.push(`p${distance} = t${firsts[body + 1] - distance};`);
  return turn.lines.join("\n");
}

/** Runs one operation, and keeps what is needed of it. */
function run({ loop, memory, recall }: LoopPlan, text: LoopText, turn: TurnText, position: number): void {
  const { lines } = turn, { holds } = loop.operation(position), code = loop.code(position);
  if (code === CONSTANT) return;
  if (holds) {
    const [A = "", B = ""] = loop.places.of[position].map((place) => operand(turn, place));
    lines.push(`if (!(${filled(holds, { A, B })})) return false;`);
    return;
  }
  if (code === VECTOR || code === OUTPUT) {
    if (code === VECTOR) lines.push(`run(${text.vector(position)});`);
    lines.push(`const t${position} = ${text.at("v", position)};`);
    return;
  }
  if (!loop.fixed.has(position)) lines.push(text.compute(position, (place) => operand(turn, place)));
  if (memory.values[position] === "all" || (loop.block.turns === 1 && recall.known.get(position) === "memory")) {
    lines.push(`${text.at("v", position)} = t${position};`);
  }
  const array = recall.kept.get(position);
  if (array) lines.push(`${text.array(array)}[r] = t${position};`);
}

/** The value of an operand. */
function operand(turn: TurnText, place: Place): string {
  switch (place.kind) {
    case "here":
      return `t${place.position}`;
    case "before":
      return `p${place.distance}`;
    case "shared":
      return `s${place.node}`;
    default:
      return turn.load(place);
  }
}
