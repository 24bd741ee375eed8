# Ten of the posteriors of examples/models by JAGS, as a truth that is known to three digits: Rscript jags.R [NAME ...]
#
# Debian's packages: jags r-cran-rjags r-cran-jsonlite r-cran-posterior. Half an hour. Writes jags.json beside this file, of all ten.
# The models are those of the BUGS Examples, to the letter but for what JAGS spells otherwise (censoring, loops over three links).
suppressMessages({ library(rjags); library(jsonlite); library(posterior) })
load.module("glm", quiet = TRUE)

here <- dirname(sub("^--file=", "", grep("^--file=", commandArgs(), value = TRUE)))
folder <- file.path(here, "../../examples/models")
columns <- function(name) as.list(read.csv(file.path(folder, paste0(name, ".csv"))))
json <- function(name) fromJSON(file.path(folder, paste0(name, ".data.json")))

rats <- json("rats"); pumps <- json("pumps"); seeds <- columns("seeds"); stacks <- columns("stacks")
blockers <- columns("blockers"); dugongs <- columns("dugongs"); mice <- columns("mice"); jaws <- json("jaws")
eyes <- json("eyes"); beetles <- columns("beetles")
died <- mice$died == 1

jobs <- list(
  rats = list(model = "model {
      for (i in 1:30) {
        for (j in 1:5) { Y[i, j] ~ dnorm(alpha[i] + beta[i] * (x[j] - 22), tau.c) }
        alpha[i] ~ dnorm(alpha.c, alpha.tau)
        beta[i] ~ dnorm(beta.c, beta.tau)
      }
      tau.c ~ dgamma(0.001, 0.001); alpha.tau ~ dgamma(0.001, 0.001); beta.tau ~ dgamma(0.001, 0.001)
      alpha.c ~ dnorm(0, 1.0E-6); beta.c ~ dnorm(0, 1.0E-6)
      sigma <- 1 / sqrt(tau.c)
      alpha0 <- alpha.c - 22 * beta.c
    }", data = list(Y = rats$weights, x = rats$days), inits = list(alpha.c = 240, beta.c = 6),
    watch = c("alpha0", "beta.c", "sigma")),
  pumps = list(model = "model {
      for (i in 1:10) { theta[i] ~ dgamma(alpha, beta); x[i] ~ dpois(theta[i] * t[i]) }
      alpha ~ dexp(1); beta ~ dgamma(0.1, 1.0)
    }", data = list(t = pumps$hours, x = pumps$failures), watch = c("alpha", "beta", "theta")),
  seeds = list(model = "model {
      for (i in 1:21) {
        r[i] ~ dbin(p[i], n[i]); b[i] ~ dnorm(0, tau)
        logit(p[i]) <- alpha0 + alpha1 * x1[i] + alpha2 * x2[i] + alpha12 * x1[i] * x2[i] + b[i]
      }
      alpha0 ~ dnorm(0, 1.0E-6); alpha1 ~ dnorm(0, 1.0E-6); alpha2 ~ dnorm(0, 1.0E-6); alpha12 ~ dnorm(0, 1.0E-6)
      sigma ~ dunif(0, 10); tau <- 1 / pow(sigma, 2)
    }", data = list(r = seeds$germinated, n = seeds$seeds, x1 = seeds$kind, x2 = seeds$extract),
    watch = c("alpha0", "alpha1", "alpha2", "alpha12", "sigma")),
  stacks = list(model = "model {
      for (j in 1:3) {
        b[j] <- beta[j] / sd(x[, j]); beta[j] ~ dnorm(0, 0.00001)
        for (i in 1:21) { z[i, j] <- (x[i, j] - mean(x[, j])) / sd(x[, j]) }
      }
      b0 <- beta0 - b[1] * mean(x[, 1]) - b[2] * mean(x[, 2]) - b[3] * mean(x[, 3])
      for (i in 1:21) {
        Y[i] ~ ddexp(mu[i], tau)
        mu[i] <- beta0 + beta[1] * z[i, 1] + beta[2] * z[i, 2] + beta[3] * z[i, 3]
        stres[i] <- (Y[i] - mu[i]) / sigma
        outlier[i] <- step(stres[i] - 2.5) + step(-(stres[i] + 2.5))
      }
      beta0 ~ dnorm(0, 0.00001); tau ~ dgamma(0.001, 0.001); sigma <- sqrt(2) / tau
    }", data = list(Y = stacks$loss, x = cbind(stacks$air, stacks$temperature, stacks$acid)),
    watch = c("b0", "beta", "sigma", "outlier[1]", "outlier[3]", "outlier[4]", "outlier[21]")),
  blockers = list(model = "model {
      for (i in 1:22) {
        rc[i] ~ dbin(pc[i], nc[i]); rt[i] ~ dbin(pt[i], nt[i])
        logit(pc[i]) <- mu[i]; logit(pt[i]) <- mu[i] + delta[i]
        mu[i] ~ dnorm(0, 1.0E-5); delta[i] ~ dnorm(d, tau)
      }
      d ~ dnorm(0, 1.0E-6); tau ~ dgamma(0.001, 0.001); delta.new ~ dnorm(d, tau); sigma <- 1 / sqrt(tau)
    }", data = list(rc = blockers$controlDeaths, nc = blockers$controls, rt = blockers$treatedDeaths, nt = blockers$treated),
    watch = c("d", "delta.new", "sigma")),
  dugongs = list(model = "model {
      for (i in 1:27) { Y[i] ~ dnorm(alpha - beta * pow(gamma, x[i]), tau) }
      alpha ~ dunif(0, 100); beta ~ dunif(0, 100); gamma ~ dunif(0.5, 1); tau ~ dgamma(0.001, 0.001)
      sigma <- 1 / sqrt(tau); U3 <- logit(gamma)
    }", data = list(Y = dugongs$length, x = dugongs$age), inits = list(alpha = 1, beta = 1, gamma = 0.9), thin = 40,
    watch = c("alpha", "beta", "gamma", "sigma", "U3")),
  mice = list(model = "model {
      for (i in 1:80) { t[i] ~ dweib(r, mu[g[i]]); c[i] ~ dinterval(t[i], cen[i]) }
      for (k in 1:4) { mu[k] <- exp(beta[k]); beta[k] ~ dnorm(0, 0.001) }
      r ~ dunif(0.1, 10)
      veh.control <- beta[2] - beta[1]; test.sub <- beta[3] - beta[1]; pos.control <- beta[4] - beta[1]
    }", data = list(t = ifelse(died, mice$weeks, NA), g = mice$group, c = 1 - mice$died, cen = mice$weeks + 1e6 * died),
    inits = list(t = ifelse(died, NA, mice$weeks + 1), r = 1, beta = rep(-1, 4)), thin = 30,
    watch = c("r", "veh.control", "test.sub", "pos.control")),
  jaws = list(model = "model {
      beta0 ~ dnorm(0, 0.001); beta1 ~ dnorm(0, 0.001)
      for (i in 1:20) { Y[i, 1:4] ~ dmnorm(mu[], Omega[, ]) }
      for (j in 1:4) { mu[j] <- beta0 + beta1 * age[j] }
      Omega[1:4, 1:4] ~ dwish(R[, ], 4); Sigma[1:4, 1:4] <- inverse(Omega[, ])
    }", data = list(Y = jaws$heights, age = jaws$ages, R = diag(4)), thin = 40, watch = c("beta0", "beta1", "mu", "Sigma")),
  eyes = list(model = "model {
      for (i in 1:48) { y[i] ~ dnorm(lambda[T[i]], tau); T[i] ~ dcat(P[]) }
      P[1:2] ~ ddirch(alpha[]); theta ~ dunif(0, 1000); lambda[2] <- lambda[1] + theta; lambda[1] ~ dnorm(0, 1.0E-6)
      tau ~ dgamma(0.001, 0.001); sigma <- 1 / sqrt(tau)
    }", data = list(y = eyes$wavelengths, alpha = c(1, 1), T = c(1, rep(NA, 46), 2)), thin = 40,
    inits = list(lambda = c(535, NA), theta = 5, tau = 0.1), watch = c("P", "lambda", "sigma")),
  beetles = list(model = "model {
      for (i in 1:8) {
        for (k in 1:3) {
          r[i, k] ~ dbin(p[i, k], n[i]); e[i, k] <- star[k] + beta[k] * (x[i] - mean(x[])); rhat[i, k] <- n[i] * p[i, k]
        }
        logit(p[i, 1]) <- e[i, 1]; probit(p[i, 2]) <- e[i, 2]; cloglog(p[i, 3]) <- e[i, 3]
      }
      for (k in 1:3) { alpha[k] <- star[k] - beta[k] * mean(x[]); beta[k] ~ dnorm(0, 0.001); star[k] ~ dnorm(0, 0.001) }
    }", data = list(r = matrix(beetles$killed, 8, 3), n = beetles$beetles, x = beetles$dose),
    watch = c("alpha", "beta", "rhat"))
)

# beetles: alpha[2] is ours probit.alpha, rhat[5,2] is probit.rhat[5].
ours <- function(name, variable) {
  if (name != "beetles") return(variable)
  k <- as.integer(sub(".*?(\\d)\\]$", "\\1", variable))
  rest <- if (grepl(",", variable)) sub(",\\d\\]$", "]", variable) else sub("\\[\\d\\]$", "", variable)
  paste0(c("logit", "probit", "cloglog")[k], ".", rest)
}

run <- function(name) {
  job <- jobs[[name]]
  thin <- if (is.null(job$thin)) 20 else job$thin
  inits <- lapply(1:4, function(chain) c(job$inits, list(.RNG.name = "base::Mersenne-Twister", .RNG.seed = chain)))
  model <- jags.model(textConnection(job$model), job$data, inits = inits, n.chains = 4, n.adapt = 5000, quiet = TRUE)
  update(model, 10000, progress.bar = "none")
  draws <- as_draws_array(coda.samples(model, job$watch, n.iter = 10000 * thin, thin = thin, progress.bar = "none"))
  found <- summarise_draws(draws, "mean", "sd", "mcse_mean", "mcse_sd", "rhat")
  stopifnot(found$rhat < 1.01)
  digits <- function(x) as.numeric(formatC(x, digits = 6, format = "g"))
  rows <- lapply(seq_len(nrow(found)), function(i) list(
    mean = digits(found$mean[i]), sd = digits(found$sd[i]),
    mcseMean = signif(found$mcse_mean[i], 3), mcseSd = signif(found$mcse_sd[i], 3)
  ))
  setNames(rows, vapply(found$variable, function(v) ours(name, v), ""))
}

only <- commandArgs(trailingOnly = TRUE)
names <- if (length(only) > 0) only else names(jobs)
results <- setNames(lapply(names, run), names)
text <- toJSON(results, auto_unbox = TRUE, digits = NA, pretty = TRUE)
if (length(only) > 0) cat(text, "\n") else writeLines(text, file.path(here, "jags.json"))
