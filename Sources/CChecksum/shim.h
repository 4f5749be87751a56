// The processor's own CRC-32C, which Swift has no name for: SSE 4.2 on x86-64. Elsewhere CRC32C.swift computes it from tables.
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#if defined(__x86_64__)
#include <cpuid.h>

static inline int crc32c_is_built_in(void) {
  unsigned a, b, c, d;
  return __get_cpuid(1, &a, &b, &c, &d) && (c & bit_SSE4_2);
}

// Of a register, without the complements before and behind; only where crc32c_is_built_in.
__attribute__((target("sse4.2"))) static inline uint32_t crc32c_register(uint32_t crc, const unsigned char *at, size_t count) {
  uint64_t wide = crc;
  for (; count >= 8; at += 8, count -= 8) {
    uint64_t word;
    memcpy(&word, at, sizeof word);
    wide = __builtin_ia32_crc32di(wide, word);
  }
  for (crc = (uint32_t)wide; count > 0; at++, count--) crc = __builtin_ia32_crc32qi(crc, *at);
  return crc;
}
#else
static inline int crc32c_is_built_in(void) { return 0; }
static inline uint32_t crc32c_register(uint32_t crc, const unsigned char *at, size_t count) { return crc; }
#endif
