# Writes r.json: log densities by R's own functions, so that the parameters mean what they do there.
rows <- list()
put <- function(name, args, value) rows[[length(rows) + 1]] <<- sprintf('  ["%s", [%s], %.17g]', name, paste(sprintf("%.17g", args), collapse = ", "), value)
for (x in c(-2.3, 0.4, 7)) {
  put("normal", c(x, 1.5, 0.7), dnorm(x, 1.5, 0.7, log = TRUE))
  put("studentT", c(x, 4.5, 1.5, 0.7), dt((x - 1.5) / 0.7, 4.5, log = TRUE) - log(0.7))
  put("cauchy", c(x, 1.5, 0.7), dcauchy(x, 1.5, 0.7, log = TRUE))
  put("logistic", c(x, 1.5, 0.7), dlogis(x, 1.5, 0.7, log = TRUE))
}
put("uniform", c(0.3, -1, 4), dunif(0.3, -1, 4, log = TRUE))
for (x in c(0.02, 1.1, 5.5)) {
  put("halfNormal", c(x, 0.7), log(2) + dnorm(x, 0, 0.7, log = TRUE))
  put("halfCauchy", c(x, 0.7), log(2) + dcauchy(x, 0, 0.7, log = TRUE))
  put("halfStudentT", c(x, 3, 1), log(2) + dt(x, 3, log = TRUE))
  put("lognormal", c(x, 1.5, 0.7), dlnorm(x, 1.5, 0.7, log = TRUE))
  put("exponential", c(x, 2.5), dexp(x, 2.5, log = TRUE))
  put("gamma", c(x, 1.5, 0.7), dgamma(x, 1.5, rate = 0.7, log = TRUE))
  put("inverseGamma", c(x, 1.5, 0.7), dgamma(1 / x, 1.5, rate = 0.7, log = TRUE) - 2 * log(x))
  put("chiSquare", c(x, 3.5), dchisq(x, 3.5, log = TRUE))
  put("weibull", c(x, 1.5, 0.7), dweibull(x, 1.5, 0.7, log = TRUE))
}
for (x in c(0.02, 0.5, 0.93)) put("beta", c(x, 1.5, 0.7), dbeta(x, 1.5, 0.7, log = TRUE))
for (y in 0:1) put("bernoulli", c(y, 0.3), dbinom(y, 1, 0.3, log = TRUE))
for (y in 0:1) put("bernoulliLogit", c(y, 0.3), dbinom(y, 1, plogis(0.3), log = TRUE))
for (y in c(0, 3, 9)) {
  put("binomial", c(y, 9, 0.3), dbinom(y, 9, 0.3, log = TRUE))
  put("binomialLogit", c(y, 9, -0.6), dbinom(y, 9, plogis(-0.6), log = TRUE))
  put("poisson", c(y, 2.5), dpois(y, 2.5, log = TRUE))
  put("poissonLog", c(y, 1.2), dpois(y, exp(1.2), log = TRUE))
  put("negativeBinomial", c(y, 2.5, 1.3), dnbinom(y, mu = 2.5, size = 1.3, log = TRUE))
  put("negativeBinomialLog", c(y, 1.2, 1.3), dnbinom(y, mu = exp(1.2), size = 1.3, log = TRUE))
  put("geometric", c(y, 0.3), dgeom(y, 0.3, log = TRUE))
}
dir <- dirname(sub("--file=", "", grep("--file=", commandArgs(FALSE), value = TRUE)))
writeLines(c("[", paste(unlist(rows), collapse = ",\n"), "]"), file.path(dir, "r.json"))
