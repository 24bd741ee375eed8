"""Trains a flow on torch for the benchmark: python3 flows.py SPEC

SPEC is a FlowTask of bench/flows_tasks.ts as JSON. Says {"ready": versions}, then makes a round for each
line on standard input, a seed, and answers with a line of JSON: the seconds of so many steps of Adam, or of so many rows sampled.

Written as torch's users would who care for speed: single precision, one thread, modules, autograd, Adam over all parameters at once.
"""
import json
import math
import os
import sys
import time

os.environ["OPENBLAS_NUM_THREADS"] = "1"  # torch's own word does not reach OpenBLAS's threads

import torch
from torch import nn

torch.set_num_threads(1)
spec = json.loads(sys.argv[1])
STEPS, BATCH = spec["steps"], spec["batch"]


def perceptron(inputs, hidden, outputs):
    layers = []
    for width in hidden:
        layers += [nn.Linear(inputs, width), nn.ReLU()]
        inputs = width
    last = nn.Linear(inputs, outputs)
    nn.init.zeros_(last.weight)
    nn.init.zeros_(last.bias)
    return nn.Sequential(*layers, last)


class RealNVP(nn.Module):
    """Affine couplings over two columns that take turns."""

    def __init__(self, couplings, hidden):
        super().__init__()
        self.nets = nn.ModuleList(perceptron(1, hidden, 2) for _ in range(couplings))
        self.bounds = nn.ParameterList(torch.ones(1) for _ in range(couplings))

    def log_density(self, x):
        halves = list(x.split(1, 1))
        log_det = 0
        for i, (net, bound) in enumerate(zip(self.nets, self.bounds)):
            raw, t = net(halves[i % 2]).split(1, 1)
            s = bound * raw.tanh()
            halves[1 - i % 2] = (halves[1 - i % 2] - t) * torch.exp(-s)
            log_det = log_det - s
        a, b = halves
        return (log_det - 0.5 * (a * a + b * b)).sum(1) - math.log(2 * math.pi)

    @torch.no_grad()
    def sample(self, count):
        """Rows, and their log densities."""
        z = torch.randn(count, 2)
        log_density = -0.5 * (z * z).sum(1) - math.log(2 * math.pi)
        halves = list(z.split(1, 1))
        for i, (net, bound) in reversed(list(enumerate(zip(self.nets, self.bounds)))):
            raw, t = net(halves[i % 2]).split(1, 1)
            s = bound * raw.tanh()
            halves[1 - i % 2] = halves[1 - i % 2] * torch.exp(s) + t
            log_density -= s[:, 0]
        return torch.cat(halves, 1), log_density


class NICE(nn.Module):
    """Additive couplings of the even and the odd columns, a rescaling, a logistic base."""

    def __init__(self, dim, couplings, hidden):
        super().__init__()
        self.nets = nn.ModuleList(perceptron(dim // 2, hidden, dim // 2) for _ in range(couplings))
        self.log_scale = nn.Parameter(torch.zeros(dim))

    def log_density(self, x):
        halves = [x[:, 0::2], x[:, 1::2]]
        for i, net in enumerate(self.nets):
            halves[1 - i % 2] = halves[1 - i % 2] - net(halves[i % 2])
        z = torch.stack(halves, 2).flatten(1) * torch.exp(self.log_scale)
        return (-nn.functional.softplus(z) - nn.functional.softplus(-z)).sum(1) + self.log_scale.sum()

    @torch.no_grad()
    def sample(self, count):
        """Rows, and their log densities."""
        u = torch.rand(count, self.log_scale.numel()).clamp_(1e-7, 1 - 1e-7)
        z = torch.log(u) - torch.log1p(-u)
        log_density = (-nn.functional.softplus(z) - nn.functional.softplus(-z)).sum(1) + self.log_scale.sum()
        z = z * torch.exp(-self.log_scale)
        halves = [z[:, 0::2], z[:, 1::2]]
        for i, net in reversed(list(enumerate(self.nets))):
            halves[1 - i % 2] = halves[1 - i % 2] + net(halves[i % 2])
        return torch.stack(halves, 2).flatten(1), log_density


class Glow(nn.Module):
    """Steps of Glow at one level: actnorm, an invertible 1 × 1 convolution in LU, an affine coupling of channels by three convolutions."""

    def __init__(self, steps, height, width, channels, hidden):
        super().__init__()
        self.steps = nn.ModuleList(GlowStep(height * width, channels, hidden) for _ in range(steps))

    def log_density(self, x):
        log_det = 0
        for step in self.steps:
            x, change = step(x)
            log_det = log_det + change
        x = x.flatten(1)
        return log_det - 0.5 * (x * x).sum(1) - 0.5 * x.shape[1] * math.log(2 * math.pi)


class GlowStep(nn.Module):
    def __init__(self, pixels, channels, hidden):
        super().__init__()
        self.pixels = pixels
        self.log_scale = nn.Parameter(torch.zeros(1, channels, 1, 1))
        self.shift = nn.Parameter(torch.zeros(1, channels, 1, 1))
        p, l, u = torch.linalg.lu(torch.linalg.qr(torch.randn(channels, channels))[0])
        self.register_buffer("p", p)
        self.register_buffer("sign", u.diagonal().sign())
        self.lower, self.upper = nn.Parameter(l.tril(-1)), nn.Parameter(u.triu(1))
        self.log_diagonal = nn.Parameter(u.diagonal().abs().log())
        last = nn.Conv2d(hidden, channels, 3, padding=1)
        nn.init.zeros_(last.weight)
        nn.init.zeros_(last.bias)
        self.net = nn.Sequential(
            nn.Conv2d(channels // 2, hidden, 3, padding=1),
            nn.ReLU(),
            nn.Conv2d(hidden, hidden, 1),
            nn.ReLU(),
            last,
        )
        self.bound = nn.Parameter(torch.ones(1, channels // 2, 1, 1))

    def forward(self, x):
        x = (x + self.shift) * torch.exp(self.log_scale)
        channels = x.shape[1]
        lower = self.lower.tril(-1) + torch.eye(channels)
        upper = self.upper.triu(1) + torch.diag(self.sign * self.log_diagonal.exp())
        x = nn.functional.conv2d(x, (self.p @ lower @ upper)[:, :, None, None])
        a, b = x.chunk(2, 1)
        raw, t = self.net(a).chunk(2, 1)
        s = self.bound * raw.tanh()
        b = (b - t) * torch.exp(-s)
        change = self.pixels * (self.log_scale.sum() + self.log_diagonal.sum()) - s.flatten(1).sum(1)
        return torch.cat([a, b], 1), change


def build():
    if spec["flow"] == "real-nvp":
        return RealNVP(spec["couplings"], spec["hidden"]), torch.randn(BATCH, 2)
    if spec["flow"] == "nice":
        return NICE(spec["dim"], spec["couplings"], spec["hidden"]), torch.rand(BATCH, spec["dim"])
    height, width, channels = spec["image"]
    flow = Glow(spec["couplings"], height, width, channels, spec["hidden"])
    return flow, torch.rand(BATCH, channels, height, width)


def train(seed):
    torch.manual_seed(seed)
    flow, x = build()
    adam = torch.optim.Adam(flow.parameters(), lr=1e-4)

    def step():
        adam.zero_grad()
        loss = -flow.log_density(x).mean()
        loss.backward()
        adam.step()

    step()  # makes the moments
    begin = time.perf_counter()
    for _ in range(STEPS):
        step()
    return time.perf_counter() - begin


def sample(seed):
    torch.manual_seed(seed)
    flow, _ = build()
    begin = time.perf_counter()
    for _ in range(STEPS):
        flow.sample(BATCH)
    return time.perf_counter() - begin


run = sample if spec["task"] == "sample" else train
run(1)
print(json.dumps({"ready": f"torch {torch.__version__}"}), flush=True)
for line in sys.stdin:
    print(json.dumps({"seconds": run(int(line))}), flush=True)
