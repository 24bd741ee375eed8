# Writes golden.json beside this file: what R's posterior says of some arrays of draws.
#   Rscript tests/coordinator/statistics/golden.R
# Needs posterior and jsonlite. An array is stored as chains of draws; a number that R has as NA or NaN is null, and
# infinite draws are the strings "Inf" and "-Inf".
suppressMessages(library(posterior))
library(jsonlite)
set.seed(20210627)

directory <- dirname(sub("--file=", "", grep("--file=", commandArgs(FALSE), value = TRUE)))

matrix_of <- function(chains, draws, f) vapply(seq_len(chains), f, numeric(draws))
ar1 <- function(n, phi) as.numeric(arima.sim(list(ar = phi), n, n.start = 200)) * sqrt(1 - phi^2)

arrays <- list(
  iid = matrix_of(4, 250, function(c) rnorm(250)),
  ar_mild = matrix_of(4, 300, function(c) 3 + 2 * ar1(300, 0.5)),
  ar_slow = matrix_of(4, 400, function(c) ar1(400, 0.97)),
  random_walk = matrix_of(3, 600, function(c) cumsum(rnorm(600))),
  drifting = matrix_of(4, 200, function(c) rnorm(200) + seq_len(200) / 100),
  one_chain_stuck = cbind(matrix_of(3, 150, function(c) rnorm(150)), c(rnorm(75), rep(0.7, 75))),
  one_chain_constant = cbind(matrix_of(3, 100, function(c) rnorm(100)), rep(1.5, 100)),
  one_chain_elsewhere = cbind(matrix_of(3, 100, function(c) rnorm(100)), rnorm(100, 4)),
  one_chain_wider = cbind(matrix_of(3, 200, function(c) rnorm(200)), rnorm(200, 0, 3)),
  constant = matrix(0.1, 50, 4),
  cauchy = matrix_of(4, 300, function(c) rcauchy(300)),
  integers = matrix_of(4, 250, function(c) rpois(250, 3)),
  binary = matrix_of(4, 101, function(c) rbinom(101, 1, 0.3)),
  signs = matrix_of(4, 60, function(c) rep(c(-1, 1), 30)),
  rejections = matrix_of(4, 301, function(c) rnorm(120)[sort(sample(120, 301, TRUE))]),
  one_chain = matrix_of(1, 333, function(c) ar1(333, 0.3)),
  odd = matrix_of(4, 151, function(c) rexp(151)),
  odd_tied = matrix_of(3, 51, function(c) round(rnorm(51), 1)),
  one_draw = matrix(rnorm(4), 1, 4),
  two_draws = matrix_of(4, 2, function(c) rnorm(2)),
  three_draws = matrix_of(4, 3, function(c) rnorm(3)),
  four_draws = matrix_of(4, 4, function(c) rnorm(4)),
  two_by_five = matrix_of(2, 5, function(c) rnorm(5)),
  six_draws = matrix_of(2, 6, function(c) rnorm(6)),
  seven_draws = matrix_of(3, 7, function(c) rnorm(7)),
  twelve_draws = matrix_of(4, 12, function(c) rnorm(12)),
  thirteen_draws = matrix_of(4, 13, function(c) rnorm(13)),
  antithetic = matrix_of(4, 300, function(c) ar1(300, -0.7)),
  strongly_antithetic = matrix_of(4, 200, function(c) ar1(200, -0.98)),
  long = matrix_of(4, 1000, function(c) 1e3 + ar1(1000, 0.9)),
  many_short = matrix_of(16, 50, function(c) ar1(50, 0.2)),
  bimodal = matrix_of(4, 250, function(c) rnorm(250) + 6 * (rbinom(250, 1, 0.5) - 0.5) * (c %% 2)),
  periodic = matrix_of(2, 256, function(c) sin(seq_len(256) / 5 + c) + 0.1 * rnorm(256)),
  lognormal = matrix_of(4, 200, function(c) exp(3 * ar1(200, 0.6))),
  far_from_zero = matrix_of(4, 100, function(c) 1e6 + rnorm(100)),
  with_nan = cbind(c(NaN, rnorm(39)), rnorm(40)),
  with_inf = cbind(c(Inf, rnorm(39)), rnorm(40)),
  with_both_infs = cbind(c(Inf, rnorm(39)), c(rnorm(39), -Inf)),
  infinite_median = cbind(rep(Inf, 30), c(rep(Inf, 5), rnorm(25)))
)

# Margossian et al. (2024), equations 15 to 19; posterior has it from 1.5 on.
nested <- function(x, superchains) {
  if (anyNA(x) || any(is.infinite(x)) || max(x) - min(x) < .Machine$double.eps) return(NA_real_)
  per <- ncol(x) / superchains
  if (superchains < 2 || per != round(per)) return(NA_real_)
  groups <- split(seq_len(ncol(x)), rep(seq_len(superchains), each = per))
  within <- sapply(groups, function(g) {
    between <- if (per > 1) var(colMeans(x)[g]) else 0
    between + if (nrow(x) > 1) mean(apply(x[, g, drop = FALSE], 2, var)) else 0
  })
  sqrt(1 + var(sapply(groups, function(g) mean(x[, g]))) / mean(within))
}

diagnostics <- function(x) {
  quiet <- function(value) suppressWarnings(tryCatch(as.numeric(value), error = function(e) NA_real_))
  probs <- c(0.05, 0.5, 0.95)
  # Halves of one draw have no variance, so nothing that splits is defined. posterior's x[1:1, ] drops a dimension there
  # and takes the chains for draws of one chain; that is not followed.
  if (nrow(x) %in% 2:3) quiet <- function(value) NA_real_
  list(
    mean = mean(x), sd = sd(x),
    quantiles = quantile2(x, probs),
    rhat = quiet(rhat(x)), rhatBasic = quiet(rhat_basic(x)),
    rhatNested = nested(x, ncol(x) / 2),
    essBulk = quiet(ess_bulk(x)), essTail = quiet(ess_tail(x)), essMean = quiet(ess_mean(x)),
    mcseMean = quiet(mcse_mean(x)), mcseSd = quiet(mcse_sd(x)),
    mcseQuantiles = quiet(mcse_quantile(x, probs)),
    autocorrelation = tryCatch(posterior:::autocorrelation(x[, 1]), error = function(e) NA_real_)[seq_len(min(nrow(x), 20))]
  )
}

# 17 digits give a float64 back exactly.
number <- function(v) ifelse(is.na(v), "null", ifelse(is.infinite(v), ifelse(v > 0, "\"Inf\"", "\"-Inf\""), sprintf("%.17g", v)))
list_of <- function(v) paste0("[", paste(v, collapse = ","), "]")
cases <- lapply(names(arrays), function(name) {
  x <- arrays[[name]]
  rows <- apply(x, 2, function(chain) list_of(number(chain)))
  expected <- diagnostics(x)
  several <- c("quantiles", "mcseQuantiles", "autocorrelation")
  fields <- vapply(names(expected), function(field) {
    value <- number(expected[[field]])
    if (field %in% several && length(value) == 1 && nrow(x) > 1) value <- rep("null", 3)
    sprintf("\"%s\":%s", field, if (field %in% several) list_of(value) else value)
  }, "")
  sprintf("{\"name\":\"%s\",\n\"chains\":%s,\n\"expected\":{%s}}", name, list_of(rows), paste(fields, collapse = ",\n  "))
})
text <- sprintf("{\"posterior\":\"%s\",\n\"cases\":[\n%s\n]}", packageVersion("posterior"), paste(cases, collapse = ",\n"))
stopifnot(validate(text))
writeLines(text, file.path(directory, "golden.json"))
