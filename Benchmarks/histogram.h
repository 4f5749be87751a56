/*
 * histogram.h - latencies in fixed memory, log-linear as HdrHistogram has them.
 *
 * Each power of two is cut into 128 equal buckets, so a value is told at most 0.8 % too high, whatever its size; below 256 exactly.
 * One writer; histograms of several threads are added up when they are done.
 */
#pragma once
#include <stdint.h>
#include <stdio.h>

enum { HISTOGRAM_BITS = 7, HISTOGRAM_CUTS = 1 << HISTOGRAM_BITS, HISTOGRAM_SIZE = (64 - HISTOGRAM_BITS + 1) * HISTOGRAM_CUTS };

struct histogram { uint64_t count, most, buckets[HISTOGRAM_SIZE]; };

static inline unsigned histogram_bucket(uint64_t value) {
  if (value < HISTOGRAM_CUTS) return (unsigned)value;
  unsigned shift = 63u - (unsigned)__builtin_clzll(value) - HISTOGRAM_BITS;
  return shift * HISTOGRAM_CUTS + (unsigned)(value >> shift);
}

/* The largest value that falls into a bucket. */
static inline uint64_t histogram_top(unsigned bucket) {
  if (bucket < 2 * HISTOGRAM_CUTS) return bucket;
  unsigned shift = bucket / HISTOGRAM_CUTS - 1;
  return ((uint64_t)(bucket % HISTOGRAM_CUTS + HISTOGRAM_CUTS + 1) << shift) - 1;
}

static inline void histogram_record(struct histogram *h, uint64_t value) {
  h->buckets[histogram_bucket(value)]++, h->count++;
  if (value > h->most) h->most = value;
}

static inline void histogram_add(struct histogram *to, const struct histogram *from) {
  for (unsigned i = 0; i < HISTOGRAM_SIZE; i++) to->buckets[i] += from->buckets[i];
  to->count += from->count;
  if (from->most > to->most) to->most = from->most;
}

/* The least value that a share `quantile` of all does not exceed; 0 when there is none. */
static inline uint64_t histogram_quantile(const struct histogram *h, double quantile) {
  double wanted = quantile * (double)h->count;
  uint64_t seen = 0;
  for (unsigned i = 0; i < HISTOGRAM_SIZE && h->count; i++)
    if ((seen += h->buckets[i]) && (double)seen >= wanted) return histogram_top(i) < h->most ? histogram_top(i) : h->most;
  return h->most;
}

/* Of nanoseconds, as members of a JSON object in microseconds; the buckets as [largest value, count]. */
static inline void histogram_print(FILE *to, const struct histogram *h) {
  fprintf(to, "\"measured\":%llu,\"p50_us\":%.1f,\"p99_us\":%.1f,\"p999_us\":%.1f,\"max_us\":%.1f,\"histogram_us\":[", (unsigned long long)h->count,
          (double)histogram_quantile(h, .5) / 1e3, (double)histogram_quantile(h, .99) / 1e3, (double)histogram_quantile(h, .999) / 1e3,
          (double)h->most / 1e3);
  const char *between = "";
  for (unsigned i = 0; i < HISTOGRAM_SIZE; i++)
    if (h->buckets[i]) {
      fprintf(to, "%s[%.3f,%llu]", between, (double)histogram_top(i) / 1e3, (unsigned long long)h->buckets[i]);
      between = ",";
    }
  fprintf(to, "]");
}
