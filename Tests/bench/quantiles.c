/* quantiles.c - histogram.h as a filter: numbers on stdin, and what the histogram tells of them as JSON in thousandths. */
#include <inttypes.h>
#include <stdlib.h>

#include "../../Benchmarks/histogram.h"

int main(void) {
  static struct histogram odd, all;
  uint64_t value;
  for (int i = 0; scanf("%" SCNu64, &value) == 1; i++) histogram_record(i % 2 ? &odd : &all, value);
  histogram_add(&all, &odd); /* as the histograms of two threads are */
  printf("{");
  histogram_print(stdout, &all);
  printf("}\n");
  return 0;
}
