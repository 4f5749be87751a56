/*
 * usage.h - what a process has used, as the kernel tells it: CPU time, bytes it made dirty in files, how often its threads waited.
 */
#pragma once
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

struct usage { double cpu_us; uint64_t user_ticks, system_ticks, written, waits; };

/* The number behind `name` in a file of lines "name: number"; 0 when there is none, as in another user's process. */
static inline uint64_t usage_field(const char *path, const char *name) {
  FILE *file = fopen(path, "r");
  char line[512];
  unsigned long long number = 0;
  while (file && fgets(line, sizeof line, file))
    if (!strncmp(line, name, strlen(name)) && sscanf(line + strlen(name), ": %llu", &number) == 1) break;
  if (file) fclose(file);
  return number;
}

static inline uint64_t usage_waits(pid_t process) {
  char path[600];
  uint64_t waits = 0;
  snprintf(path, sizeof path, "/proc/%d/task", process);
  DIR *tasks = opendir(path);
  for (struct dirent *task; tasks && (task = readdir(tasks));) {
    if (task->d_name[0] == '.') continue;
    snprintf(path, sizeof path, "/proc/%d/task/%s/status", process, task->d_name);
    waits += usage_field(path, "voluntary_ctxt_switches");
  }
  if (tasks) closedir(tasks);
  return waits;
}

/* CPU time by the process's own clock; of user and system apart there are only ticks of 10 ms. */
static inline void usage_times(pid_t process, struct usage *u) {
  char path[64], text[2048];
  snprintf(path, sizeof path, "/proc/%d/stat", process);
  FILE *file = fopen(path, "r");
  size_t size = file ? fread(text, 1, sizeof text - 1, file) : 0;
  if (file) fclose(file);
  text[size] = 0;
  const char *rest = strrchr(text, ')'); /* a name may hold blanks */
  unsigned long user = 0, system = 0;
  if (rest) sscanf(rest + 1, " %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu", &user, &system);
  clockid_t clock;
  struct timespec t;
  if (clock_getcpuclockid(process, &clock) || clock_gettime(clock, &t)) return;
  u->cpu_us = (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
  u->user_ticks = user, u->system_ticks = system;
}

static inline struct usage usage_of(pid_t process) {
  struct usage u = { 0 };
  char path[64];
  usage_times(process, &u);
  snprintf(path, sizeof path, "/proc/%d/io", process);
  u.written = usage_field(path, "write_bytes");
  u.waits = usage_waits(process);
  return u;
}

/* What was used from `a` to `b` for each of `count`, as members of a JSON object; ticks share the exact time out. */
static inline void usage_print(FILE *to, struct usage a, struct usage b, uint64_t count) {
  double n = count ? (double)count : 1, cpu = (b.cpu_us - a.cpu_us) / n, user = (double)(b.user_ticks - a.user_ticks),
         ticks = user + (double)(b.system_ticks - a.system_ticks), share = ticks > 0 ? user / ticks : 1;
  fprintf(to, "\"server_cpu_us\":%.2f,\"user_us\":%.2f,\"system_us\":%.2f,\"written_bytes\":%.0f,\"waits\":%.3f", cpu, cpu * share,
          cpu * (1 - share), (double)(b.written - a.written) / n, (double)(b.waits - a.waits) / n);
}
