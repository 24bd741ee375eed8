"""Spins in numba and normals in numpy for bench/lattice_bench.ts: python3 lattice.py ising SIDE BETA SWEEPS | normals COUNT ROUNDS

Says {"ready": versions}, then makes a round for each line on standard input, a seed, and answers {"seconds", "count", "check"}: numbers
made, and the energy a site or the mean square. Both are written as their users would who care for speed: compiled loops over
one array, an array that is filled again.
"""
import json
import math
import sys
import time

import numpy as np


def ising(side, beta, sweeps):
    import numba

    @numba.njit
    def sweep(spins, up, sweeps):
        n = spins.shape[0]
        for _ in range(sweeps):
            for colour in range(2):
                for i in range(n):
                    above, below = (i - 1) % n, (i + 1) % n
                    for j in range((i + colour) & 1, n, 2):
                        left = n - 1 if j == 0 else j - 1
                        right = 0 if j == n - 1 else j + 1
                        total = spins[above, j] + spins[below, j] + spins[i, left] + spins[i, right]
                        spins[i, j] = 1 if np.random.random() < up[(total + 4) // 2] else -1

    @numba.njit
    def seed(value):  # numba's own generator, a Mersenne twister
        np.random.seed(value)

    spins = np.where(np.random.default_rng(1).random((side, side)) < 0.5, 1, -1).astype(np.int8)
    up = np.array([1 / (1 + math.exp(-2 * beta * (2 * k - 4))) for k in range(5)])
    sweep(spins, up, 1)

    def round(value):
        seed(value)
        begin = time.perf_counter()
        sweep(spins, up, sweeps)
        seconds = time.perf_counter() - begin
        s = spins.astype(np.int64)
        bonds = np.sum(s * (np.roll(s, 1, 0) + np.roll(s, 1, 1)))
        return seconds, side * side * sweeps, -bonds / side / side

    return f"numba {numba.__version__} (numpy {np.__version__})", round


def normals(count, rounds):
    out = np.empty(count)

    def round(value):
        rng = np.random.Generator(np.random.PCG64(value))
        begin = time.perf_counter()
        for _ in range(rounds):
            rng.standard_normal(out=out)
        seconds = time.perf_counter() - begin
        return seconds, count * rounds, np.mean(out**2)

    return f"numpy {np.__version__}, PCG64", round


task = sys.argv[1]
if task == "ising":
    version, run = ising(int(sys.argv[2]), float(sys.argv[3]), int(sys.argv[4]))
else:
    version, run = normals(int(sys.argv[2]), int(sys.argv[3]))
run(1)
print(json.dumps({"ready": version}), flush=True)
for line in sys.stdin:
    seconds, count, check = run(int(line))
    print(json.dumps({"seconds": seconds, "count": count, "check": float(check)}), flush=True)
