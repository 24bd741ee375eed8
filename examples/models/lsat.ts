/**
 * LSAT: item response, the Rasch model. A thousand students and their right answers to five questions.
 *
 *   logit P(student j is right on item k) = β θ_j − α_k      θ_j ~ Normal(0, 1)
 *   α_k ~ Normal(0, 100²)      β ~ Uniform(0, 1000)
 *
 * The thousand abilities are integrated out, and six coordinates are left. Given θ, a student's answers r have the log probability
 * s β θ − Σ_k r_k α_k − Σ_k log(1 + exp(β θ − α_k)) with the score s = Σ_k r_k: one integral for each score 0 … 5 serves all students. It
 * is taken by the trapezoidal rule, which on the whole line converges exponentially: with nodes half a unit apart it is right to some
 * twelve digits where β is about 1 or less, as it is here. The a_k = α_k − mean α are reported.
 *
 * BUGS Examples Volume 1, "LSAT"; Bock & Lieberman (1970), Bock & Aitkin (1981).
 */
import { dot, logSumExp, mean, normal, positive, softplus, sum, uniform } from "ergodic";

const ITEMS = 5, STEP = 0.5, REACH = 8;
const nodes = Array.from({ length: 2 * REACH / STEP + 1 }, (_, q) => q * STEP - REACH);

export const variables = { alpha: [ITEMS], logBeta: [] };

interface Parameters {
  alpha: number[];
  logBeta: number;
}

/** A line for each pattern of answers, with the number of students who gave it. */
interface Data {
  item1: number[];
  item2: number[];
  item3: number[];
  item4: number[];
  item5: number[];
  students: number[];
}

/** Students by their score, and right answers by item: all that the likelihood needs. */
function sufficient(data: Data): { scores: number[]; right: number[] } {
  const items = [data.item1, data.item2, data.item3, data.item4, data.item5];
  const scores = new Array(ITEMS + 1).fill(0), right = new Array(ITEMS).fill(0);
  data.students.forEach((count, pattern) => {
    scores[items.reduce((score, item) => score + item[pattern], 0)] += count;
    items.forEach((item, k) => right[k] += count * item[pattern]);
  });
  return { scores, right };
}

export function logDensity({ alpha, logBeta }: Parameters, data: Data): number {
  const { scores, right } = sufficient(data);
  const beta = positive(logBeta);
  // log of: normal density × all answers wrong, at each node
  const base = nodes.map((theta) =>
    normal(theta, 0, 1) + Math.log(STEP) - sum(alpha.map((a) => softplus(beta.value * theta - a)))
  );
  let log = normal(alpha, 0, 100) + uniform(beta.value, 0, 1000) + beta.logJacobian - dot(right, alpha);
  for (let score = 0; score <= ITEMS; score++) {
    log += scores[score] * logSumExp(base.map((b, q) => b + score * beta.value * nodes[q]));
  }
  return log;
}

export function generated({ alpha, logBeta }: Parameters) {
  const centre = mean(alpha);
  return { a: alpha.map((a) => a - centre), beta: Math.exp(logBeta) };
}
