/**
 * A derivative by central differences in steps that shrink, extrapolated to 0 (Richardson) in a Neville tableau, with an estimate of its error:
 * the smallest difference between an entry and those that it was made of. It stops where further steps make that worse, which
 * is where rounding begins.
 *
 * Ridders (1982), "Accurate computation of F'(x) and F'(x) F''(x)", Advances in Engineering Software 4; Press et al., "Numerical
 * Recipes", section 5.7.
 */
export interface Differential {
  readonly derivative: number;
  /** Estimated; Infinity where the function is not finite on both sides. */
  readonly error: number;
}

const SHRINK = 1.4;
const MOST_STEPS = 10;
const GIVE_UP = 2; // times the error: the tableau gets worse
const FIRST_STEPS = [0.1, 1e-2, 1e-3, 1e-4]; // of max(1, |x|): functions differ in how far they are smooth
const ENOUGH = 1e-10; // relative error

/**
 * Of f at x: the best over several first steps. What one step finds alone is not believed: beside a narrow peak all of the steps
 * of a wide tableau see a plain. Its error is at least the distance to what the next step finds.
 */
export function differentiate(f: (x: number) => number, x: number): Differential {
  let best: Differential = { derivative: NaN, error: Infinity };
  let before: Differential | null = null;
  for (const step of FIRST_STEPS) {
    const found = ridders(f, x, step * Math.max(1, Math.abs(x)));
    if (before) {
      const apart = Math.abs(found.derivative - before.derivative);
      const surer = found.error < before.error ? found : before;
      const error = Math.max(surer.error, apart);
      if (error < best.error) best = { derivative: surer.derivative, error };
      if (best.error <= ENOUGH * Math.max(1, Math.abs(best.derivative))) break;
    }
    before = found;
  }
  return best;
}

export function ridders(f: (x: number) => number, x: number, firstStep: number): Differential {
  let step = firstStep;
  const difference = () => (f(x + step) - f(x - step)) / (x + step - (x - step)); // what the steps are once rounded
  let before = [difference()];
  let best: Differential = { derivative: NaN, error: Infinity };
  for (let i = 1; i < MOST_STEPS; i++) {
    step /= SHRINK;
    const row = [difference()];
    for (let j = 1, factor = SHRINK * SHRINK; j <= i; j++, factor *= SHRINK * SHRINK) {
      row.push((row[j - 1] * factor - before[j - 1]) / (factor - 1));
      const error = Math.max(Math.abs(row[j] - row[j - 1]), Math.abs(row[j] - before[j - 1]));
      if (error <= best.error) best = { derivative: row[j], error };
    }
    if (Math.abs(row[i] - before[i - 1]) >= GIVE_UP * best.error) break;
    before = row;
  }
  return best;
}
