/*
 * pace.h - when a request is to be sent.
 *
 * Closed loop: as soon as the window has room, so a slow server is asked less and its worst moments are hardly asked at all.
 * Open loop (a rate): at a time fixed beforehand, and latency counts from that time even when the request left later. So a server that
 * stands still for 100 ms shows it in every request that would have come meanwhile ("coordinated omission").
 */
#pragma once
#define _GNU_SOURCE
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/prctl.h>
#include <time.h>
#include <zmq.h>

struct pace { double rate; uint64_t origin, first; }; /* a second, 0: closed loop; when, and at which request, it began */

static inline uint64_t now_ns(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static inline uint64_t mix(uint64_t x) { /* splitmix64 */
  x += 0x9E3779B97F4A7C15u;
  x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9u;
  x = (x ^ (x >> 27)) * 0x94D049BB133111EBu;
  return x ^ (x >> 31);
}

/* Without this a wait of 20 us takes 70. */
static inline void pace_sharpen(void) { prctl(PR_SET_TIMERSLACK, 1ul, 0, 0, 0); }

/* When request n is due; `now` in a closed loop. */
static inline uint64_t pace_due(const struct pace *p, uint64_t n, uint64_t now) {
  return p->rate > 0 ? p->origin + (uint64_t)((double)(n - p->first) * 1e9 / p->rate) : now;
}

/* Waits until the socket may have something or it is `until`. Whoever calls has just taken everything, or ZMQ_FD would not tell. */
static inline void pace_wait(void *socket, uint64_t until) {
  struct pollfd ready = { .events = POLLIN };
  size_t size = sizeof ready.fd;
  int events;
  size_t events_size = sizeof events;
  zmq_getsockopt(socket, ZMQ_FD, &ready.fd, &size);
  if (zmq_getsockopt(socket, ZMQ_EVENTS, &events, &events_size) || (events & ZMQ_POLLIN)) return;
  uint64_t now = now_ns();
  if (now >= until) return;
  struct timespec rest = { (time_t)((until - now) / 1000000000u), (long)((until - now) % 1000000000u) };
  ppoll(&ready, 1, &rest, NULL);
}
