/* digits.h - numbers as text, written where the text goes: what follows begins at what is answered. */
#pragma once

#include <stdint.h>

static inline char *put_number(char *to, uint64_t n) {
  char digits[20];
  int count = 0;
  do digits[count++] = (char)('0' + n % 10); while (n /= 10);
  while (count) *to++ = digits[--count];
  return to;
}

static inline char *put_hex(char *to, uint64_t n, int digits) {
  for (int shift = 4 * (digits - 1); shift >= 0; shift -= 4) *to++ = "0123456789abcdef"[n >> shift & 15];
  return to;
}
