"""Writes golden.json: log densities of one number and their partial derivatives, from their definitions, by mpmath with 360 digits.

Each row: the arguments, the value, the partials in the arguments (null where the argument is a whole number), and by how
much each of these moves where the arguments move by parts of themselves: its condition.
"""
import json
import os
import random
from mpmath import mp, mpf, log, exp, loggamma, pi, cos, besseli

mp.dps = 360
random.seed(20260101)
ln = log


def lnorm(x, m, s):
    return -((x - m) / s) ** 2 / 2 - ln(s) - ln(2 * pi) / 2


def student(x, nu, m, s):
    return loggamma((nu + 1) / 2) - loggamma(nu / 2) - ln(nu * pi) / 2 - ln(s) - (nu + 1) / 2 * ln(1 + ((x - m) / s) ** 2 / nu)


def lgam(x, a, r):
    return a * ln(r) - loggamma(a) + (a - 1) * ln(x) - r * x


def lbeta(x, a, b):
    return (a - 1) * ln(x) + (b - 1) * ln(1 - x) - loggamma(a) - loggamma(b) + loggamma(a + b)


def lchoose(n, k):
    return loggamma(n + 1) - loggamma(k + 1) - loggamma(n - k + 1)


def lbinom(y, n, p):
    return lchoose(n, y) + (y * ln(p) if y else 0) + ((n - y) * ln(1 - p) if n - y else 0)


def lpois(y, r):
    return (y * ln(r) if y else 0) - r - loggamma(y + 1)


def lnb(y, m, f):
    return loggamma(y + f) - loggamma(f) - loggamma(y + 1) + (y * ln(m / (m + f)) if y else 0) + f * ln(f / (m + f))


def expit(t):
    return 1 / (1 + exp(-t))


def logistic(x, m, s):
    z = (x - m) / s
    return -z - ln(s) - 2 * ln(1 + exp(-z))


real = lambda: random.choice([random.gauss(0, 1), random.gauss(0, 20), 1e4 * random.gauss(0, 1), 1e-3 * random.gauss(0, 1)])
near = lambda: random.gauss(0, 3)
pos = lambda: random.choice([random.expovariate(1), 10 ** random.uniform(-4, 4)])
shape = lambda: random.choice([random.uniform(0.1, 6), 10 ** random.uniform(-2, 5)])
prob = lambda: random.choice([random.uniform(0, 1), 10 ** random.uniform(-8, -1)])
count = lambda: random.choice([0, 1, random.randint(0, 20), random.randint(0, 400), random.randint(0, 100000)])
MANY = 9

# name: (definition, which arguments are whole numbers, rows drawn, further rows)
laws = {
    "normal": (lnorm, "", lambda: [real(), real(), pos()], [[0, 0, 1], [1e8, 1e8 + 1, 0.5], [3, 1, 1e-100], [40, 0, 1]]),
    "studentT": (student, "", lambda: [real(), shape(), real(), pos()], [[0, 1, 0, 1], [1e6, 3, 0, 1], [2, 4, 2, 0.5], [1, 300, 0, 1]]),
    "halfStudentT": (lambda x, nu, s: ln(2) + student(x, nu, 0, s), "", lambda: [pos(), shape(), pos()], [[0, 3, 1]]),
    "cauchy": (lambda x, m, s: -ln(pi * s) - ln(1 + ((x - m) / s) ** 2), "", lambda: [real(), real(), pos()], [[1e200, 0, 1], [0, 0, 1]]),
    "laplace": (lambda x, m, s: -ln(2 * s) - abs(x - m) / s, "", lambda: [real(), real(), pos()], []),
    "logistic": (logistic, "", lambda: [near(), near(), pos()], [[800, 0, 1], [-800, 0, 1], [0, 0, 1], [1e-9, 0, 1]]),
    "gumbel": (lambda x, m, s: -(x - m) / s - exp(-(x - m) / s) - ln(s), "", lambda: [near(), near(), shape()], [[1e-9, 0, 1], [50, 0, 1]]),
    "uniform": (lambda x, a, b: -ln(b - a), "", lambda: (lambda a, w: [a + w / 3, a, a + w])(near(), pos()), []),
    "halfNormal": (lambda x, s: ln(2) + lnorm(x, 0, s), "", lambda: [pos(), pos()], [[0, 2]]),
    "halfCauchy": (lambda x, s: ln(2 / (pi * s)) - ln(1 + (x / s) ** 2), "", lambda: [pos(), pos()], [[0, 2], [1e200, 5]]),
    "lognormal": (lambda x, m, s: lnorm(ln(x), m, s) - ln(x), "", lambda: [pos(), near(), pos()], [[1, 0, 1], [1e-300, 0, 10]]),
    "exponential": (lambda x, r: ln(r) - r * x, "", lambda: [pos(), pos()], [[0, 3]]),
    "gamma": (lgam, "", lambda: [pos(), shape(), pos()], [[1e5, 1e5, 1], [99990, 1e6, 10.001], [1e-8, 1e-3, 1], [1e-300, 0.5, 1]]),
    "chiSquare": (lambda x, nu: lgam(x, nu / 2, mpf(1) / 2), "", lambda: [pos(), shape()], [[1e5, 1e5]]),
    "inverseGamma": (lambda x, a, b: a * ln(b) - loggamma(a) - (a + 1) * ln(x) - b / x, "", lambda: [pos(), shape(), pos()], [[1, 1e5, 1e5]]),
    "weibull": (lambda x, k, s: ln(k / s) + (k - 1) * ln(x / s) - (x / s) ** k, "", lambda: [random.expovariate(1), random.uniform(0.1, 6), random.uniform(0.2, 5)], [[1e-5, 0.5, 1], [1, 30, 1]]),
    "pareto": (lambda x, m, k: ln(k) + k * ln(m) - (k + 1) * ln(x), "", lambda: (lambda m: [m * (1 + pos()), m, shape()])(pos()), []),
    "rayleigh": (lambda x, s: ln(x) - 2 * ln(s) - x * x / (2 * s * s), "", lambda: [pos(), pos()], []),
    "beta": (lbeta, "", lambda: [prob(), shape(), shape()], [[0.5, 1e5, 1e5], [0.25, 1e5, 3e5], [1e-10, 0.1, 2], [0.999999, 3, 0.2]]),
    "betaProportion": (lambda x, m, k: lbeta(x, m * k, (1 - m) * k), "", lambda: [random.uniform(0, 1), random.uniform(0.01, 0.99), shape()], []),
    "vonMises": (lambda x, m, k: k * cos(x - m) - ln(2 * pi * besseli(0, k)), "", lambda: [near(), near(), pos()],
                 [[0.1, 0, 1e-6], [0.1, 0, 7.99], [0.1, 0, 8.01], [0.01, 0, 1e4], [3, 0, 1], [1, 2, 300]]),
    "bernoulli": (lambda y, p: ln(p) if y else ln(1 - p), "y", lambda: [random.randint(0, 1), prob()], []),
    "bernoulliLogit": (lambda y, t: ln(expit(t) if y else expit(-t)), "y", lambda: [random.randint(0, 1), near()], [[1, -700], [0, -700], [1, 700], [1, 40], [0, 37]]),
    "binomial": (lbinom, "yn", lambda: (lambda n: [random.randint(0, n), n, prob()])(count()), [[50000, 100000, 0.5], [3, 100000, 3e-5], [0, 0, 0.3], [101, 101, 0.2]]),
    "binomialLogit": (lambda y, n, t: lbinom(y, n, expit(t)), "yn", lambda: (lambda n: [random.randint(0, n), n, near()])(count()),
                      [[0, 20, 700], [20, 20, 700], [500, 1000, -700], [50000, 100000, 0.001], [2, 10, 40]]),
    "poisson": (lpois, "y", lambda: [count(), pos()], [[100000, 1e5], [101, 99.5], [100, 99.5], [0, 1e-300], [3, 1e-200]]),
    "poissonLog": (lambda y, t: lpois(y, exp(t)), "y", lambda: [count(), near()], [[100000, 11.5129], [200, -700], [0, -700], [500, 6.2]]),
    "negativeBinomial": (lnb, "y", lambda: [count(), pos(), shape()], [[100000, 1e5, 1e5], [5, 5, 1e7], [3, 2, 1e-8], [1000, 10, 0.01], [0, 1e-8, 3]]),
    "negativeBinomialLog": (lambda y, t, f: lnb(y, exp(t), f), "y", lambda: [count(), near(), shape()], [[2, -650, 3], [0, -650, 3], [1000, 7, 2000]]),
    "betaBinomial": (lambda y, n, a, b: lchoose(n, y) + loggamma(y + a) + loggamma(n - y + b) - loggamma(n + a + b) - loggamma(a) - loggamma(b) + loggamma(a + b),
                     "yn", lambda: (lambda n: [random.randint(0, n), n, shape(), shape()])(count()), [[0, 0, 1, 2]]),
    "geometric": (lambda y, p: ln(p) + (y * ln(1 - p) if y else 0), "y", lambda: [count(), prob()], []),
}



def real_part(v):
    assert abs(mp.im(v)) < 1e-40, v
    return float(mp.re(v))


def slope_in(k, f, exact, size=30):
    """A difference over a step far below the argument's scale, with digits to spare: its error is beyond double precision."""
    h = (abs(exact[k]) or mpf(10) ** -size) * mpf(10) ** -size
    up = [v + h if i == k else v for i, v in enumerate(exact)]
    down = [v - h if i == k else v for i, v in enumerate(exact)]
    return (f(*up) - f(*down)) / (2 * h)


golden = {}
for name, (f, whole, draw, more) in laws.items():
    golden[name] = []
    for given in [draw() for _ in range(MANY)] + more:
        exact = [mpf(float(v)) for v in given]
        free = range(len(whole), len(given))
        partials = {k: slope_in(k, f, exact) for k in free}
        # How far a partial moves where each argument moves by a part of itself: what its own rounding makes uncertain.
        moves = {k: sum(abs(exact[j] * slope_in(j, lambda *x: slope_in(k, f, x), exact, 15)) for j in free) for k in free}
        for k in free:
            if abs(partials[k]) < 1e-25 * moves[k]:
                partials[k] = mpf(0)
        golden[name].append([[float(v) for v in given], real_part(f(*exact)),
                             [real_part(partials[k]) if k in free else None for k in range(len(given))],
                             [float("%.2g" % real_part(moves[k])) if k in free else None for k in range(len(given))]])
with open(os.path.join(os.path.dirname(__file__), "golden.json"), "w") as file:
    text = ",\n".join(f'  "{name}": [\n' + ",\n".join("    " + json.dumps(row) for row in rows) + "\n  ]" for name, rows in golden.items())
    file.write("{\n" + text + "\n}\n")
