/**
 * Mice: Weibull regression with censoring. Weeks that eighty mice in four groups lived; some were still alive at the end.
 *
 *   hazard of group k at time t: r μ_k t^(r − 1)      survival beyond t: exp(−μ_k t^r)
 *   μ_k = exp β_k      β_k ~ Normal(0, 1000)      r ~ Uniform(0.1, 10)
 *
 * A death adds log hazard + log survival, a mouse that outlived the study log survival alone. β and r go together closely, since μ is in
 * units of time^−r. So the coordinates are m_k, the log of the time beyond which one in e lives: β_k = −r m_k, each with the Jacobian
 * |dβ_k/dm_k| = r. Written with small functions of one number.
 *
 * BUGS Examples Volume 1, "Mice"; Grieve (1987), Dellaportas & Smith (1993).
 */
import { bounded, normal, uniform } from "ergodic";

const GROUPS = 4;

export const variables = { u: [], m: [GROUPS] };

interface Parameters {
  u: number;
  m: number[];
}

interface Data {
  group: number[]; // from 1
  weeks: number[];
  died: number[]; // 1, or 0 where the mouse was alive then
}

const logSurvival = (logTime: number, r: number, m: number) => -Math.exp(r * (logTime - m));
const logHazard = (logTime: number, r: number, m: number) => Math.log(r) + r * (logTime - m) - logTime;

export function logDensity({ u, m }: Parameters, { group, weeks, died }: Data): number {
  const r = bounded(u, 0.1, 10);
  let log = uniform(r.value, 0.1, 10) + r.logJacobian;
  for (const mk of m) log += normal(-r.value * mk, 0, Math.sqrt(1000)) + Math.log(r.value);
  weeks.forEach((time, i) => {
    const logTime = Math.log(time), mk = m[group[i] - 1];
    log += logSurvival(logTime, r.value, mk);
    if (died[i] === 1) log += logHazard(logTime, r.value, mk);
  });
  return log;
}

export function generated({ u, m }: Parameters) {
  const r = bounded(u, 0.1, 10).value;
  const beta = m.map((mk) => -r * mk);
  return {
    r,
    beta,
    median: m.map((mk) => Math.exp(mk) * Math.log(2) ** (1 / r)),
    "veh.control": beta[1] - beta[0],
    "test.sub": beta[2] - beta[0],
    "pos.control": beta[3] - beta[0],
  };
}
