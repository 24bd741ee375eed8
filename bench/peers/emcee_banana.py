"""Runs emcee on the banana for the benchmark: python3 emcee_banana.py WALKERS WARMUP DRAWS FOLDER

Says {"ready": versions}, then runs an ensemble for each line on standard input, a seed, and answers with a line of JSON.
WARMUP and DRAWS are steps of each walker; evaluations of the log density count both, and so do the seconds. The density is
vectorised over the walkers, which is emcee's fastest way. The draws go to a file as float64 [coordinate][walker][draw].
"""
import json
import os
import sys
import time

import emcee
import numpy as np

walkers, warmup, draws = (int(argument) for argument in sys.argv[1:4])
path = os.path.join(sys.argv[4], f"banana-emcee-{walkers}.f64")


def log_density(x):
    residual = x[:, 1] - 0.5 * (x[:, 0] ** 2 - 1.0)
    return -0.5 * (x[:, 0] ** 2 + residual**2)


def run(seed, warmup, draws):
    np.random.seed(seed)
    start = np.random.uniform(-2, 2, size=(walkers, 2))
    begin = time.perf_counter()
    sampler = emcee.EnsembleSampler(walkers, 2, log_density, vectorize=True)
    state = sampler.run_mcmc(start, warmup)
    sampler.reset()
    sampler.run_mcmc(state, draws)
    return time.perf_counter() - begin, sampler.get_chain()


run(1, 10, 10)
print(json.dumps({"ready": f"emcee {emcee.__version__} (numpy {np.__version__})"}), flush=True)

for line in sys.stdin:
    seconds, chain = run(int(line), warmup, draws)
    chain.transpose(2, 1, 0).astype("<f8").tofile(path)
    print(
        json.dumps({
            "seconds": seconds,
            "evaluations": walkers * (warmup + draws),
            "chains": walkers,
            "draws": draws,
            "file": path,
        }),
        flush=True,
    )
