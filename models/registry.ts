/** The model kinds, by their names on the wire. A new one is a file of this folder and a line here; the tests find it. */
import { cdf } from "./distributions/cdf.ts";
import { discrete } from "./distributions/discrete.ts";
import { distribution } from "./distributions/distribution.ts";
import { boltzmann } from "./energy/boltzmann.ts";
import { hopfield } from "./energy/hopfield.ts";
import { hopfieldTrials } from "./energy/hopfield_trials.ts";
import { ising } from "./energy/ising.ts";
import { rbm } from "./energy/rbm.ts";
import { flow } from "./flows/model.ts";
import { onnx } from "./flows/graph_model.ts";
import type { ModelDefinition } from "./model.ts";
import { module } from "./modules/definition.ts";
import { banana } from "./posteriors/banana.ts";
import { eightSchools } from "./posteriors/eight_schools.ts";
import { funnel } from "./posteriors/funnel.ts";
import { gaussian } from "./posteriors/gaussian.ts";
import { gaussianMixture } from "./posteriors/gaussian_mixture.ts";
import { linearRegression } from "./posteriors/linear_regression.ts";
import { logisticRegression } from "./posteriors/logistic_regression.ts";
import { poissonRegression } from "./posteriors/poisson_regression.ts";
import { potential } from "./posteriors/potential.ts";
import { twoMoons } from "./posteriors/two_moons.ts";

export const models = {
  "gaussian": gaussian,
  "gaussian-mixture": gaussianMixture,
  "banana": banana,
  "funnel": funnel,
  "two-moons": twoMoons,
  "potential": potential,
  "eight-schools": eightSchools,
  "linear-regression": linearRegression,
  "logistic-regression": logisticRegression,
  "poisson-regression": poissonRegression,
  "distribution": distribution,
  "discrete": discrete,
  "cdf": cdf,
  "boltzmann": boltzmann,
  "hopfield": hopfield,
  "hopfield-trials": hopfieldTrials,
  "ising": ising,
  "rbm": rbm,
  "flow": flow,
  "onnx": onnx,
  "module": module,
} as const satisfies Record<string, ModelDefinition>;
