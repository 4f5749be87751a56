/* JetStream: HPUB with the message's id and the expected last sequence of its subject; the answer's subject names its slot. */
#define _GNU_SOURCE
#include "load.h"
#include <stdlib.h>
#include <string.h>

static char *put(char *to, const char *text) { return stpcpy(to, text); }

static void greet(struct connection *c) {
  char text[128], *end = put(text, "CONNECT {\"verbose\":false,\"headers\":true,\"no_responders\":true}\r\nSUB _R.");
  end = put(put_number(end, (uint64_t)c->index), ".* 1\r\n");
  add(c, text, (size_t)(end - text));
}

/* `which` of the step's two records; the answer comes to _R.CONNECTION.(2 * SLOT + WHICH). */
static void publish(struct connection *c, struct slot *s, int which, const char *subject, uint64_t name, bool expects,
                    uint64_t expected) {
  char headers[256], request[MAX_REQUEST], *h = put(headers, "NATS/1.0\r\nNats-Msg-Id: ");
  h = put_id(h, s->number, 2 * s->step + which);
  if (expects) h = put_number(put(h, "\r\nNats-Expected-Last-Subject-Sequence: "), expected);
  h = put(h, "\r\n\r\n");
  uint64_t length = (uint64_t)(h - headers);
  char *to = put_number(put(request, "HPUB s"), (uint64_t)(c->index % opt.partitions));
  to = put_number(put(to, subject), name);
  to = put_number(put(put_number(put(to, " _R."), (uint64_t)c->index), "."), (uint64_t)(2 * (s - slots) + which));
  to = put_number(put(put_number(put(to, " "), length), " "), length + (uint64_t)opt.body);
  to = put(to, "\r\n");
  memcpy(to, headers, length);
  to = put(to + length, body);
  to = put(to, "\r\n");
  add(c, request, (size_t)(to - request));
  s->pending++;
}

static bool ask(struct connection *c, struct slot *s) {
  static const char *const done[] = { NULL, ".hotel.", ".flight.", ".card." };
  static const char *const undone[] = { NULL, ".hotel.", ".flight.", NULL, ".flight.", ".hotel." };
  if (s->step == (opt.work != SAGAS ? 1 : s->undone ? 6 : 4)) return false;
  if (opt.work != SAGAS) {
    busy[s->key] = true;
    publish(c, s, 0, ".counter.", s->key, true, heads[s->key]);
    return true;
  }
  const char *participant = (s->undone ? undone : done)[s->step];
  if (participant) publish(c, s, 1, participant, s->key, false, 0);
  publish(c, s, 0, ".saga.", salt + s->number, true, s->sequence);
  return true;
}

/* {"stream":"S0", "seq":17}, or an error in its place. */
static void acknowledge(struct connection *c, uint64_t number, char *text) {
  struct slot *s = &slots[number / 2];
  const char *sequence = strstr(text, "\"seq\":");
  if (!sequence || strstr(text, "\"error\"") || strstr(text, "\"duplicate\"")) die("refused", text);
  if (number % 2 == 0) s->sequence = strtoull(sequence + 6, NULL, 10);
  if (opt.work != SAGAS) heads[s->key] = s->sequence, busy[s->key] = false;
  answered(c, s);
}

static size_t take(struct connection *c, char *from, size_t count) {
  char *end = memmem(from, count, "\r\n", 2);
  if (!end) return 0;
  size_t line = (size_t)(end + 2 - from);
  if (!strncmp(from, "PING", 4)) add(c, "PONG\r\n", 6);
  if (!strncmp(from, "INFO", 4) || !strncmp(from, "PING", 4) || !strncmp(from, "PONG", 4)) return line;
  *end = 0;
  if (strncmp(from, "MSG _R.", 7)) die("refused", from);
  uint64_t number = strtoull(strchr(from + 7, '.') + 1, NULL, 10);
  size_t length = strtoull(strrchr(from, ' ') + 1, NULL, 10);
  if (count < line + length + 2) return *end = '\r', 0;
  from[line + length] = 0;
  acknowledge(c, number, from + line);
  return line + length + 2;
}

const struct protocol jetstream = { .name = "jetstream", .greet = greet, .ask = ask, .take = take };
