"""Runs an RBM with bits on one of the libraries for the benchmark: python3 rbm.py LIBRARY TASK FOLDER

LIBRARY is numpy, sklearn, sklearn64 or torch. TASK is gibbs, block Gibbs sweeps of many chains, or cd, an epoch of CD-1 in minibatches with
momentum (scikit-learn has none). FOLDER is what energy_machine.ts writes: machine.json, weights.f32 [visible × hidden],
visible_bias.f32, hidden_bias.f32 and data.u8 [rows × visible], whose first rows the chains start at.

Says {"ready": versions}, then makes a round for each line on standard input, a seed, and answers with a line of JSON. Each is
written as its library's users would who care for speed: single precision, arrays used again, one thread. sklearn64 is what
scikit-learn does unasked: double precision, the state that gibbs gives handed back to it.
"""
import json
import os
import sys
import time

import numpy as np

library, task, folder = sys.argv[1:4]
with open(os.path.join(folder, "machine.json")) as file:
    machine = json.load(file)
V, H, CHAINS, SWEEPS = (machine[name] for name in ("visible", "hidden", "chains", "sweeps"))
ROWS, BATCH, RATE, MOMENTUM = (machine[name] for name in ("rows", "batch", "rate", "momentum"))
weights, visible_bias, hidden_bias = (
    np.fromfile(os.path.join(folder, f"{name}.f32"), "<f4") for name in ("weights", "visible_bias", "hidden_bias")
)
weights = weights.reshape(V, H)
data = np.fromfile(os.path.join(folder, "data.u8"), "u1").reshape(ROWS, V).astype("f4")


class Numpy:
    version = f"numpy {np.__version__}"

    def layer(self, units, weights, bias, field, uniforms, out, rng, probabilities=None):
        """Draws a layer from the other; every array is there already."""
        np.dot(units, weights, out=field)
        np.add(field, bias, out=field)
        np.negative(field, out=field)
        np.exp(field, out=field)
        np.add(field, 1, out=field)
        np.reciprocal(field, out=field)
        if probabilities is not None:
            probabilities[:] = field
        if rng is not None:
            rng.random(out=uniforms, dtype=np.float32)
            np.less(uniforms, field, out=out, casting="unsafe")

    def gibbs(self, seed):
        rng = np.random.Generator(np.random.PCG64(seed))
        b, c = visible_bias, hidden_bias
        v, h = data[:CHAINS].copy(), np.empty((CHAINS, H), "f4")
        fv, fh = np.empty_like(v), np.empty_like(h)
        uv, uh = np.empty_like(v), np.empty_like(h)
        begin = time.perf_counter()
        for _ in range(SWEEPS):
            self.layer(v, weights, c, fh, uh, h, rng)
            self.layer(h, weights.T, b, fv, uv, v, rng)
        return time.perf_counter() - begin

    def cd(self, seed):
        rng = np.random.Generator(np.random.PCG64(seed))
        w, b, c = 0.01 * rng.standard_normal((V, H), "f4"), np.zeros(V, "f4"), np.zeros(H, "f4")
        dw, db, dc = np.zeros_like(w), np.zeros_like(b), np.zeros_like(c)
        v1, fv, uv = (np.empty((BATCH, V), "f4") for _ in range(3))
        h, fh, uh, p0, p1 = (np.empty((BATCH, H), "f4") for _ in range(5))
        gradient, negative = np.empty_like(w), np.empty_like(w)
        begin = time.perf_counter()
        order = rng.permutation(ROWS)
        for first in range(0, ROWS, BATCH):
            v0 = data[order[first:first + BATCH]]
            self.layer(v0, w, c, fh, uh, h, rng, p0)
            self.layer(h, w.T, b, fv, uv, v1, rng)
            self.layer(v1, w, c, fh, uh, h, None, p1)
            np.dot(v0.T, p0, out=gradient)
            np.dot(v1.T, p1, out=negative)
            gradient -= negative
            gradient *= RATE / BATCH
            dw *= MOMENTUM
            dw += gradient
            w += dw
            db *= MOMENTUM
            db += (RATE / BATCH) * (v0.sum(0) - v1.sum(0))
            b += db
            dc *= MOMENTUM
            dc += (RATE / BATCH) * (p0.sum(0) - p1.sum(0))
            c += dc
        return time.perf_counter() - begin


class Sklearn:
    precision = "f4"

    def __init__(self):
        import sklearn
        from sklearn.neural_network import BernoulliRBM

        self.version = f"scikit-learn {sklearn.__version__} (numpy {np.__version__}), {np.dtype(self.precision)}"
        self.make = lambda seed: BernoulliRBM(n_components=H, learning_rate=RATE, batch_size=BATCH, random_state=seed)

    def gibbs(self, seed):
        rbm = self.make(seed)
        rbm.partial_fit(np.zeros((1, V), self.precision))
        rbm.components_ = np.ascontiguousarray(weights.T, self.precision)
        rbm.intercept_hidden_ = hidden_bias.astype(self.precision)
        rbm.intercept_visible_ = visible_bias.astype(self.precision)
        v = data[:CHAINS].astype(self.precision)
        begin = time.perf_counter()
        for _ in range(SWEEPS):
            v = self.again(rbm.gibbs(v))
        return time.perf_counter() - begin

    def again(self, v):
        return v.astype("f4")

    def cd(self, seed):
        """Its own method is persistent contrastive divergence with one step, which costs the same as CD-1."""
        rbm = self.make(seed)
        rows = data.astype(self.precision)
        rbm.partial_fit(rows[:BATCH])
        begin = time.perf_counter()
        order = np.random.default_rng(seed).permutation(ROWS)
        for first in range(0, ROWS, BATCH):
            rbm.partial_fit(rows[order[first:first + BATCH]])
        return time.perf_counter() - begin


class Sklearn64(Sklearn):
    precision = "f8"

    def again(self, v):
        return v


class Torch:
    def __init__(self):
        import torch

        torch.set_num_threads(1)
        torch.set_grad_enabled(False)
        self.torch = torch
        self.version = f"torch {torch.__version__}"
        self.weights, self.data = torch.from_numpy(weights), torch.from_numpy(data)

    def layer(self, units, weights, bias, generator):
        probabilities = self.torch.addmm(bias, units, weights).sigmoid_()
        return probabilities, self.torch.bernoulli(probabilities, generator=generator)

    def gibbs(self, seed):
        torch = self.torch
        generator = torch.Generator().manual_seed(seed)
        b, c = torch.from_numpy(visible_bias), torch.from_numpy(hidden_bias)
        v = self.data[:CHAINS]
        begin = time.perf_counter()
        for _ in range(SWEEPS):
            _, h = self.layer(v, self.weights, c, generator)
            _, v = self.layer(h, self.weights.t(), b, generator)
        return time.perf_counter() - begin

    def cd(self, seed):
        torch = self.torch
        generator = torch.Generator().manual_seed(seed)
        w, b, c = 0.01 * torch.randn(V, H, generator=generator), torch.zeros(V), torch.zeros(H)
        dw, db, dc = torch.zeros_like(w), torch.zeros_like(b), torch.zeros_like(c)
        begin = time.perf_counter()
        order = torch.randperm(ROWS, generator=generator)
        for first in range(0, ROWS, BATCH):
            v0 = self.data[order[first:first + BATCH]]
            p0, h = self.layer(v0, w, c, generator)
            _, v1 = self.layer(h, w.t(), b, generator)
            p1 = torch.addmm(c, v1, w).sigmoid_()
            gradient = torch.mm(v0.t(), p0).addmm_(v1.t(), p1, alpha=-1)
            w.add_(dw.mul_(MOMENTUM).add_(gradient, alpha=RATE / BATCH))
            b.add_(db.mul_(MOMENTUM).add_(v0.sum(0) - v1.sum(0), alpha=RATE / BATCH))
            c.add_(dc.mul_(MOMENTUM).add_(p0.sum(0) - p1.sum(0), alpha=RATE / BATCH))
        return time.perf_counter() - begin


contestant = {"numpy": Numpy, "sklearn": Sklearn, "sklearn64": Sklearn64, "torch": Torch}[library]()
run = getattr(contestant, task)
run(1)
print(json.dumps({"ready": contestant.version}), flush=True)
for line in sys.stdin:
    print(json.dumps({"seconds": run(int(line))}), flush=True)
