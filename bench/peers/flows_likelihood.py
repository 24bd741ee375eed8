"""Trains a flow by maximum likelihood on torch, and says its held-out log-likelihood: python3 flows_likelihood.py FOLDER

FOLDER is what bench/flows_likelihood.ts writes: task.json, the first parameters (parameters.f32, in the order that the task names), and the
held-out rows, dequantised (test.f32). What each step learns from, dequantised, comes by standard input, in single precision. The architecture is
written here once more, in plain torch, from what the papers say; its first parameters, minibatches, noise, steps and optimiser are those of ours.

Prints a line of JSON: {"nats": mean held-out log-likelihood, "seconds": of training, "versions": ...}.
"""
import json
import math
import sys
import time

import numpy as np
import torch
import torch.nn.functional as F

folder = sys.argv[1]
task = json.load(open(f"{folder}/task.json"))
torch.set_num_threads(task["threads"])
flow, shape = task["flow"], task["shape"]
DIM = shape["dim"]

numbers = np.fromfile(f"{folder}/parameters.f32", np.float32)
P, at = {}, 0
for array in task["arrays"]:
    size = math.prod(array["shape"])
    values = torch.tensor(numbers[at:at + size].reshape(array["shape"]))
    P[array["name"]] = values.requires_grad_(array["learned"])
    at += size


def activation(x):
    return {"relu": torch.relu, "tanh": torch.tanh, "leaky-relu": lambda v: F.leaky_relu(v, 0.01)}[flow["activation"]](x)


def perceptron(name, h):
    count = len(flow["hidden"]) + 1
    for i in range(count):
        y = h @ P[f"{name}.weights[{i}]"] + P[f"{name}.bias[{i}]"]
        if i < count - 1:
            y = activation(y)
            if flow["residual"] and 0 < i and y.shape == h.shape:
                y = y + h
        h = y
    return h


def columns(swapped):
    every = torch.arange(DIM)
    first = every < DIM / 2 if flow["mask"] == "half" else every % 2 == 0
    return (every[~first], every[first]) if swapped else (every[first], every[~first])


def couple(name, x, log_det, swapped, affine):
    passing, moved = columns(swapped)
    out = perceptron(f"{name}.conditioner", x[:, passing])
    z = x.clone()
    if not affine:
        z[:, moved] = x[:, moved] - out
        return z, log_det
    raw, t = out.chunk(2, 1)
    s = P[f"{name}.bound"] * raw.tanh()
    z[:, moved] = (x[:, moved] - t) * torch.exp(-s)
    return z, log_det - s.sum(1)


def real_nvp(x, log_det):
    names, index = [], 0
    for i in range(flow["couplings"]):
        if i > 0 and flow["permute"] and DIM > 2:
            names.append(("permutation", index, i))
            index += 1
        names.append(("coupling", index, i))
        index += 1
    for what, index, i in reversed(names):
        name = f"layers[{index}]"
        if what == "permutation":
            z = torch.empty_like(x)
            z[:, P[f"{name}.order"].long()] = x
            x = z
        else:
            x, log_det = couple(name, x, log_det, i % 2 == 1, True)
    return x, log_det


def nice(x, log_det):
    for i in reversed(range(flow["couplings"])):
        x, log_det = couple(f"layers[{i + 1}]", x, log_det, i % 2 == 1, False)
    s = P["layers[0].logScale"]
    return x * torch.exp(s), log_det + s.sum()


def convolution(name, i, x):
    """x [rows, channels, height, width]; weights are kept as [side * side * from, to]."""
    kept = P[f"{name}.weights[{i}]"]
    side = int(round(math.sqrt(kept.shape[0] / x.shape[1])))
    weights = kept.reshape(side, side, x.shape[1], kept.shape[1]).permute(3, 2, 0, 1)
    return F.conv2d(x, weights, P[f"{name}.bias[{i}]"], padding=side // 2)


def conv_net(name, x):
    x = x.permute(0, 3, 1, 2)
    i = 0
    while f"{name}.weights[{i + 1}]" in P:
        x = torch.relu(convolution(name, i, x))
        i += 1
    return convolution(name, i, x).permute(0, 2, 3, 1)


def couple_channels(name, x, log_det, passing, moved, affine):
    out = conv_net(f"{name}.conditioner", x[..., passing])
    z = x.clone()
    if not affine:
        z[..., moved] = x[..., moved] - out
        return z, log_det
    raw, t = out.chunk(2, -1)
    s = P[f"{name}.bound"] * raw.tanh()
    z[..., moved] = (x[..., moved] - t) * torch.exp(-s)
    return z, log_det - s.flatten(1).sum(1)


def glow_level(prefix, number, x, log_det, first):
    rows, height, width, channels = x.shape
    x = x.view(rows, height // 2, 2, width // 2, 2, channels).permute(0, 1, 3, 5, 2, 4)
    x = x.reshape(rows, height // 2, width // 2, 4 * channels)
    channels, pixels, half = 4 * channels, height * width // 4, 2 * channels
    low, high = slice(0, half), slice(half, channels)
    splits = number < flow["levels"]
    index = (2 if splits else 0) + 3 * flow["steps"]
    for step in range(1, flow["steps"] + 1):
        index -= 3
        shift, log_scale = P[f"{prefix}layers[{index + 2}].shift"], P[f"{prefix}layers[{index + 2}].logScale"]
        if first:
            with torch.no_grad():
                flat = x.reshape(-1, channels)
                shift.copy_(-flat.mean(0))
                log_scale.copy_(-torch.log(flat.std(0, unbiased=False).clamp(min=1e-6)))
        x = (x + shift) * torch.exp(log_scale)
        log_det = log_det + pixels * log_scale.sum()
        name = f"{prefix}layers[{index + 1}]"
        scale = P[f"{name}.logScale"]
        lower = torch.tril(P[f"{name}.lower"], -1) + torch.eye(channels)
        upper = torch.triu(P[f"{name}.upper"], 1) + torch.diag(P[f"{name}.signs"] * torch.exp(scale))
        x = x @ (lower @ upper)[P[f"{name}.order"].long()].T
        log_det = log_det + pixels * scale.sum()
        passing, moved = (high, low) if step % 2 == 0 else (low, high)
        x, log_det = couple_channels(f"{prefix}layers[{index}]", x, log_det, passing, moved, flow["coupling"] == "affine")
    if not splits:
        return [x], log_det
    x, log_det = couple_channels(f"{prefix}layers[1]", x, log_det, low, high, True)
    inner, log_det = glow_level(f"{prefix}layers[0].", number + 1, x[..., low], log_det, first)
    return [*inner, x[..., high]], log_det


def glow(x, log_det, first):
    parts, log_det = glow_level("", 1, x.view(-1, *shape["image"]), log_det, first)
    return torch.cat([part.flatten(1) for part in parts], 1), log_det


def log_density(x, first=False):
    log_det = torch.zeros(len(x))
    if shape["preprocess"] == "standardize":
        mean, scale = (P[f"layers[{task['end']}].{name}"] for name in ("mean", "scale"))
        x = (x - mean) / scale
        log_det = log_det - torch.log(scale).sum()
    elif shape["preprocess"] == "logit":
        p = 0.05 + 0.9 * x
        log_det = log_det + DIM * math.log(0.9) - (torch.log(p) + torch.log(1 - p)).sum(1)
        x = torch.log(p) - torch.log(1 - p)
    if flow["kind"] == "glow":
        z, log_det = glow(x, log_det, first)
    else:
        z, log_det = {"nice": nice, "real-nvp": real_nvp}[flow["kind"]](x, log_det)
    if flow["base"] == "logistic":
        return log_det - (z.abs() + 2 * F.softplus(-z.abs())).sum(1)
    return log_det - 0.5 * (z * z).sum(1) - 0.5 * DIM * math.log(2 * math.pi)


test = torch.tensor(np.fromfile(f"{folder}/test.f32", np.float32).reshape(-1, DIM))
learned = [p for p in P.values() if p.requires_grad]
optimizer = torch.optim.Adam(learned, lr=task["learningRate"])
batch, updates = task["batchSize"], task["updates"]
an_epoch = math.ceil(task["rows"] / batch)
begin = time.perf_counter()
for update in range(1, updates + 1):
    is_last = update % an_epoch == 0
    rows = task["rows"] - (an_epoch - 1) * batch if is_last else batch
    x = torch.frombuffer(bytearray(sys.stdin.buffer.read(4 * rows * DIM)), dtype=torch.float32).view(rows, DIM)
    t = (update - 1) / updates
    rate = 0.5 * (1 + math.cos(math.pi * t)) if task["schedule"] == "cosine" else 1
    optimizer.param_groups[0]["lr"] = task["learningRate"] * rate * min(1, update / max(1, task["warmup"]))
    if update == 1 and flow["kind"] == "glow":
        with torch.no_grad():
            log_density(x, first=True)
    loss = -log_density(x).mean()
    optimizer.zero_grad()
    loss.backward()
    if task["clip"] is not None:
        torch.nn.utils.clip_grad_norm_(learned, task["clip"])
    optimizer.step()
seconds = time.perf_counter() - begin
with torch.no_grad():
    nats = torch.cat([log_density(part) for part in test.split(500)]).double().mean().item()
print(json.dumps({"nats": nats, "seconds": seconds, "versions": f"torch {torch.__version__}"}))
