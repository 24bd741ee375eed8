"""Densities in plain torch, exported by torch.onnx, with what torch itself computes of a few rows, and the moments that are known in closed form.

    /usr/bin/python3 tests/onnx/import/torch/torch_densities.py [FOLDER]

writes FOLDER/NAME.onnx and FOLDER/densities.json; the folder of this script where none is given. Made with torch 1.13.1 (Debian), whose exporter
does not take autograd.grad: gradients are written by hand, and held to autograd here.
"""
import json
import pathlib
import sys
import torch
from torch import nn

torch.manual_seed(20260101)
torch.set_num_threads(1)
FOLDER = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).parent)
ROWS = 4


class Gaussian(nn.Module):
    """N(mean, covariance) up to a constant, with its gradient."""

    def __init__(self, mean, covariance):
        super().__init__()
        self.register_buffer("mean", torch.tensor(mean, dtype=torch.float64))
        self.register_buffer("precision", torch.linalg.inv(torch.tensor(covariance, dtype=torch.float64)))

    def forward(self, x):
        away = x - self.mean
        pull = -away @ self.precision
        return 0.5 * (away * pull).sum(dim=1), pull


class GaussianEnergy(Gaussian):
    """The same as an energy, minus its log density, with the energy's gradient."""

    def forward(self, x):
        log_prob, gradient = super().forward(x)
        return -log_prob, -gradient


class Banana(nn.Module):
    """x1 ~ N(0, 1), x2 ~ N(curvature (x1^2 - 1), 1); no gradient."""

    def __init__(self, curvature=0.5):
        super().__init__()
        self.curvature = curvature

    def forward(self, x):
        bend = x[:, 1] - self.curvature * (x[:, 0] * x[:, 0] - 1)
        return -0.5 * (x[:, 0] * x[:, 0] + bend * bend)


class Chosen(nn.Module):
    """One of three Gaussians of two coordinates, chosen by a class that is one-hot."""

    def __init__(self):
        super().__init__()
        self.register_buffer("means", torch.tensor([[0.0, 0.0], [3.0, -1.0], [-2.0, 5.0]]))
        self.register_buffer("sds", torch.tensor([[1.0, 1.0], [0.5, 2.0], [1.5, 0.25]]))

    def forward(self, x, context):
        away = (x - context @ self.means) / (context @ self.sds)
        return -0.5 * (away * away).sum(dim=1, keepdim=True)


golden = {}


def export(name, module, inputs, outputs, rows, query, mean, covariance, dtype=torch.float32, dynamic=True, context=None):
    module = module.to(dtype).eval()
    x = torch.randn(rows, len(mean), dtype=dtype)
    given = (x,) if context is None else (x, torch.eye(context, dtype=dtype)[torch.arange(rows) % context])
    axes = {tensor: {0: "batch"} for tensor in inputs + outputs} if dynamic else {}
    torch.onnx.export(module, given, str(FOLDER / f"{name}.onnx"), opset_version=16, input_names=inputs, output_names=outputs, dynamic_axes=axes)
    out = module(*given)
    out = out if isinstance(out, tuple) else (out,)
    if len(out) == 2:
        y = x.clone().requires_grad_(True)
        (derived,) = torch.autograd.grad(module(y)[0].sum(), y)
        assert torch.allclose(derived, out[1], rtol=1e-4), name
    golden[name] = {
        "query": query,
        "x": x.tolist(),
        "logProb": [(-1 if "energy" in outputs else 1) * value for value in out[0].flatten().tolist()],
        "mean": mean,
        "covariance": covariance,
    }


export("gaussian", Gaussian([1.0, -2.0, 0.5], [[1.0, 0.8, 0.3], [0.8, 2.0, -0.2], [0.3, -0.2, 0.5]]), ["x"], ["log_prob", "gradient"], ROWS, {},
       [1.0, -2.0, 0.5], [[1.0, 0.8, 0.3], [0.8, 2.0, -0.2], [0.3, -0.2, 0.5]])
export("gaussian_energy", GaussianEnergy([0.0, 10.0], [[4.0, -1.5], [-1.5, 1.0]]), ["position"], ["energy", "force"], ROWS,
       {"x": "position", "energy": "energy", "gradient": "force"}, [0.0, 10.0], [[4.0, -1.5], [-1.5, 1.0]], dtype=torch.float64, dynamic=False)
export("banana", Banana(), ["theta"], ["lp"], ROWS, {}, [0.0, 0.0], [[1.0, 0.0], [0.0, 1.5]])
export("chosen", Chosen(), ["x", "context"], ["log_prob"], ROWS, {}, [3.0, -1.0], [[0.25, 0.0], [0.0, 4.0]], context=3)
(FOLDER / "densities.json").write_text(json.dumps(golden))
