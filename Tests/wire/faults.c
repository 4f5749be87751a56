/* Preloaded into a server: makes its disk fail.
   FAULT_SYNC   "7 5": the seventh sync fails with errno 5, once
   FAULT_FULL   while a file of this name exists, nothing can be written where a place is given, as LMDB does */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/uio.h>
#include <unistd.h>

static atomic_long syncs;

static int sync_fails(void) {
    const char *fault = getenv("FAULT_SYNC");
    long at;
    int code;
    if (!fault || sscanf(fault, "%ld %d", &at, &code) != 2 || ++syncs != at) return 0;
    errno = code;
    return 1;
}

static int is_full(void) {
    const char *file = getenv("FAULT_FULL");
    if (!file || access(file, F_OK) != 0) return 0;
    errno = ENOSPC;
    return 1;
}

int fdatasync(int file) {
    int (*next)(int) = (int (*)(int))dlsym(RTLD_NEXT, "fdatasync");
    return sync_fails() ? -1 : next(file);
}

ssize_t pwrite64(int file, const void *bytes, size_t count, off64_t at) {
    ssize_t (*next)(int, const void *, size_t, off64_t) =
        (ssize_t(*)(int, const void *, size_t, off64_t))dlsym(RTLD_NEXT, "pwrite64");
    return is_full() ? -1 : next(file, bytes, count, at);
}

ssize_t pwrite(int file, const void *bytes, size_t count, off_t at) { return pwrite64(file, bytes, count, at); }

ssize_t pwritev(int file, const struct iovec *parts, int count, off_t at) {
    ssize_t (*next)(int, const struct iovec *, int, off_t) =
        (ssize_t(*)(int, const struct iovec *, int, off_t))dlsym(RTLD_NEXT, "pwritev");
    return is_full() ? -1 : next(file, parts, count, at);
}

ssize_t writev(int file, const struct iovec *parts, int count) {
    ssize_t (*next)(int, const struct iovec *, int) =
        (ssize_t(*)(int, const struct iovec *, int))dlsym(RTLD_NEXT, "writev");
    off_t at = lseek(file, 0, SEEK_CUR);
    return at >= 0 && is_full() ? -1 : next(file, parts, count);
}
