# Writes psis_golden.json beside this file: what R's loo makes of some log weights.
#   Rscript tests/coordinator/statistics/psis_golden.R
# Needs loo. No estimate (loo has Inf) is null. `functionKhat` is the larger k-hat of the weights and of both tails of h times
# them (Vehtari, Simpson, Gelman, Yao & Gabry 2024, section 2.4), which loo has from 2.7 on, by the same fit.
suppressMessages(library(loo))
set.seed(20240229)
directory <- dirname(sub("--file=", "", grep("--file=", commandArgs(FALSE), value = TRUE)))

normal_by <- function(n, target_sd, sd) {
  x <- rnorm(n, 0, sd)
  list(x = x, lw = dnorm(x, 0, target_sd, log = TRUE) - dnorm(x, 0, sd, log = TRUE))
}
pareto <- function(n, k) {
  u <- runif(n)
  list(x = rnorm(n), lw = if (k == 0) -log(u) else -k * log(u))
}
cases <- list(
  bounded = normal_by(200, 1, 1.5),
  mild = normal_by(250, 1, 0.9),
  narrow = normal_by(400, 1, 0.6),
  exponential = list(x = rexp(300), lw = log(rexp(300))),
  pareto_half = pareto(250, 0.5),
  pareto_seven = pareto(600, 0.7),
  pareto_one = pareto(300, 1),
  pareto_two = pareto(300, 2),
  far = { a <- normal_by(300, 1, 0.8); list(x = a$x * 1e3 + 1e4, lw = a$lw - 5000) },
  skewed = { x <- rnorm(250); list(x = exp(2 * x), lw = 0.3 * x) },
  binary = { x <- rnorm(200); list(x = as.numeric(x > 0), lw = 0.5 * x) },
  constant_function = { x <- rnorm(200); list(x = rep(2, 200), lw = 0.5 * x) },
  least = { x <- rnorm(25); list(x = x, lw = x) },
  too_few = { x <- rnorm(20); list(x = x, lw = x) },
  equal = list(x = rnorm(100), lw = rep(-3, 100)),
  nearly_equal = { x <- rnorm(150); list(x = x, lw = x * 1e-5) }
)

number <- function(v) ifelse(is.na(v) | is.infinite(v), "null", sprintf("%.17g", v))
list_of <- function(v) paste0("[", paste(number(v), collapse = ","), "]")
tail_length <- function(n) ceiling(min(0.2 * n, 3 * sqrt(n)))
tail_khat <- function(v, m) {
  v <- sort(v)
  n <- length(v)
  tail <- v[(n - m + 1):n]
  loo:::gpdfit(tail - v[n - m], sort_x = FALSE)$k
}

text <- vapply(names(cases), function(name) {
  x <- cases[[name]]$x
  lw <- cases[[name]]$lw
  n <- length(lw)
  fit <- suppressWarnings(psis(lw, r_eff = 1))
  k <- fit$diagnostics$pareto_k
  weights <- as.numeric(weights(fit, log = FALSE, normalize = TRUE))
  function_k <- k
  if (is.finite(k) && length(unique(x)) > 2) {
    r <- exp(lw - max(lw))
    m <- tail_length(n)
    function_k <- max(k, tail_khat(x * r, m), tail_khat(-x * r, m))
  }
  sprintf(
    "{\"name\":\"%s\",\n\"values\":%s,\n\"logWeights\":%s,\n\"khat\":%s,\"functionKhat\":%s,\"ess\":%s,\n\"weights\":%s}",
    name, list_of(x), list_of(lw), number(k), number(function_k), number(1 / sum(weights^2)), list_of(weights)
  )
}, "")
writeLines(sprintf("{\"loo\":\"%s\",\n\"cases\":[\n%s\n]}", packageVersion("loo"), paste(text, collapse = ",\n")),
  file.path(directory, "psis_golden.json"))
