/** A worker that computes parts of another one's updates, as they come up on a board. */
import type { Helper } from "../training.ts";
import type { Board } from "./board.ts";
import type { Parts } from "./parts.ts";

/** Joins the owner of the board; `parts` are over a network of the helper's own. */
export function joinBoard(board: Board, parts: Parts): Helper {
  const { parameters } = parts;
  let version = -1;
  board.join();
  return {
    work(ms) {
      const taken = board.takeLast(ms);
      if (!taken) return false;
      let sum: number | null = null;
      try {
        if (taken.version !== version) {
          let at = 0;
          for (const { values } of parameters) {
            values.set(board.parameters.subarray(at, at + values.length));
            at += values.length;
          }
          parts.reload();
          version = taken.version;
        }
        const value = parts.gradient(taken.update, taken.part);
        const out = board.gradient(taken.part);
        let at = 0;
        for (const { gradient, values } of parameters) {
          if (gradient) out.set(gradient, at);
          at += values.length;
        }
        sum = value;
      } finally {
        board.finish(taken.part, sum); // without a sum the owner does it itself, and meets the same error
      }
      return true;
    },
    leave: () => board.leave(),
  };
}
