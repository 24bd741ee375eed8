const GROWTH = 1.25;

/**
 * The number of draws at which live statistics are next computed: a quarter more than the last time. A computation costs in
 * proportion to the draws, so all of a job together cost at most five times the last one.
 */
export function nextRecompute(draws: number): number {
  return Math.max(draws + 1, Math.ceil(GROWTH * draws));
}
