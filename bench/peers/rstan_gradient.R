# Times rstan's gradient: Rscript rstan_gradient.R MODEL.stan DATA.R FOLDER. The best of some rounds, as a line of JSON.
suppressMessages(library(rstan))
rstan_options(boost_lib = "/usr/include")
arguments <- commandArgs(trailingOnly = TRUE)
data <- read_rdump(arguments[2])
compiled <- file.path(arguments[3], paste0(basename(arguments[1]), "-", tools::md5sum(arguments[1]), ".rds"))
if (file.exists(compiled)) {
  model <- readRDS(compiled)
} else {
  model <- stan_model(arguments[1])
  saveRDS(model, compiled)
}
fit <- suppressWarnings(sampling(model, data = data, chains = 1, iter = 10, refresh = 0))
x <- 0.3 * sin(seq_len(get_num_upars(fit)))
calls <- 5000
gradient <- function() for (i in seq_len(calls)) grad_log_prob(fit, x)
gradient()
seconds <- min(sapply(1:5, function(i) system.time(gradient())[["elapsed"]]))
cat(sprintf('{"version": "rstan %s (Stan %s)", "perSecond": %.1f}\n', packageVersion("rstan"), stan_version(), calls / seconds))
