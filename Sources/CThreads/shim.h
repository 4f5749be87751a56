#include <malloc.h>
#include <pthread.h>
#include <sys/auxv.h>
// glibc shows it under _GNU_SOURCE only, which the importer does not set.
int pthread_setname_np(pthread_t thread, const char *name);
