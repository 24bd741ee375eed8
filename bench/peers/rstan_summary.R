# Eight schools from the text of the model to the printed summary, as a user of rstan has it: Rscript rstan_summary.R MODEL.stan SEED
#
# Compiles each time, samples 4 chains × 1000 draws on both cores, prints the summary, and last {"ready": versions}.
suppressMessages(library(rstan))
rstan_options(boost_lib = "/usr/include")
options(mc.cores = 2)

arguments <- commandArgs(trailingOnly = TRUE)
data <- list(J = 8, y = c(28, 8, -3, 7, -1, 1, 18, 12), sigma = c(15, 10, 16, 11, 9, 11, 10, 18))
fit <- stan(arguments[1], data = data, chains = 4, iter = 2000, seed = as.integer(arguments[2]), refresh = 0)
print(fit)
cat(sprintf('{"ready": "rstan %s (Stan %s)"}\n', packageVersion("rstan"), stan_version()))
