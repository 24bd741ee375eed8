/** Brings one reported value of a job into memory. */
import type { DrawsReader } from "../store/draws.ts";
import type { Chains } from "./chains.ts";
import { Moments } from "./moments.ts";
import type { Workspace } from "./workspace.ts";

/** Of one variable: 2^24 draws take 400 MB for ranking. */
export const MOST_RANKED = 2 ** 24;
const CHUNK = 65_536;

export interface Loaded extends Chains {
  /** Every so many-th draw was kept. */
  readonly every: number;
  /** Of all draws, where some were left out. */
  readonly exact?: Moments;
}

/** Into workspace.values; of more than `most` draws every k-th, with the exact moments of all. */
export function loadValue(reader: DrawsReader, value: number, workspace: Workspace, most: number): Loaded {
  const { chains } = reader;
  const every = Math.max(1, Math.ceil(chains * reader.draws / most));
  const draws = Math.floor(reader.draws / every);
  workspace.reserve(chains * draws);
  const { values } = workspace;
  if (every === 1) {
    for (let chain = 0; chain < chains; chain++) {
      reader.readValue(chain, value, 0, values.subarray(chain * draws, (chain + 1) * draws));
    }
    return { chains, draws, values, every };
  }
  const exact = new Moments();
  const chunk = new Float64Array(CHUNK);
  for (let chain = 0; chain < chains; chain++) {
    let kept = chain * draws;
    for (let start = 0; start < reader.draws; start += CHUNK) {
      const part = chunk.subarray(0, Math.min(CHUNK, reader.draws - start));
      reader.readValue(chain, value, start, part);
      exact.addAll(part);
      const first = (every - 1 - start % every + every) % every; // draws every − 1, 2 every − 1, …
      for (let i = first; i < part.length; i += every) values[kept++] = part[i];
    }
  }
  return { chains, draws, values, every, exact };
}
