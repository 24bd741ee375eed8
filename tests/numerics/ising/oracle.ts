/** What is known exactly of the Ising model on a square lattice, J = 1, h = 0 unless given. */

/** The law of a small lattice: p ∝ e^(−βE) of every state; bit i of a state's number is site i, set for +1. */
export function enumerate(
  rows: number,
  columns: number,
  { coupling = 1, field = 0, beta }: { coupling?: number; field?: number; beta: number },
): { probabilities: Float64Array; energies: Float64Array; magnetisations: Float64Array } {
  const sites = rows * columns, count = 2 ** sites;
  const energies = new Float64Array(count), magnetisations = new Float64Array(count);
  const probabilities = new Float64Array(count);
  for (let state = 0; state < count; state++) {
    const spin = (r: number, c: number) => 2 * ((state >> ((r % rows) * columns + c % columns)) & 1) - 1;
    let bonds = 0, sum = 0;
    for (let r = 0; r < rows; r++) {
      for (let c = 0; c < columns; c++) {
        sum += spin(r, c);
        bonds += spin(r, c) * (spin(r, c + 1) + spin(r + 1, c));
      }
    }
    energies[state] = -coupling * bonds - field * sum;
    magnetisations[state] = sum;
    probabilities[state] = Math.exp(-beta * energies[state]);
  }
  const total = probabilities.reduce((a, b) => a + b);
  for (let state = 0; state < count; state++) probabilities[state] /= total;
  return { probabilities, energies, magnetisations };
}

/**
 * ln Z of a periodic lattice of `rows` × `columns` sites: Kaufman (1949), equation 2.2, in the form of Ferdinand & Fisher (1969).
 * Exact for every size, both even.
 */
export function logPartition(rows: number, columns: number, beta: number): number {
  const c = Math.cosh(2 * beta) / Math.tanh(2 * beta);
  const gamma = (l: number) => {
    if (l === 0) return 2 * beta + Math.log(Math.tanh(beta)); // negative above the critical temperature
    return Math.acosh(c - Math.cos(l * Math.PI / columns));
  };
  const half = rows / 2;
  const cosh = { log: 0, sign: 1 },
    sinh = { log: 0, sign: 1 },
    coshEven = { log: 0, sign: 1 },
    sinhEven = { log: 0, sign: 1 };
  const multiply = (product: { log: number; sign: number }, factor: number, log: number) => {
    product.log += log;
    product.sign *= Math.sign(factor);
  };
  for (let r = 0; r < columns; r++) {
    const odd = half * gamma(2 * r + 1), even = half * gamma(2 * r);
    multiply(cosh, 1, logTwoCosh(odd));
    multiply(sinh, odd, logTwoSinh(odd));
    multiply(coshEven, 1, logTwoCosh(even));
    multiply(sinhEven, even, logTwoSinh(even));
  }
  const terms = [cosh, sinh, coshEven, sinhEven];
  const largest = Math.max(...terms.map(({ log }) => log));
  const sum = terms.reduce((total, { log, sign }) => total + sign * Math.exp(log - largest), 0);
  return -Math.LN2 + 0.5 * rows * columns * Math.log(2 * Math.sinh(2 * beta)) + largest + Math.log(sum);
}

const logTwoCosh = (x: number) => Math.abs(x) + Math.log1p(Math.exp(-2 * Math.abs(x)));
const logTwoSinh = (x: number) => Math.abs(x) + Math.log1p(-Math.exp(-2 * Math.abs(x)));

/** Energy a site of the finite lattice, −∂ ln Z/∂β / sites: Richardson's central difference, good to about 1e-9. */
export function finiteEnergy(rows: number, columns: number, beta: number): number {
  const slope = (h: number) =>
    (logPartition(rows, columns, beta + h) - logPartition(rows, columns, beta - h)) / (2 * h);
  return -(4 * slope(1e-4) - slope(2e-4)) / 3 / (rows * columns);
}

/** Energy a site of the infinite lattice: Onsager (1944), with K by the arithmetic–geometric mean. */
export function onsagerEnergy(beta: number): number {
  const k = 2 * Math.sinh(2 * beta) / Math.cosh(2 * beta) ** 2;
  let a = 1, g = Math.sqrt(1 - k * k);
  for (let i = 0; i < 60 && Math.abs(a - g) > 1e-16; i++) [a, g] = [(a + g) / 2, Math.sqrt(a * g)];
  const ellipticK = Math.PI / (2 * a);
  return -1 / Math.tanh(2 * beta) * (1 + 2 / Math.PI * (2 * Math.tanh(2 * beta) ** 2 - 1) * ellipticK);
}

/** Spontaneous magnetisation of the infinite lattice: Yang (1952); 0 above the critical temperature. */
export function spontaneousMagnetisation(beta: number): number {
  const s = Math.sinh(2 * beta);
  return s <= 1 ? 0 : (1 - s ** -4) ** 0.125;
}
