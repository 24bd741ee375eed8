"""Writes golden.json: special functions to 17 digits, by mpmath with 60."""
import json
import os
from mpmath import mp, mpf, loggamma, digamma, erf, erfc, gammainc, betainc, ncdf, erfinv, log, exp

mp.dps = 60
num = lambda v: float(v)
grid = [1e-300, 1e-10, 1e-3, 0.1, 0.49, 0.5, 0.7, 0.9, 0.999, 1.0, 1.001, 1.2, 1.4616, 1.5, 1.7, 1.999, 2.0, 2.0001, 2.49, 2.6,
        3.0, 4.5, 7.3, 9.999, 10.0, 11.5, 33.3, 100.0, 1234.5, 1e6, 1e15]
signed = [-30.0, -7.0, -5.9, -3.0, -2.5, -1.3, -1.0, -0.5, -0.1, -1e-9, 0.0, 1e-9, 0.1, 0.3, 0.5, 0.8, 0.9, 1.2, 1.3, 2.0, 2.8, 2.9,
          4.0, 5.9, 6.5, 10.0, 20.0, 26.0]
shapes = [0.01, 0.5, 1.0, 2.5, 9.0, 10.5, 40.0, 300.0, 5000.0]
ratios = [0.01, 0.3, 0.8, 0.97, 1.0, 1.03, 1.3, 2.0, 5.0]
probabilities = [1e-300, 1e-100, 1e-20, 1e-5, 0.01, 0.0749, 0.1, 0.3, 0.5, 0.7, 0.925, 0.99, 0.9999999]
golden = {
    "logGamma": [[x, num(loggamma(mpf(x)))] for x in grid],
    "digamma": [[x, num(digamma(mpf(x)))] for x in grid],
    "erf": [[x, num(erf(mpf(x)))] for x in signed],
    "erfc": [[x, num(erfc(mpf(x)))] for x in signed],
    "normalCdf": [[x, num(ncdf(mpf(x)))] for x in signed],
    "logNormalCdf": [[x, num(log(erfc(-mpf(x) / mp.sqrt(2)) / 2) if x < 0 else mp.log1p(-erfc(mpf(x) / mp.sqrt(2)) / 2))] for x in signed + [-1000.0, -38.5]],
    "normalQuantile": [],
    "incompleteGamma": [],
    "incompleteGammaComplement": [],
    "incompleteBeta": [],
    "log1mExp": [[x, num(log(1 - exp(mpf(x))))] for x in [-1e-15, -1e-5, -0.1, -0.69, -0.7, -2.0, -40.0]],
    "softplus": [[x, num(mp.log1p(exp(mpf(x))))] for x in [-700.0, -40.0, -1.0, 0.0, 1e-3, 2.0, 37.0, 1000.0]],
    "expit": [[x, num(1 / (1 + exp(-mpf(x))))] for x in [-700.0, -40.0, -1.0, 0.0, 1e-3, 2.0, 37.0, 800.0]],
    "logit": [[p, num(log(mpf(p) / (1 - mpf(p))))] for p in [1e-300, 1e-5, 0.2, 0.6, 0.999]],
}
for p in probabilities:
    guess = mpf(-1) * mp.sqrt(-2 * log(mpf(p))) if p < 0.01 else mp.sqrt(2) * erfinv(2 * mpf(p) - 1)
    golden["normalQuantile"].append([p, num(mp.findroot(lambda t: log(erfc(-t / mp.sqrt(2)) / 2) - log(mpf(p)), guess))])
for a in shapes:
    for ratio in ratios:
        x = a * ratio
        golden["incompleteGamma"].append([a, x, num(gammainc(mpf(a), 0, mpf(x), regularized=True))])
        golden["incompleteGammaComplement"].append([a, x, num(gammainc(mpf(a), mpf(x), mp.inf, regularized=True))])
for a in [0.1, 0.5, 1.0, 3.5, 20.0, 700.0]:
    for b in [0.2, 1.0, 2.5, 60.0, 400.0]:
        for x in [1e-5, 0.1, 0.33, 0.5, 0.72, 0.97]:
            golden["incompleteBeta"].append([a, b, x, num(betainc(mpf(a), mpf(b), 0, mpf(x), regularized=True))])
with open(os.path.join(os.path.dirname(__file__), "golden.json"), "w") as file:
    file.write("{\n" + ",\n".join(f'  "{name}": ' + json.dumps(rows) for name, rows in golden.items()) + "\n}\n")
