"""The posterior of a logistic regression in plain torch, exported as an ONNX density with its gradient.

    python3 logistic.py

writes logistic.onnx beside this script: beta [batch, 3] -> log_prob [batch], gradient [batch, 3], in double precision. The exporter of older torch
does not take autograd.grad, so that the gradient is written by hand, and held to autograd before anything is written.
"""
import pathlib
import torch

hours = torch.arange(40, dtype=torch.float64) / 8  # of study
tutored = torch.arange(40) % 3 == 0
passed = torch.tensor([int(c) for c in "0001001000100101001101011011011101111111"], dtype=torch.float64)


class Posterior(torch.nn.Module):
    """beta ~ N(0, 2.5^2) each; passed ~ Bernoulli(sigmoid(intercept + slope hours + help tutored))."""

    def __init__(self):
        super().__init__()
        self.register_buffer("design", torch.stack([torch.ones(40), hours - hours.mean(), tutored], dim=1).double())
        self.register_buffer("passed", passed)

    def forward(self, beta):
        logits = beta @ self.design.T
        softplus = torch.relu(logits) + torch.log(1 + torch.exp(-logits.abs()))  # onnxruntime's own is of single precision alone
        log_prob = (self.passed * logits - softplus).sum(1) - (beta * beta).sum(1) / 12.5
        gradient = (self.passed - torch.sigmoid(logits)) @ self.design - beta / 6.25
        return log_prob, gradient


posterior = Posterior().eval()
beta = torch.randn(4, 3, dtype=torch.float64, requires_grad=True)
log_prob, gradient = posterior(beta)
assert torch.allclose(torch.autograd.grad(log_prob.sum(), beta)[0], gradient)
torch.onnx.export(
    posterior, (beta.detach(),), str(pathlib.Path(__file__).parent / "logistic.onnx"), opset_version=16,
    input_names=["x"], output_names=["log_prob", "gradient"],
    dynamic_axes={name: {0: "batch"} for name in ["x", "log_prob", "gradient"]},
)
