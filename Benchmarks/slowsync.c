/*
 * slowsync.c - preloaded into floor and server alike: every wait for the disk takes SLOW_SYNC_US microseconds longer.
 *
 * Those are fsync, fdatasync, msync(MS_SYNC), and a write to a file opened with O_DSYNC, which is how LMDB writes its last page: so one
 * commit waits twice, as it does on a disk that takes that long for a flush.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <time.h>

#define NEXT(result, name, ...) \
  static result (*next)(__VA_ARGS__); \
  if (!next) next = (result (*)(__VA_ARGS__))dlsym(RTLD_NEXT, #name)

static void wait_longer(void) {
  static long us = -1;
  if (us < 0) us = getenv("SLOW_SYNC_US") ? atol(getenv("SLOW_SYNC_US")) : 0;
  struct timespec left = { us / 1000000, us % 1000000 * 1000 };
  int kept = errno;
  while (nanosleep(&left, &left) && errno == EINTR) { }
  errno = kept;
}

static void wait_if_synchronous(int file) {
  if (fcntl(file, F_GETFL) & O_DSYNC) wait_longer();
}

int fsync(int file) { NEXT(int, fsync, int); wait_longer(); return next(file); }
int fdatasync(int file) { NEXT(int, fdatasync, int); wait_longer(); return next(file); }

int msync(void *from, size_t size, int flags) {
  NEXT(int, msync, void *, size_t, int);
  if (flags & MS_SYNC) wait_longer();
  return next(from, size, flags);
}

ssize_t pwrite64(int file, const void *bytes, size_t count, off64_t at) {
  NEXT(ssize_t, pwrite64, int, const void *, size_t, off64_t);
  wait_if_synchronous(file);
  return next(file, bytes, count, at);
}

ssize_t pwrite(int file, const void *bytes, size_t count, off_t at) { return pwrite64(file, bytes, count, at); }

ssize_t pwritev(int file, const struct iovec *parts, int count, off_t at) {
  NEXT(ssize_t, pwritev, int, const struct iovec *, int, off_t);
  wait_if_synchronous(file);
  return next(file, parts, count, at);
}
