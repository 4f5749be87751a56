/* requests.h - what load.c asks for, written into a frame: no allocation, no printf. Included by load.c alone, behind its options. */
#pragma once

#include "digits.h"

enum { FRAME = 4096, ID = 36, SEQUENCE_BITS = 40 }; /* the number of a request: 8 bits of its client, 40 of its own */

static uint64_t salt, wall_offset; /* ids of two runs differ; monotonic to wall time, in ns */
static uint32_t *versions;         /* of each counter; a client has keys of its own */
static char note[FRAME];           /* what fills a command's body up to its size */

static char *put(char *to, const char *text) { return stpcpy(to, text); }

/* A UUIDv7 of the time, or a UUIDv4; either ends with the request's number. 24 bits tell loads apart that run at the same time. */
static char *put_id(char *to, uint64_t n, uint64_t now) {
  uint64_t chance = mix(salt ^ n), ms = (now + wall_offset) / 1000000;
  to = put_hex(to, opt.ordered_ids ? ms >> 16 : chance >> 32, 8), *to++ = '-';
  to = put_hex(to, opt.ordered_ids ? ms : chance >> 16, 4), *to++ = '-';
  *to++ = opt.ordered_ids ? '7' : '4', to = put_hex(to, opt.ordered_ids ? salt >> 40 : chance, 3), *to++ = '-';
  *to++ = '8', to = put_hex(to, opt.ordered_ids ? salt >> 52 : chance, 3), *to++ = '-';
  return put_hex(to, n, 12);
}

static uint64_t sequence_of(uint64_t n) { return n & (((uint64_t)1 << SEQUENCE_BITS) - 1); }

/* By chance among the keys of the request's client. */
static uint64_t key_of(uint64_t n) {
  uint64_t own = (uint64_t)(opt.keys / opt.clients);
  return (n >> SEQUENCE_BITS) * own + mix(salt + n) % own;
}

static char *put_key(char *to, uint64_t key) { return put_number(put(to, opt.prefix), key); }

static char *put_command(char *to, uint64_t n, uint64_t now, const char *type, uint64_t key, int64_t expected, const char *name) {
  to = put_id(put(to, "SKALD1 command "), n, now);
  to = put_key(put(put(put(to, " "), type), " "), key), *to++ = ' ';
  to = expected < 0 ? put(to, "-") : put_number(to, (uint64_t)expected);
  return put(put(put(to, " "), name), "\n");
}

static char *put_request(char *to, uint64_t n, uint64_t now, const char *operation) {
  return put(put(put(put_id(put(to, "SKALD1 request "), n, now), " "), operation), "\n");
}

static size_t write_add(char *frame, uint64_t n, uint64_t now) {
  uint64_t key = key_of(n);
  char *to = put_command(frame, n, now, "counter", key, opt.any_version ? -1 : (int64_t)versions[key]++, "add");
  return (size_t)(put(put(put(to, "{\"n\":1,\"note\":\""), note), "\"}") - frame);
}

/* Every key in turn. */
static size_t write_fill(char *frame, uint64_t n, uint64_t now) {
  char *to = put_command(frame, n, now, "counter", n % (uint64_t)opt.keys, -1, "add");
  return (size_t)(put(put(put(to, "{\"n\":1,\"note\":\""), note), "\"}") - frame);
}

/* One of the commands that make rooms, seats and cards, so many that nothing sells out. */
static size_t write_stock(char *frame, uint64_t n, uint64_t now) {
  static const char *const makers[3][3] = {
    { "hotel", "stock", "{\"rooms\":1000000000}" }, { "flight", "schedule", "{\"seats\":1000000000}" },
    { "card", "issue", "{\"limit\":1000000000000}" },
  };
  const char *const *make = makers[n % 3];
  return (size_t)(put(put_command(frame, n, now, make[0], n / 3 % (uint64_t)opt.keys, 0, make[1]), make[2]) - frame);
}

static bool is_undone(uint64_t n) { return opt.undo_every && sequence_of(n) % (uint64_t)opt.undo_every == 0; }

/* The id by which saga n is asked for later. */
static char *put_saga(char *to, uint64_t n) { return put_number(put(put_number(put(to, "s-"), salt), "-"), n); }

static size_t write_trip(char *frame, uint64_t n, uint64_t now) {
  uint64_t key = key_of(n);
  char *to = put(put_request(frame, n, now, "saga.start"), "{\"definition\":\"book-trip\",\"id\":\"");
  to = put_saga(put(put_saga(to, n), "\",\"input\":{\"trip\":\""), n);
  to = put_key(put(to, "\",\"city\":\""), key);
  to = put_key(put(to, "\",\"flight\":\""), key);
  to = put_key(put(to, "\",\"card\":\""), key);
  return (size_t)(put(to, is_undone(n) ? "\",\"amount\":2000000000000}}" : "\",\"amount\":1}}") - frame);
}

/* A saga of a definition that needs no input. */
static size_t write_start(char *frame, uint64_t n, uint64_t now) {
  char *to = put(put(put_request(frame, n, now, "saga.start"), "{\"definition\":\""), opt.definition);
  return (size_t)(put(to, "\",\"input\":{}}") - frame);
}

static size_t write_aggregate_get(char *frame, uint64_t n, uint64_t now) {
  char *to = put(put_request(frame, n, now, "aggregate.get"), "{\"aggregate\":\"counter\",\"key\":\"");
  return (size_t)(put(put_key(to, key_of(n)), "\"}") - frame);
}

static size_t write_event_read(char *frame, uint64_t n, uint64_t now) {
  char *to = put(put_request(frame, n, now, "event.read"), "{\"aggregate\":\"counter\",\"key\":\"");
  return (size_t)(put(put_key(to, key_of(n)), "\",\"limit\":10}") - frame);
}

/* Of the sagas that were started before, whose numbers began at `first_saga`. */
static uint64_t first_saga;
static size_t write_saga_get(char *frame, uint64_t n, uint64_t now) {
  char *to = put(put_request(frame, n, now, "saga.get"), "{\"id\":\"");
  return (size_t)(put(put_saga(to, first_saga + key_of(n)), "\"}") - frame);
}
