"""Writes golden.json: finite chains analysed by numpy, from their definitions."""
import json
import os
import numpy as np

rng = np.random.default_rng(20260107)


def random_chain(n, zeros):
    p = rng.gamma(0.5, size=(n, n)) * (rng.random((n, n)) >= zeros)
    p += np.roll(np.eye(n), 1, axis=1) * 0.05  # a cycle through all states
    return p / p.sum(axis=1, keepdims=True)


def reversible_chain(n):
    flow = rng.gamma(0.5, size=(n, n))
    flow += flow.T
    return flow / flow.sum(axis=1, keepdims=True)


def analyse(p):
    n = len(p)
    values, vectors = np.linalg.eig(p.T)
    pi = np.real(vectors[:, np.argmin(abs(values - 1))])
    pi /= pi.sum()
    root = np.sqrt(pi)
    singular = np.linalg.svd(root[:, None] * p / root[None, :], compute_uv=False)
    order = sorted(values, key=lambda v: (-abs(v), -v.real, -v.imag))
    power, steps = np.eye(n), 0
    while 0.5 * abs(power - pi).sum(axis=1).max() > 0.01:
        power, steps = power @ p, steps + 1
    f = np.arange(n) ** 2 % 5
    g = f - pi @ f
    fundamental = np.linalg.inv(np.eye(n) - p + np.outer(np.ones(n), pi))
    sigma2 = 2 * (pi * g) @ fundamental @ g - (pi * g) @ g
    others = [i for i in range(n) if i not in (0, n - 1)]
    hit = np.zeros(n)
    hit[others] = np.linalg.solve(np.eye(len(others)) - p[np.ix_(others, others)], np.ones(len(others)))
    flow = pi[:, None] * p
    return {
        "matrix": p.tolist(),
        "stationary": pi.tolist(),
        "eigenvalues": [[v.real, v.imag] for v in order],
        "secondSingularValue": singular[1],
        "imbalance": abs(flow - flow.T).max(),
        "mixingSteps": steps,
        "function": f.tolist(),
        "asymptoticVariance": sigma2,
        "hitting": hit.tolist(),
    }


golden = {"numpy": np.__version__, "chains": [analyse(p) for p in [
    random_chain(3, 0), random_chain(5, 0.3), random_chain(8, 0.7), random_chain(12, 0.5), reversible_chain(4), reversible_chain(10),
]]}
with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "golden.json"), "w") as out:
    json.dump(golden, out)
    out.write("\n")
