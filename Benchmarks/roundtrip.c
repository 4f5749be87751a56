/*
 * roundtrip.c - how long it takes to ask a worker, beside asking nobody.
 *
 *   roundtrip echo  [options]   a ROUTER in a thread that sends back what comes: the least any broker can take
 *   roundtrip sagas [options]   saga.start of a saga of `call` steps, then saga.get until it has ended
 *
 *   -e ENDPOINT   tcp://127.0.0.1:7117
 *   -w WINDOW     in flight            (1)
 *   -t SECONDS    measured, after 0.3 s of warm-up (3)
 *   -d NAME       the definition; its input is { n }, a number that rises (echo)
 *   -r N          a saga whose n is a multiple of N is undone (0: none)
 *
 * Prints one JSON line: round trips a second, and the times of one in microseconds, all 0 when nothing was answered in that time.
 */
#define _GNU_SOURCE
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <zmq.h>

#include "histogram.h"
#include "pace.h"

enum { FRAME = 4096, MAX_WINDOW = 4096 };

static const char *endpoint = "tcp://127.0.0.1:7117";
static int window = 1;
static double seconds = 3;
static const char *definition = "echo";
static unsigned undo_every;
static bool undone[MAX_WINDOW];
static uint64_t begun[MAX_WINDOW], done, done_undone, salt;
static struct histogram latency;

static void die(const char *what, const char *why) { fprintf(stderr, "roundtrip: %s: %s\n", what, why); exit(1); }
#define ZMQ(x) do { if ((x) < 0) die(#x, zmq_strerror(zmq_errno())); } while (0)

static void *echo(void *router) {
  for (;;) {
    zmq_msg_t id, body;
    zmq_msg_init(&id), zmq_msg_init(&body);
    if (zmq_msg_recv(&id, router, 0) < 0 || zmq_msg_recv(&body, router, 0) < 0) return NULL;
    if (zmq_msg_send(&id, router, ZMQ_SNDMORE) < 0 || zmq_msg_send(&body, router, 0) < 0) return NULL;
  }
}

/* The id of slot s: what it waits for is its number, so that an answer finds its slot. */
static void begin(void *dealer, int slot, bool sagas) {
  static uint64_t serial;
  serial++;
  char frame[FRAME];
  int length;
  undone[slot] = undo_every && serial % undo_every == 0;
  unsigned long long s = salt, n = serial;
  if (sagas)
    length = snprintf(frame, sizeof frame,
                      "SKALD1 request s%d-%llx-%llx saga.start\n{\"definition\":\"%s\",\"input\":{\"n\":%llu},\"id\":\"e%llx-%llx\"}",
                      slot, s, n, definition, n, s, n);
  else
    length = snprintf(frame, sizeof frame, "SKALD1 request s%d-%llx-%llx echo\n{\"n\":1}", slot, s, n);
  begun[slot] = now_ns();
  ZMQ(zmq_send(dealer, frame, (size_t)length, 0));
}

/* Asks for the end of the saga that slot s has started; its id stands in the answer to the start. */
static void await_end(void *dealer, int slot, const char *reply) {
  char frame[FRAME];
  const char *id = strstr(reply, "\"id\":\"");
  if (!id) die("an unexpected answer", reply);
  int length = snprintf(frame, sizeof frame, "SKALD1 request g%d saga.get\n{\"id\":\"%.*s\",\"wait_ms\":60000}", slot,
                        (int)strcspn(id + 6, "\""), id + 6);
  ZMQ(zmq_send(dealer, frame, (size_t)length, 0));
}

int main(int argc, char **argv) {
  if (argc < 2 || (strcmp(argv[1], "echo") && strcmp(argv[1], "sagas"))) die("usage", "roundtrip echo|sagas [-e ENDPOINT] [-w WINDOW] [-t SECONDS]");
  bool sagas = !strcmp(argv[1], "sagas");
  for (int option; (option = getopt(argc - 1, argv + 1, "e:w:t:d:r:")) != -1;) switch (option) {
    case 'e': endpoint = optarg; break;
    case 'w': window = atoi(optarg); break;
    case 't': seconds = atof(optarg); break;
    case 'd': definition = optarg; break;
    case 'r': undo_every = (unsigned)atoi(optarg); break;
    default: die("usage", "see the head of roundtrip.c");
  }
  if (window < 1 || window > MAX_WINDOW) die("-w", "1 to 4096");
  salt = now_ns();
  void *context = zmq_ctx_new(), *dealer = zmq_socket(context, ZMQ_DEALER);
  char bound[256];
  pthread_t thread;
  if (!sagas) {
    void *router = zmq_socket(context, ZMQ_ROUTER);
    size_t size = sizeof bound;
    ZMQ(zmq_bind(router, "tcp://127.0.0.1:*"));
    ZMQ(zmq_getsockopt(router, ZMQ_LAST_ENDPOINT, bound, &size));
    endpoint = bound;
    if (pthread_create(&thread, NULL, echo, router)) die("pthread_create", "no thread");
  }
  int patience = 60000;
  ZMQ(zmq_setsockopt(dealer, ZMQ_RCVTIMEO, &patience, sizeof patience));
  ZMQ(zmq_connect(dealer, endpoint));
  for (int slot = 0; slot < window; slot++) begin(dealer, slot, sagas);
  uint64_t from = now_ns() + 300000000u, until = from + (uint64_t)(seconds * 1e9);
  static char reply[1 << 20];
  for (int in_flight = window; in_flight;) {
    int length = zmq_recv(dealer, reply, sizeof reply - 1, 0);
    if (length < 0) die("no answer for a minute", zmq_strerror(zmq_errno()));
    reply[length < (int)sizeof reply ? length : (int)sizeof reply - 1] = 0;
    const char *id = sagas ? strstr(reply, " ok ") : strstr(reply, " request ");
    if (!id) die("an unexpected answer", reply);
    id += sagas ? 4 : 9;
    int slot = atoi(id + 1);
    if (slot < 0 || slot >= window) die("an unexpected answer", reply);
    const char *wanted = undone[slot] ? "\"state\":\"compensated\"" : "\"state\":\"completed\"";
    if (*id == 'g' && !strstr(reply, wanted)) die("the saga ended otherwise", reply);
    if (sagas && *id == 's') { await_end(dealer, slot, reply); continue; }
    uint64_t end = now_ns();
    done++, done_undone += undone[slot];
    if (end > from && end < until) histogram_record(&latency, end - begun[slot]);
    if (end < until) begin(dealer, slot, sagas);
    else in_flight--;
  }
  printf("{\"what\":\"%s\",\"window\":%d,\"done\":%llu,\"undone\":%llu,\"per_s\":%.1f,", argv[1], window, (unsigned long long)done,
         (unsigned long long)done_undone, (double)latency.count / seconds);
  histogram_print(stdout, &latency);
  printf("}\n");
  fflush(stdout);
  _exit(0); /* the echo thread waits for ever */
}
