/**
 * Beetles: choice of link function. Beetles killed by eight doses of carbon disulphide.
 *
 *   r_i ~ Binomial(p_i, n_i)      link(p_i) = α* + β (x_i − mean x)
 *   α*, β ~ Normal(0, 1000)
 *
 * with three links: logit, probit and complementary log-log. They are three posteriors, independent of each other, so one run samples
 * them side by side. Written with a table of functions: each gives the logs of p and of 1 − p, precise where p is near 0 or 1.
 *
 * BUGS Examples Volume 2, "Beetles"; Bliss (1935), Dobson (1983).
 */
import { log1mExp, mean, normal, normalLogCdf, softplus } from "ergodic";

export const variables = { logit: [2], probit: [2], cloglog: [2] };

type Link = "logit" | "probit" | "cloglog";
type Parameters = Record<Link, number[]>;

interface Data {
  dose: number[];
  beetles: number[];
  killed: number[];
}

/** log P(killed) and log P(survived). */
const links: Record<Link, (eta: number) => [number, number]> = {
  logit: (eta) => [-softplus(-eta), -softplus(eta)],
  probit: (eta) => [normalLogCdf(eta), normalLogCdf(-eta)],
  cloglog: (eta) => [log1mExp(-Math.exp(eta)), -Math.exp(eta)],
};
const names: Link[] = ["logit", "probit", "cloglog"];

export function logDensity(x: Parameters, { dose, beetles, killed }: Data): number {
  const centre = mean(dose);
  let log = 0;
  for (const name of names) {
    const [alphaStar, beta] = x[name];
    log += normal([alphaStar, beta], 0, Math.sqrt(1000));
    for (let i = 0; i < dose.length; i++) {
      const [dead, alive] = links[name](alphaStar + beta * (dose[i] - centre));
      log += killed[i] * dead + (beetles[i] - killed[i]) * alive;
    }
  }
  return log;
}

export function generated(x: Parameters, { dose, beetles }: Data) {
  const centre = mean(dose);
  return Object.fromEntries(names.flatMap((name) => {
    const [alphaStar, beta] = x[name];
    const expected = dose.map((d, i) => beetles[i] * Math.exp(links[name](alphaStar + beta * (d - centre))[0]));
    return [[`${name}.alpha`, alphaStar - beta * centre], [`${name}.beta`, beta], [`${name}.rhat`, expected]];
  }));
}
