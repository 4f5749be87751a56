/* Preloaded into a server: makes its disk and its clock fail.
   FAULT_SYNC   "7 5": the seventh sync fails with errno 5, once
   FAULT_CALL   "7 5": the seventh call that changes a file fails with errno 5, once; instead of a number "kill" ends the
                process before that call, "torn" in the middle of it
   FAULT_HIT    a file made when FAULT_CALL struck; holds the call's name
   FAULT_FULL   while a file of this name exists, nothing can be written where a place is given, as LMDB does
   FAULT_LIES   syncs say that all is well and do nothing
   FAULT_DELAY  microseconds every sync takes longer
   FAULT_CLOCK  a file that holds the seconds the wall clock is wrong by; read each time the clock is */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#define NEXT(result, name, ...) ((result(*)(__VA_ARGS__))dlsym(RTLD_NEXT, #name))

enum { GO_ON, FAIL, TEAR };

static atomic_long syncs, calls;

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

/* Files only: messages to other threads and to the log of the process are not its disk. */
static int is_file(int file) {
    struct stat status;
    return file > 2 && fstat(file, &status) == 0 && (S_ISREG(status.st_mode) || S_ISDIR(status.st_mode));
}

static void tell_hit(const char *name) {
    const char *path = getenv("FAULT_HIT");
    FILE *mark = path ? fopen(path, "w") : NULL;
    if (!mark) return;
    fputs(name, mark);
    fclose(mark);
}

/* What is to happen to this call. */
static int strike(const char *name) {
    const char *fault = getenv("FAULT_CALL");
    long at;
    char what[16];
    if (!fault || sscanf(fault, "%ld %15s", &at, what) != 2 || ++calls != at) return GO_ON;
    tell_hit(name);
    if (strcmp(what, "kill") == 0) kill(getpid(), SIGKILL);
    if (strcmp(what, "torn") == 0) return TEAR;
    errno = atoi(what);
    return FAIL;
}

/* A call that cannot be torn ends the process where it stands. */
static int fails(const char *name) {
    int what = strike(name);
    if (what == TEAR) kill(getpid(), SIGKILL);
    return what == FAIL;
}

static void delay(void) {
    const char *text = getenv("FAULT_DELAY");
    if (text) usleep((useconds_t)atol(text));
}

int fdatasync(int file) {
    if (sync_fails() || fails("fdatasync")) return -1;
    delay();
    return getenv("FAULT_LIES") ? 0 : NEXT(int, fdatasync, int)(file);
}

int fsync(int file) {
    if (fails("fsync")) return -1;
    delay();
    return getenv("FAULT_LIES") ? 0 : NEXT(int, fsync, int)(file);
}

/* A sector is written whole or not at all, so what is torn is torn between two of them. */
static size_t torn(size_t count) { return count / 2 / 512 * 512; }

ssize_t pwrite64(int file, const void *bytes, size_t count, off64_t at) {
    ssize_t (*next)(int, const void *, size_t, off64_t) = NEXT(ssize_t, pwrite64, int, const void *, size_t, off64_t);
    if (is_full()) return -1;
    int what = strike("pwrite");
    if (what == FAIL) return -1;
    if (what == TEAR) {
        next(file, bytes, torn(count), at);
        kill(getpid(), SIGKILL);
    }
    if (fcntl(file, F_GETFL) & O_DSYNC) delay();
    return next(file, bytes, count, at);
}

ssize_t pwrite(int file, const void *bytes, size_t count, off_t at) { return pwrite64(file, bytes, count, at); }

ssize_t pwritev(int file, const struct iovec *parts, int count, off_t at) {
    ssize_t (*next)(int, const struct iovec *, int, off_t) = NEXT(ssize_t, pwritev, int, const struct iovec *, int, off_t);
    if (is_full()) return -1;
    int what = strike("pwritev");
    if (what == FAIL) return -1;
    if (what == TEAR) {
        next(file, parts, count / 2, at);
        kill(getpid(), SIGKILL);
    }
    return next(file, parts, count, at);
}

ssize_t writev(int file, const struct iovec *parts, int count) {
    ssize_t (*next)(int, const struct iovec *, int) = NEXT(ssize_t, writev, int, const struct iovec *, int);
    if (!is_file(file)) return next(file, parts, count);
    if (is_full()) return -1;
    int what = strike("writev");
    if (what == FAIL) return -1;
    if (what == TEAR) {
        next(file, parts, count / 2);
        kill(getpid(), SIGKILL);
    }
    return next(file, parts, count);
}

ssize_t write(int file, const void *bytes, size_t count) {
    if (is_file(file) && fails("write")) return -1;
    return NEXT(ssize_t, write, int, const void *, size_t)(file, bytes, count);
}

int ftruncate(int file, off_t size) { return fails("ftruncate") ? -1 : NEXT(int, ftruncate, int, off_t)(file, size); }

int truncate(const char *path, off_t size) { return fails("truncate") ? -1 : NEXT(int, truncate, const char *, off_t)(path, size); }

int posix_fallocate(int file, off_t at, off_t size) {
    return fails("posix_fallocate") ? errno : NEXT(int, posix_fallocate, int, off_t, off_t)(file, at, size);
}

int rename(const char *from, const char *to) {
    return fails("rename") ? -1 : NEXT(int, rename, const char *, const char *)(from, to);
}

int mkdir(const char *path, mode_t mode) { return fails("mkdir") ? -1 : NEXT(int, mkdir, const char *, mode_t)(path, mode); }

int unlink(const char *path) { return fails("unlink") ? -1 : NEXT(int, unlink, const char *)(path); }

int clock_gettime(clockid_t clock, struct timespec *now) {
    int code = NEXT(int, clock_gettime, clockid_t, struct timespec *)(clock, now);
    const char *path = getenv("FAULT_CLOCK");
    if (code != 0 || !path || (clock != CLOCK_REALTIME && clock != CLOCK_REALTIME_COARSE)) return code;
    FILE *file = fopen(path, "r");
    long wrong = 0;
    if (!file) return code;
    if (fscanf(file, "%ld", &wrong) == 1) now->tv_sec += wrong;
    fclose(file);
    return code;
}
