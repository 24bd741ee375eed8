# Runs rstan's NUTS for the benchmark: Rscript rstan.R MODEL.stan DATA.R WARMUP DRAWS PARAMETERS FOLDER
#
# Compiles first (kept in FOLDER), says {"ready": versions}, then makes one chain for each line on standard input, a seed, and
# answers with a line of JSON. Seconds are Stan's own, warmup and sampling; evaluations are leapfrog steps, warmup included.
# The draws go to a file as float64 [parameter][draw].
suppressMessages(library(rstan))
rstan_options(boost_lib = "/usr/include")

arguments <- commandArgs(trailingOnly = TRUE)
source_file <- arguments[1]
data <- read_rdump(arguments[2])
warmup <- as.integer(arguments[3])
draws <- as.integer(arguments[4])
parameters <- strsplit(arguments[5], ",")[[1]]
folder <- arguments[6]

name <- sub("\\.stan$", "", basename(source_file))
compiled <- file.path(folder, paste0(name, "-", tools::md5sum(source_file), ".rds"))
if (file.exists(compiled)) {
  model <- readRDS(compiled)
} else {
  model <- stan_model(source_file, model_name = name)
  saveRDS(model, compiled)
}

run <- function(seed, warmup, draws) {
  suppressWarnings(sampling(
    model,
    data = data, chains = 1, warmup = warmup, iter = warmup + draws, seed = seed, pars = parameters, refresh = 0
  ))
}

invisible(run(1, 100, 100))
cat(sprintf('{"ready": "rstan %s (Stan %s)"}\n', packageVersion("rstan"), stan_version()))
flush(stdout())

requests <- file("stdin", "r")
repeat {
  line <- readLines(requests, n = 1)
  if (length(line) == 0) break
  fit <- run(as.integer(line), warmup, draws)
  steps <- get_sampler_params(fit, inc_warmup = TRUE)[[1]][, "n_leapfrog__"]
  values <- extract(fit, pars = parameters, permuted = FALSE)
  path <- file.path(folder, paste0(name, "-rstan.f64"))
  output <- file(path, "wb")
  writeBin(as.vector(values), output, size = 8, endian = "little")
  close(output)
  cat(sprintf(
    '{"seconds": %.6f, "evaluations": %d, "chains": 1, "draws": %d, "file": "%s"}\n',
    sum(get_elapsed_time(fit)), as.integer(sum(steps)), draws, path
  ))
  flush(stdout())
}
