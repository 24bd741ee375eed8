/*
 * Spins in C, written plainly, for bench/lattice_bench.ts: gcc -O3 lattice.c -lm, then
 *
 *   lattice ising SIDE BETA SWEEPS               heat bath on a periodic checkerboard
 *   lattice boltzmann FILE UNITS ROWS SWEEPS     single-site Gibbs; every field is added up where it is needed
 *   lattice boltzmann-kept FILE UNITS ROWS SWEEPS   the same with fields that are kept, and mended after a flip
 *
 * FILE holds float64 weights [UNITS x UNITS] and biases. Says {"ready": ...}, then makes a round for each line on standard input, a
 * seed, and answers {"seconds", "count", "check"}: updates made, and the energy a site (or a unit).
 */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* xoshiro256+, Blackman & Vigna (2018): among the fastest generators that are good. */
static uint64_t s[4];

static inline double uniform(void) {
  const uint64_t result = s[0] + s[3], t = s[1] << 17;
  s[2] ^= s[0];
  s[3] ^= s[1];
  s[1] ^= s[2];
  s[0] ^= s[3];
  s[2] ^= t;
  s[3] = (s[3] << 45) | (s[3] >> 19);
  return (double)(result >> 11) * 0x1.0p-53;
}

static void seed(uint64_t x) {
  for (int i = 0; i < 4; i++) { /* splitmix64 */
    uint64_t z = (x += 0x9e3779b97f4a7c15u);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    s[i] = z ^ (z >> 31);
  }
}

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec + 1e-9 * t.tv_nsec;
}

static void sweep_lattice(int8_t *spins, int n, const double *up) {
  for (int colour = 0; colour < 2; colour++) {
    for (int i = 0; i < n; i++) {
      int8_t *row = spins + (size_t)i * n;
      const int8_t *above = spins + (size_t)((i + n - 1) % n) * n, *below = spins + (size_t)((i + 1) % n) * n;
      for (int j = (i + colour) & 1; j < n; j += 2) {
        int left = j == 0 ? n - 1 : j - 1, right = j == n - 1 ? 0 : j + 1;
        int sum = above[j] + below[j] + row[left] + row[right];
        row[j] = uniform() < up[(sum + 4) / 2] ? 1 : -1;
      }
    }
  }
}

static double lattice_energy(const int8_t *spins, int n) {
  long bonds = 0;
  for (int i = 0; i < n; i++)
    for (int j = 0; j < n; j++)
      bonds += spins[(size_t)i * n + j] * (spins[(size_t)((i + 1) % n) * n + j] + spins[(size_t)i * n + (j + 1) % n]);
  return -(double)bonds / n / n;
}

static void sweep_plain(int8_t *y, int n, const double *weights, const double *bias) {
  for (int i = 0; i < n; i++) {
    double z = bias[i];
    for (int j = 0; j < n; j++) z += weights[(size_t)i * n + j] * y[j];
    y[i] = uniform() < 1 / (1 + exp(-2 * z)) ? 1 : -1;
  }
}

static void sweep_kept(int8_t *y, double *fields, int n, const double *weights) {
  for (int i = 0; i < n; i++) {
    int8_t spin = uniform() < 1 / (1 + exp(-2 * fields[i])) ? 1 : -1;
    if (spin == y[i]) continue;
    y[i] = spin;
    double change = 2 * spin;
    for (int j = 0; j < n; j++) fields[j] += change * weights[(size_t)i * n + j];
  }
}

static void add_fields(const int8_t *y, double *fields, int n, const double *weights, const double *bias) {
  for (int i = 0; i < n; i++) {
    fields[i] = bias[i];
    for (int j = 0; j < n; j++) fields[i] += weights[(size_t)i * n + j] * y[j];
  }
}

int main(int argc, char **argv) {
  if (argc < 5) return 2;
  const int is_lattice = strcmp(argv[1], "ising") == 0, is_kept = strcmp(argv[1], "boltzmann-kept") == 0;
  const int n = atoi(argv[is_lattice ? 2 : 3]);
  const int rows = is_lattice ? 1 : atoi(argv[4]), sweeps = atoi(argv[is_lattice ? 4 : 5]);
  const size_t units = is_lattice ? (size_t)n * n : (size_t)n;
  int8_t *spins = malloc(units * rows);
  double *weights = malloc(sizeof(double) * n * (n + 1)), *fields = malloc(sizeof(double) * n * rows), up[5];
  const double *bias = weights + (size_t)n * n;
  if (is_lattice) {
    for (int k = 0; k < 5; k++) up[k] = 1 / (1 + exp(-2 * atof(argv[3]) * (2 * k - 4)));
  } else {
    FILE *file = fopen(argv[2], "rb");
    if (!file || fread(weights, sizeof(double), (size_t)n * (n + 1), file) != (size_t)n * (n + 1)) return 1;
    fclose(file);
  }
  seed(1);
  for (size_t i = 0; i < units * rows; i++) spins[i] = uniform() < 0.5 ? 1 : -1;
  for (int r = 0; r < rows && is_kept; r++) add_fields(spins + r * units, fields + r * units, n, weights, bias);
  printf("{\"ready\": \"C, gcc %s -O3%s\"}\n", __VERSION__, is_kept ? ", fields kept" : "");
  fflush(stdout);

  char line[64];
  while (fgets(line, sizeof line, stdin)) {
    seed(strtoull(line, NULL, 10));
    const double begin = now();
    for (int r = 0; r < rows; r++) {
      for (int sweep = 0; sweep < sweeps; sweep++) {
        if (is_lattice) sweep_lattice(spins, n, up);
        else if (is_kept) sweep_kept(spins + r * units, fields + r * units, n, weights);
        else sweep_plain(spins + r * units, n, weights, bias);
      }
    }
    const double seconds = now() - begin;
    double energy = 0;
    if (is_lattice) energy = lattice_energy(spins, n);
    for (int r = 0; r < rows && !is_lattice; r++) {
      const int8_t *y = spins + r * units;
      add_fields(y, fields + r * units, n, weights, bias);
      for (int i = 0; i < n; i++) energy -= 0.5 * y[i] * (fields[r * units + i] + bias[i]) / n / rows;
    }
    printf("{\"seconds\": %.9f, \"count\": %.0f, \"check\": %.6f}\n", seconds, (double)units * rows * sweeps, energy);
    fflush(stdout);
  }
  return 0;
}
