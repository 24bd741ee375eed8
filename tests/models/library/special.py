"""Writes special.json: the library's functions of one and two numbers with their derivatives, by mpmath with 60 digits."""
import json
import os
from mpmath import mp, mpf, log, exp, gamma, loggamma, psi, erf, erfc, diff, binomial, sqrt, pi, log1p

mp.dps = 60
tiny = [1e-300, 1e-10, 1e-3]
lgamma_grid = tiny + [0.1, 0.5, 0.9, 0.999999, 1.0, 1.000001, 1.4616, 1.46163214, 1.5, 1.9999, 2.0, 2.0001, 2.7, 9.99, 10.01, 50.5, 1e6, 1e15, -0.5, -1.3, -2.75, -10.2]
line = [-700.0, -38.0, -9.0, -4.001, -3.999, -2.0, -0.7, -0.1, -1e-9, 0.0, 1e-9, 0.1, 0.7, 1.3, 2.9, 4.0, 8.0, 25.0]
unit = [1e-300, 1e-9, 0.01, 0.2, 0.4999, 0.5, 0.50001, 0.7, 0.99, 0.9999999]
below = [-1e-300, -1e-15, -1e-5, -0.1, -0.69, -0.7, -2.0, -40.0, -700.0]
pairs = [(1e-3, 2.5), (0.5, 0.5), (3.0, 4.0), (1e6, 1.5), (2e5, 3e5), (1e-9, 1e8)]
ordered = [(0.0, -1.0), (1.0, 0.999999), (800.0, 1.0), (-900.0, -901.0), (3.0, -50.0)]

one = {
    "lgamma": (lambda x: log(abs(gamma(x))), lambda x: psi(0, x), lgamma_grid),
    "digamma": (lambda x: psi(0, x), lambda x: psi(1, x), lgamma_grid[2:]),
    "trigamma": (lambda x: psi(1, x), lambda x: psi(2, x), lgamma_grid[2:]),
    "erf": (erf, lambda x: 2 / sqrt(pi) * exp(-x * x), line[1:]),
    "erfc": (erfc, lambda x: -2 / sqrt(pi) * exp(-x * x), line[1:]),
    "normalCdf": (lambda x: erfc(-x / sqrt(2)) / 2, lambda x: exp(-x * x / 2) / sqrt(2 * pi), line[1:]),
    "normalLogCdf": (lambda x: log(erfc(-x / sqrt(2)) / 2) if x < 0 else log1p(-erfc(x / sqrt(2)) / 2),
                     lambda x: exp(-x * x / 2) / sqrt(2 * pi) * 2 / erfc(-x / sqrt(2)), line),
    "logit": (lambda p: log(p / (1 - p)), lambda p: 1 / (p * (1 - p)), unit),
    "invLogit": (lambda x: 1 / (1 + exp(-x)), lambda x: exp(-x) / (1 + exp(-x)) ** 2, line),
    "softplus": (lambda x: log1p(exp(x)), lambda x: 1 / (1 + exp(-x)), line),
    "log1mExp": (lambda x: log(-mp.expm1(x)) if x > -1 else log1p(-exp(x)), lambda x: -1 / mp.expm1(-x), below),
}
two = {
    "logBeta": (lambda a, b: loggamma(a) + loggamma(b) - loggamma(a + b), lambda a, b: psi(0, a) - psi(0, a + b), lambda a, b: psi(0, b) - psi(0, a + b), pairs),
    "logDiffExp": (lambda a, b: log(exp(a) - exp(b)), lambda a, b: 1 / (1 - exp(b - a)), lambda a, b: -1 / mp.expm1(a - b), ordered),
    "logAddExp": (lambda a, b: log(exp(a) + exp(b)), lambda a, b: 1 / (1 + exp(b - a)), lambda a, b: 1 / (1 + exp(a - b)), ordered + [(1.0, 1.0), (-5.0, 3.0)]),
    "logChoose": (lambda n, k: loggamma(n + 1) - loggamma(k + 1) - loggamma(n - k + 1), None, None, [(5.0, 2.0), (100.0, 50.0), (300.0, 3.0), (1e6, 5e5), (1e9, 7.0), (9.0, 0.0)]),
}
num = lambda v: float(mp.re(v))
rows = {}
for name, (f, slope, grid) in one.items():
    rows[name] = [[[x], num(f(mpf(x))), [num(slope(mpf(x)))]] for x in grid]
for name, (f, da, db, grid) in two.items():
    rows[name] = [[list(x), num(f(*map(mpf, x))), [num(d(*map(mpf, x))) if d else None for d in (da, db)]] for x in grid]
with open(os.path.join(os.path.dirname(__file__), "special.json"), "w") as file:
    text = ",\n".join(f'  "{name}": [\n' + ",\n".join("    " + json.dumps(row) for row in found) + "\n  ]" for name, found in rows.items())
    file.write("{\n" + text + "\n}\n")
