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

struct message {
  const char *subject;
  uint64_t name, id_step, expected, answer; /* answer: to which subject of _R.CONNECTION */
  bool expects, quiet;                      /* quiet: it is not answered by itself */
  int position;                             /* in a batch, from 1; 0 outside one */
};

static size_t put_headers(char *headers, const struct slot *s, const struct message *m) {
  char *to = put_id(put(headers, "NATS/1.0\r\nNats-Msg-Id: "), s->number, (int)m->id_step);
  if (m->expects) to = put_number(put(to, "\r\nNats-Expected-Last-Subject-Sequence: "), m->expected);
  if (m->position) {
    to = put_number(put(to, "\r\nNats-Batch-Id: "), salt + s->number);
    to = put_number(put(to, "\r\nNats-Batch-Sequence: "), (uint64_t)m->position);
    if (!m->quiet) to = put(to, "\r\nNats-Batch-Commit: 1");
  }
  return (size_t)(put(to, "\r\n\r\n") - headers);
}

static void publish(struct connection *c, struct slot *s, struct message m) {
  char headers[512], request[MAX_REQUEST];
  size_t length = put_headers(headers, s, &m);
  char *to = put_number(put(request, "HPUB s"), (uint64_t)(c->index % opt.partitions));
  to = put_number(put(to, m.subject), m.name);
  if (!m.quiet) to = put_number(put(put_number(put(to, " _R."), (uint64_t)c->index), "."), m.answer), s->pending++;
  to = put(put_number(put(put_number(put(to, " "), length), " "), length + (uint64_t)opt.body), "\r\n");
  memcpy(to, headers, length);
  to = put(put(to + length, body), "\r\n");
  add(c, request, (size_t)(to - request));
}

/* Answers come to twice the slot's number, plus one for the participant's record, whose sequence nothing expects. */
static uint64_t answer_of(const struct slot *s) { return 2 * (uint64_t)(s - slots); }

static uint32_t batch_keys[MAX_WINDOW][MAX_BATCH];

static void ask_appends(struct connection *c, struct slot *s) {
  for (int i = 0; i < opt.batch; i++) {
    uint32_t key = i ? choose_key(c, s->number + (uint64_t)i) : s->key;
    busy[key] = true, batch_keys[s - slots][i] = key;
    publish(c, s, (struct message){ .subject = ".counter.", .name = key, .id_step = (uint64_t)i, .expects = true,
                                    .expected = heads[key], .answer = answer_of(s), .quiet = i + 1 < opt.batch,
                                    .position = opt.work == BATCH ? i + 1 : 0 });
  }
}

static bool ask(struct connection *c, struct slot *s) {
  static const char *const done[] = { NULL, ".hotel.", ".flight.", ".card." };
  static const char *const undone[] = { NULL, ".hotel.", ".flight.", NULL, ".flight.", ".hotel." };
  if (s->step == (opt.work != SAGAS ? 1 : s->undone ? 6 : 4)) return false;
  if (opt.work != SAGAS) return ask_appends(c, s), true;
  const char *participant = (s->undone ? undone : done)[s->step];
  uint64_t id_step = 2 * (uint64_t)s->step;
  if (participant)
    publish(c, s, (struct message){ .subject = participant, .name = s->key, .id_step = id_step + 1, .answer = answer_of(s) + 1 });
  publish(c, s, (struct message){ .subject = ".saga.", .name = salt + s->number, .id_step = id_step, .expects = true,
                                  .expected = s->sequence, .answer = answer_of(s) });
  return true;
}

/* {"stream":"S0", "seq":17}, or an error in its place; of a batch the sequence of its last. */
static void acknowledge(struct connection *c, uint64_t number, char *text) {
  struct slot *s = &slots[number / 2];
  const char *found = strstr(text, "\"seq\":");
  if (!found || strstr(text, "\"error\"") || strstr(text, "\"duplicate\"")) die("refused", text);
  if (number % 2 == 0) s->sequence = strtoull(found + 6, NULL, 10);
  for (int i = 0; opt.work != SAGAS && i < opt.batch; i++) {
    uint32_t key = batch_keys[s - slots][i];
    heads[key] = s->sequence - (uint64_t)(opt.batch - 1 - i), busy[key] = false;
  }
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
