"""Flows and an energy network in plain torch, exported by torch.onnx, with what torch itself computes of a few rows.

    /usr/bin/python3 tests/onnx/import/torch/torch_flows.py [FOLDER]

writes FOLDER/NAME.onnx and FOLDER/golden.json; the folder of this script where none is given. Made with torch 1.13.1 (Debian).
"""
import json
import math
import pathlib
import sys
import torch
from torch import nn

torch.manual_seed(20260101)
torch.set_num_threads(1)
FOLDER = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).parent)
ROWS = 16


class Planar(nn.Module):
    """z -> z + u tanh(w z + b), Rezende & Mohamed (2015), eight times; only the way from noise to data is closed."""

    def __init__(self, dim=2, layers=8):
        super().__init__()
        self.w = nn.Parameter(torch.randn(layers, dim))
        self.u = nn.Parameter(torch.randn(layers, dim))
        self.b = nn.Parameter(torch.randn(layers))

    def forward(self, z):
        log_det = torch.zeros_like(z[:, 0])
        for w, u, b in zip(self.w, self.u, self.b):
            wu = (w * u).sum()
            u = u + (torch.log1p(torch.exp(wu)) - 1 - wu) * w / (w * w).sum()
            h = torch.tanh(z @ w + b)
            z = z + u * h.unsqueeze(1)
            log_det = log_det + torch.log(torch.abs(1 + (1 - h * h) * (u * w).sum()))
        return z, log_det


class RealNvp(nn.Module):
    """Affine couplings, halves exchanged, Dinh et al. (2017)."""

    def __init__(self, dim=6, layers=4, width=32):
        super().__init__()
        self.half = dim // 2
        self.nets = nn.ModuleList(
            nn.Sequential(nn.Linear(self.half, width), nn.ReLU(), nn.Linear(width, width), nn.ReLU(), nn.Linear(width, dim))
            for _ in range(layers)
        )

    def terms(self, net, part):
        s, t = net(part).chunk(2, dim=1)
        return torch.tanh(s), t

    def sample(self, z):
        a, b = z.chunk(2, dim=1)
        log_det = 0
        for net in self.nets:
            s, t = self.terms(net, a)
            a, b = b * torch.exp(s) + t, a
            log_det = log_det + s.sum(dim=1)
        return torch.cat([a, b], dim=1), log_det

    def normalize(self, x):
        a, b = x.chunk(2, dim=1)
        log_det = 0
        for net in reversed(self.nets):
            s, t = self.terms(net, b)
            a, b = b, (a - t) * torch.exp(-s)
            log_det = log_det - s.sum(dim=1)
        return torch.cat([a, b], dim=1), log_det


class MaskedLinear(nn.Linear):
    def __init__(self, mask):
        super().__init__(mask.shape[1], mask.shape[0])
        self.register_buffer("mask", mask)

    def forward(self, x):
        return nn.functional.linear(x, self.weight * self.mask, self.bias)


class Maf(nn.Module):
    """Masked autoregressive layers, Papamakarios et al. (2017), the order reversed between them: x -> z in one pass."""

    def __init__(self, dim=4, layers=3, width=24):
        super().__init__()
        degrees, hidden = torch.arange(1, dim + 1), torch.arange(width) % (dim - 1) + 1
        first = (hidden[:, None] >= degrees[None, :]).float()
        last = (degrees[:, None] > hidden[None, :]).float().repeat(2, 1)
        self.nets = nn.ModuleList(
            nn.Sequential(MaskedLinear(first), nn.ELU(), MaskedLinear(last)) for _ in range(layers)
        )

    def forward(self, x):
        log_det = 0
        for net in self.nets:
            mean, log_scale = net(x).chunk(2, dim=1)
            log_scale = 2 * torch.tanh(log_scale / 2)
            x = ((x - mean) * torch.exp(-log_scale)).flip(1)
            log_det = log_det - log_scale.sum(dim=1)
        return x, log_det


class Energy(nn.Module):
    """-log p up to a constant: a bowl with bumps that were never learned."""

    def __init__(self, dim=3, width=16):
        super().__init__()
        self.net = nn.Sequential(nn.Linear(dim, width), nn.SiLU(), nn.Linear(width, width), nn.Softplus(), nn.Linear(width, 1))

    def forward(self, x):
        return self.net(x).squeeze(1) + 0.5 * (x * x).sum(dim=1)


class Way(nn.Module):
    """One method of a module, as torch.onnx wants it."""

    def __init__(self, module, method):
        super().__init__()
        self.module, self.method = module, method

    def forward(self, x):
        return getattr(self.module, self.method)(x)


def log_normal(z):
    return -0.5 * (z * z).sum(dim=1) - 0.5 * z.shape[1] * math.log(2 * math.pi)


golden = {}


def export(name, module, x, inputs, outputs, query):
    module.eval()
    torch.onnx.export(
        module, (x,), str(FOLDER / f"{name}.onnx"), opset_version=16, input_names=inputs, output_names=outputs,
        dynamic_axes={name: {0: "batch"} for name in inputs + outputs},
    )
    with torch.no_grad():
        out = module(x)
    out = out if isinstance(out, tuple) else (out,)
    golden[name] = {"query": query, "inputs": {inputs[0]: x.tolist()}, "outputs": {n: t.tolist() for n, t in zip(outputs, out)}}


nvp = RealNvp()
planar, maf, energy = Planar(), Maf(), Energy()
export("planar", planar, torch.randn(ROWS, 2), ["z"], ["x", "log_det"], {"base": "normal"})
export("nvp_forward", Way(nvp, "sample"), torch.randn(ROWS, 6), ["noise"], ["samples", "ladj"], {"base": "normal"})
export("nvp_inverse", Way(nvp, "normalize"), torch.randn(ROWS, 6), ["input"], ["output", "sum_log_abs_det"],
       {"direction": "inverse", "base": "normal"})
export("maf", maf, torch.randn(ROWS, 4), ["data"], ["a", "b"], {"direction": "inverse", "base": "normal", "z": "a", "logDet": "b"})
export("energy", energy, torch.randn(ROWS, 3), ["theta"], ["U"], {"energy": "U"})
with torch.no_grad():
    for name, module in [("nvp_inverse", nvp.normalize), ("maf", maf)]:
        z, log_det = module(torch.tensor(next(iter(golden[name]["inputs"].values()))))
        golden[name]["logProb"] = (log_normal(z) + log_det).tolist()
(FOLDER / "golden.json").write_text(json.dumps(golden))
