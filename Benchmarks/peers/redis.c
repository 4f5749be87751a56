/* Redis: EVALSHA of append.lua or saga.lua, or a bare XADD; answers come in the order asked. */
#define _GNU_SOURCE
#include "load.h"
#include <string.h>

static char *put(char *to, const char *text) { return stpcpy(to, text); }

/* An argument as RESP writes it: its length, then itself. */
static char *put_bulk(char *to, const char *bytes, size_t count) {
  to = put(put_number(put(to, "$"), count), "\r\n");
  memcpy(to, bytes, count);
  return put(to + count, "\r\n");
}

static char *put_named(char *to, const char *name, uint64_t number) {
  char text[64];
  return put_bulk(to, text, (size_t)(put_number(put(text, name), number) - text));
}

static char *put_script(char *to, int arguments, int keys) {
  to = put(put_number(put(to, "*"), (uint64_t)(3 + arguments)), "\r\n$7\r\nEVALSHA\r\n");
  return put_named(put_bulk(to, opt.script, strlen(opt.script)), "", (uint64_t)keys);
}

static char *put_append(char *to, struct slot *s) {
  char id[36];
  put_id(id, s->number, 0);
  to = put_named(put_bulk(put_script(to, 4, 2), id, sizeof id), "counter:b-", s->key);
  to = put_named(to, "", heads[s->key]++);
  return put_bulk(to, body, (size_t)opt.body);
}

/* The entry's id is the version: a stale one is refused. */
static char *put_bare(char *to, struct slot *s) {
  char id[32];
  size_t length = (size_t)(put(put_number(id, ++heads[s->key]), "-1") - id);
  to = put_named(put(to, "*5\r\n$4\r\nXADD\r\n"), "counter:b-", s->key);
  return put_bulk(put(put_bulk(to, id, length), "$1\r\nb\r\n"), body, (size_t)opt.body);
}

/* KEYS: the saga's stream, then the participant's if the step has one. ARGV: the saga's version, the body. */
static char *put_step(char *to, struct slot *s) {
  static const char *const done[] = { NULL, "hotel:b-", "flight:b-", "card:b-" };
  static const char *const undone[] = { NULL, "hotel:b-", "flight:b-", NULL, "flight:b-", "hotel:b-" };
  const char *participant = (s->undone ? undone : done)[s->step];
  to = put_script(to, participant ? 4 : 3, participant ? 2 : 1);
  to = put_named(to, "saga:", salt + s->number);
  if (participant) to = put_named(to, participant, s->key);
  return put_bulk(put_named(to, "", (uint64_t)s->step), body, (size_t)opt.body);
}

static bool ask(struct connection *c, struct slot *s) {
  if (s->step == (opt.work != SAGAS ? 1 : s->undone ? 6 : 4)) return false;
  char request[MAX_REQUEST];
  char *end = opt.work == SAGAS ? put_step(request, s) : opt.work == BARE ? put_bare(request, s) : put_append(request, s);
  add(c, request, (size_t)(end - request));
  c->order[c->asked++ % MAX_WINDOW] = (uint32_t)(s - slots);
  s->pending = 1;
  return true;
}

static size_t take(struct connection *c, char *from, size_t count) {
  char *end = memmem(from, count, "\r\n", 2);
  if (!end) return 0;
  size_t length = (size_t)(end + 2 - from);
  *end = 0;
  if (*from == '$') { /* the id of a bare XADD, shorter than ten characters: one line more */
    char *second = memmem(end + 2, count - length, "\r\n", 2);
    if (!second) return *end = '\r', 0;
    length = (size_t)(second + 2 - from);
  } else if (*from != ':') die("refused", from);
  answered(c, &slots[c->order[c->answered++ % MAX_WINDOW]]);
  return length;
}

const struct protocol redis = { .name = "redis", .ask = ask, .take = take };
