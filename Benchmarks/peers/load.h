/* What the load for one peer's protocol and the loop in load.c know of each other. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../digits.h"

enum { MAX_WINDOW = 16384, MAX_CONNECTIONS = 64, MAX_REQUEST = 2048, MAX_BATCH = 32, BUFFER = 1 << 18 };

/* One unit of work in flight: an append, a batch of them, or a saga with its steps one after the other. */
struct slot {
  uint64_t number, at, sequence; /* at: ns; sequence: of the saga's last record, where the peer gives one */
  uint32_t key;
  int step, pending;             /* answers still to come before the next step */
  bool undone;                   /* a saga whose third step is refused */
};

struct connection {
  int fd, index;
  char *out, *in;
  size_t out_used, in_used;
  uint32_t *order;               /* slots in the order asked, for peers that answer in it */
  uint64_t asked, answered, units;
};

struct protocol {
  const char *name;
  void (*greet)(struct connection *c);
  /* Writes the requests of the slot's step behind `out` and sets `pending`; false when it has no further step. */
  bool (*ask)(struct connection *c, struct slot *s);
  /* Takes one answer from the front of what has arrived; gives how long it is, 0 when there is none whole. */
  size_t (*take)(struct connection *c, char *from, size_t count);
};

extern const struct protocol redis, jetstream;

struct options {
  const char *endpoint, *script;
  enum { APPEND, BARE, BATCH, SAGAS } work;
  int window, connections, keys, body, undo_every, partitions, batch;
  double seconds;
};

extern struct options opt;
extern char body[MAX_REQUEST];      /* of every event */
extern uint64_t *heads;             /* of each key: its version, or the sequence of its last event */
extern bool *busy;                  /* keys whose last answer is not here yet */
extern uint64_t salt;
extern struct slot slots[MAX_WINDOW];

void die(const char *what, const char *why) __attribute__((noreturn));
void add(struct connection *c, const char *bytes, size_t count);
char *put_id(char *to, uint64_t number, int step); /* 36 characters, the shape of a UUIDv7 */
uint32_t choose_key(const struct connection *c, uint64_t number);
void answered(struct connection *c, struct slot *s);
