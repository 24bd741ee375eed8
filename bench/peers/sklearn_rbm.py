"""scikit-learn's BernoulliRBM in minibatches, its parameters written down at given training seconds.

    python3 sklearn_rbm.py DATA ROWS COLUMNS HIDDEN BATCH RATE SEED OUT SECONDS...

DATA: bytes 0 or 1, row-major. Updates are those that `fit` makes (its `_fit` on one slice of the rows after another,
every epoch anew); the clock runs in them alone. For each of SECONDS it writes OUT-k.bin: float32 weights [hidden x visible],
visible biases, hidden biases; and prints a line of JSON { seconds, epochs, file }.
"""
import json
import sys
import time

import numpy
import sklearn
from sklearn.neural_network import BernoulliRBM
from sklearn.utils import gen_even_slices

path, rows, columns, hidden, batch, rate, seed, out, *marks = sys.argv[1:]
rows, columns, batch = int(rows), int(columns), int(batch)
data = numpy.fromfile(path, dtype=numpy.uint8)[: rows * columns].reshape(rows, columns).astype(numpy.float32)

machine = BernoulliRBM(n_components=int(hidden), learning_rate=float(rate), batch_size=batch, random_state=int(seed))
# No epoch of fit makes the first parameters and the first chains, as every fit does.
machine.n_iter = 0
machine.fit(data)
random = numpy.random.RandomState(int(seed))
slices = list(gen_even_slices(-(-rows // batch) * batch, -(-rows // batch), n_samples=rows))
print(json.dumps({"ready": f"scikit-learn {sklearn.__version__}, numpy {numpy.__version__}"}), flush=True)

spent, updates = 0.0, 0
for k, mark in enumerate(float(mark) for mark in marks):
    while spent < mark:
        rows_now = data[slices[updates % len(slices)]]
        start = time.perf_counter()
        machine._fit(rows_now, random)
        spent += time.perf_counter() - start
        updates += 1
    file = f"{out}-{k}.bin"
    parameters = [machine.components_, machine.intercept_visible_, machine.intercept_hidden_]
    numpy.concatenate([p.ravel() for p in parameters]).astype(numpy.float32).tofile(file)
    print(json.dumps({"seconds": spent, "epochs": updates / len(slices), "file": file}), flush=True)
