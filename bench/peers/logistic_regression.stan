// The model `logistic-regression` with its default priors, by Stan's fastest likelihood for it.
data {
  int<lower=0> N;
  int<lower=0> K;
  matrix[N, K] x;
  int<lower=0, upper=1> y[N];
}
parameters {
  real intercept;
  vector[K] beta;
}
model {
  intercept ~ normal(0, 2.5);
  beta ~ normal(0, 2.5);
  y ~ bernoulli_logit_glm(x, intercept, beta);
}
