/*
 * load.c - load for a server that speaks SKALD1, as cheap as the client in floor.c so that their ratio is the servers'.
 *
 *   each client: one thread, one ZeroMQ DEALER, a window of requests in flight, everything written into one buffer
 *
 *   load commands [options]     counter.add, a version expected each time
 *   load sagas [options]        saga.start of book-trip: two steps side by side, then a pivot, all on aggregates of the server
 *   load starts [options]       saga.start of the definition -D, which takes no input
 *   load reads [options]        the operation -q, on what was written before the clock starts
 *
 *   -e ENDPOINT   tcp://127.0.0.1:7117
 *   -c CLIENTS    threads, each with keys of its own                    (1)
 *   -w WINDOW     requests in flight of each client                     (64; with -R 16000)
 *   -R RATE       open loop: so many requests a second over all clients, each at its time; latency counts from that time
 *   -t SECONDS    measured seconds, after 0.3 s of warm-up              (3)
 *   -n COUNT      stop after so many instead, without a warm-up
 *   -a KEYS       aggregates of each type                               (10000)
 *   -k PREFIX     of their keys                                         (b-)
 *   -b BYTES      JSON body of a command                                (120)
 *   -u IDS        random | ordered: shape of the ids, UUIDv4 or UUIDv7  (ordered)
 *   -x            commands: expect no version; for a store that has been written before
 *   -o            commands: every key in turn, which also expects no version
 *   -r N          sagas: the card of every Nth declines, so it is undone (0: none)
 *   -q OPERATION  reads: aggregate.get | event.read (10 events of a key) | saga.get
 *   -D NAME       starts: the definition
 *   -s SEED       the same keys and answers again, for counting instructions; once for each store and PREFIX
 *   -p PID        the server's process, to tell what it uses meanwhile
 *
 * Prints one JSON line. `events` is how many the store must hold at the end: what it held before, and what was acknowledged; only with
 * -p, because others may write meanwhile. Anything but the expected answer, or none for 2 minutes, ends it with status 1.
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
#include "usage.h"

enum { REPLY = 65536, RING = 65536, MAX_WINDOW = 16384, MAX_CLIENTS = 200, WARMUP_MS = 300, PATIENCE_MS = 120000,
       FILL_WINDOW = 1024 };

static struct options {
  const char *mode, *endpoint, *ids_name, *prefix, *operation, *definition;
  bool ordered_ids, any_version, in_turn;
  int clients, window, keys, body, undo_every;
  pid_t server;
  uint64_t count, seed;
  double seconds, rate;
} opt = { .endpoint = "tcp://127.0.0.1:7117", .ids_name = "ordered", .prefix = "b-", .operation = "", .definition = "", .ordered_ids = true,
          .clients = 1, .keys = 10000, .body = 120, .count = UINT64_MAX, .seconds = 3 };

static void die(const char *what, const char *why) { fprintf(stderr, "load: %s: %s\n", what, why); exit(1); }
#define ZMQ(x) do { if ((x) < 0) die(#x, zmq_strerror(zmq_errno())); } while (0)

#include "requests.h"

struct job {
  size_t (*write)(char *frame, uint64_t n, uint64_t now);
  const char *wanted, *wanted_undone; /* what the body of an answer must hold, if anything */
  uint64_t count;                     /* of each client; UINT64_MAX: by time */
  int window;
  double rate;                        /* of each client; 0: closed loop */
  bool measures;
};

struct client {
  pthread_t thread;
  void *dealer;
  const struct job *job;
  uint64_t used; /* numbers of requests */
  uint64_t sent, done, undone, span; /* from the start of the clock to the last answer that was measured, in ns */
  struct { uint64_t number, at; bool undone; } flight[RING];
  struct histogram latency;
  char frame[FRAME + 512], reply[REPLY + 1];
};

static struct client *clients;

static void send_one(struct client *c, uint64_t at) {
  uint64_t n = c->used++, slot = n % RING;
  if (c->flight[slot].at) die("no answer", "65,536 later requests were answered");
  c->flight[slot].number = n, c->flight[slot].at = at, c->flight[slot].undone = c->job->wanted_undone && is_undone(n);
  ZMQ(zmq_send(c->dealer, c->frame, c->job->write(c->frame, n, now_ns()), 0));
  c->sent++;
}

/* Takes one answer of `size` bytes; says since when it was waited for. */
static uint64_t take(struct client *c, int size) {
  static const char ok[] = "SKALD1 ok ";
  char *reply = c->reply;
  reply[size < REPLY ? size : REPLY] = 0;
  if (size < (int)sizeof ok + ID || memcmp(reply, ok, sizeof ok - 1)) die("refused", reply);
  uint64_t n = 0;
  for (const char *digit = reply + sizeof ok - 1 + ID - 12, *end = digit + 12; digit < end; digit++)
    n = n << 4 | (uint64_t)(*digit <= '9' ? *digit - '0' : *digit - 'a' + 10);
  uint64_t slot = n % RING, at = c->flight[slot].at;
  if (c->flight[slot].number != n || !at) die("not asked for, or twice", reply);
  const char *wanted = c->flight[slot].undone ? c->job->wanted_undone : c->job->wanted;
  if (wanted && !strstr(reply, wanted)) die("another end than expected", reply);
  c->flight[slot].at = 0;
  c->done++, c->undone += c->flight[slot].undone;
  return at;
}

static void *run_client(void *argument) {
  struct client *c = argument;
  const struct job *job = c->job;
  struct pace pace = { .origin = 0 };
  uint64_t start = UINT64_MAX, stop = UINT64_MAX, due = 0, heard = now_ns();
  c->sent = c->done = c->undone = 0;
  pace_sharpen();
  for (;;) {
    uint64_t now = now_ns(), window = c->done ? (uint64_t)job->window : 1; /* the first one alone: it also connects */
    while (c->sent < job->count && c->sent - c->done < window && (due = pace_due(&pace, c->sent, now)) <= now && due < stop)
      send_one(c, due);
    bool more = c->sent < job->count && (due = pace_due(&pace, c->sent, now)) < stop;
    if (c->sent == c->done && !more) break;
    bool paced = pace.rate > 0;
    if (paced) pace_wait(c->dealer, more && c->sent - c->done < window ? due : now + 100000000u);
    int flags = paced ? ZMQ_DONTWAIT : 0, size; /* closed loop: block for the first answer, then take what is there */
    while ((size = zmq_recv(c->dealer, c->reply, REPLY, flags)) >= 0) {
      uint64_t at = take(c, size), t = heard = now_ns(), belongs = paced ? at : t;
      if (job->measures && belongs >= start && belongs < stop) histogram_record(&c->latency, t - at), c->span = t - start;
      if (c->done == 1 && job->measures) { /* the clock starts with the first answer */
        start = job->count == UINT64_MAX ? t + WARMUP_MS * 1000000ull : t;
        if (job->count == UINT64_MAX) stop = start + (uint64_t)(opt.seconds * 1e9);
        pace = (struct pace){ .rate = job->rate, .origin = t, .first = 1 };
      }
      if (c->done == c->sent || (paced && t >= due)) break;
      flags = ZMQ_DONTWAIT;
    }
    if (size < 0 && (flags == 0 || now_ns() - heard > PATIENCE_MS * 1000000ull)) die("no answer", zmq_strerror(zmq_errno()));
  }
  return NULL;
}

/* Runs a job on the first so many clients, until all its answers are in. */
static void run(const struct job *job, int count) {
  for (int i = 0; i < count; i++) {
    clients[i].job = job;
    if (pthread_create(&clients[i].thread, NULL, run_client, &clients[i])) die("pthread_create", "no thread");
  }
  for (int i = 0; i < count; i++) pthread_join(clients[i].thread, NULL);
}

/* Before the clock: `count` requests of one client, all answered. */
static void prepare(size_t (*write)(char *, uint64_t, uint64_t), uint64_t count, int window, const char *wanted, const char *wanted_undone) {
  run(&(struct job){ .write = write, .wanted = wanted, .wanted_undone = wanted_undone, .count = count, .window = window }, 1);
}

/* Events in the store, as the server says. */
static uint64_t position(void) {
  struct client *c = clients;
  ZMQ(zmq_send(c->dealer, c->frame, (size_t)(put_request(c->frame, c->used++, now_ns(), "server.info") - c->frame), 0));
  int size = zmq_recv(c->dealer, c->reply, REPLY, 0);
  if (size < 0) die("no answer from the server", zmq_strerror(zmq_errno()));
  c->reply[size < REPLY ? size : REPLY] = 0;
  const char *found = strstr(c->reply, "\"position\":");
  if (!found) die("server.info tells no position", c->reply);
  return strtoull(found + 11, NULL, 10);
}

/* How many events one request adds. */
static uint64_t events_of_one(size_t (*write)(char *, uint64_t, uint64_t), const char *wanted, const char *wanted_undone) {
  uint64_t before = position();
  prepare(write, 1, 1, wanted, wanted_undone);
  return position() - before;
}

static struct job prepare_commands(uint64_t events[2]) {
  events[0] = 1;
  return (struct job){ .write = opt.in_turn ? write_fill : write_add };
}

static struct job prepare_starts(uint64_t events[2]) {
  events[0] = events_of_one(write_start, NULL, NULL);
  return (struct job){ .write = write_start };
}

/* Makes what trips book, and measures what a trip adds: one that completes, one that is undone. */
static struct job prepare_sagas(uint64_t events[2]) {
  static const char completed[] = "\"completed\"", compensated[] = "\"compensated\"";
  prepare(write_stock, 3 * (uint64_t)opt.keys, FILL_WINDOW, NULL, NULL);
  int every = opt.undo_every;
  for (int i = 0; i < 2; i++) {
    opt.undo_every = i; /* 1: every one */
    events[i] = events_of_one(write_trip, completed, compensated);
  }
  opt.undo_every = every;
  return (struct job){ .write = write_trip, .wanted = completed, .wanted_undone = compensated };
}

static struct job prepare_reads(uint64_t events[2]) {
  static const struct { const char *name; struct job job; uint64_t each; } reads[] = {
    { "aggregate.get", { .write = write_aggregate_get, .wanted = "\"version\":" }, 1 },
    { "event.read", { .write = write_event_read, .wanted = "\"events\":[{" }, 10 },
    { "saga.get", { .write = write_saga_get, .wanted = "\"completed\"" }, 0 },
  };
  for (int i = 0; i < 3; i++) {
    if (strcmp(opt.operation, reads[i].name)) continue;
    if (reads[i].each) prepare(write_fill, reads[i].each * (uint64_t)opt.keys, FILL_WINDOW, NULL, NULL);
    else {
      struct job trips = prepare_sagas(events);
      first_saga = clients->used;
      prepare(trips.write, (uint64_t)opt.keys, FILL_WINDOW, trips.wanted, NULL);
    }
    events[0] = events[1] = 0;
    return reads[i].job;
  }
  die("-q", "aggregate.get, event.read or saga.get");
  return (struct job){ 0 };
}

static void bench(struct job (*prepare_mode)(uint64_t events[2])) {
  uint64_t each[2] = { 0, 0 }, done = 0, undone = 0, span = 0;
  static struct histogram latency;
  position(); /* connected and ready */
  struct job job = prepare_mode(each);
  uint64_t before = position(), start = now_ns();
  job.measures = true, job.window = opt.window, job.rate = opt.rate / opt.clients;
  job.count = opt.count == UINT64_MAX ? UINT64_MAX : opt.count / (uint64_t)opt.clients;
  struct usage own = usage_of(getpid()), server = opt.server ? usage_of(opt.server) : (struct usage){ 0 };
  run(&job, opt.clients);
  struct usage own_after = usage_of(getpid()), server_after = opt.server ? usage_of(opt.server) : (struct usage){ 0 };
  double seconds = opt.count == UINT64_MAX ? opt.seconds : (double)(now_ns() - start) / 1e9;
  for (int i = 0; i < opt.clients; i++) {
    done += clients[i].done, undone += clients[i].undone;
    histogram_add(&latency, &clients[i].latency);
    if (clients[i].span > span) span = clients[i].span;
  }
  if ((double)span / 1e9 > seconds) seconds = (double)span / 1e9; /* open loop: the last one may come late */
  uint64_t events = before + (done - undone) * each[0] + undone * each[1];
  if (opt.server && position() != events) die("the server holds another number of events than it acknowledged", clients->reply);
  printf("{\"case\":\"%s\",\"ids\":\"%s\",\"clients\":%d,\"window\":%d,\"rate\":%.0f,\"keys\":%d,\"body\":%d,\"undo_every\":%d,\"done\":%lu,"
         "\"undone\":%lu,\"per_s\":%.1f,\"client_cpu_us\":%.2f,\"events\":%lu,", opt.mode, opt.ids_name, opt.clients, opt.window, opt.rate, opt.keys,
         opt.body, opt.undo_every, done, undone, (double)latency.count / seconds,
         (own_after.cpu_us - own.cpu_us) / (double)done, events);
  usage_print(stdout, server, server_after, done);
  printf(",");
  histogram_print(stdout, &latency);
  printf("}\n");
}

static void open_clients(void *context) {
  int zero = 0, patience = PATIENCE_MS;
  clients = calloc((size_t)opt.clients, sizeof *clients);
  if (!clients) die("clients", "no memory");
  for (int i = 0; i < opt.clients; i++) {
    void *dealer = clients[i].dealer = zmq_socket(context, ZMQ_DEALER);
    clients[i].used = (uint64_t)i << SEQUENCE_BITS;
    ZMQ(zmq_setsockopt(dealer, ZMQ_SNDHWM, &zero, sizeof zero));
    ZMQ(zmq_setsockopt(dealer, ZMQ_RCVHWM, &zero, sizeof zero));
    ZMQ(zmq_setsockopt(dealer, ZMQ_LINGER, &zero, sizeof zero));
    ZMQ(zmq_setsockopt(dealer, ZMQ_RCVTIMEO, &patience, sizeof patience));
    ZMQ(zmq_connect(dealer, opt.endpoint));
  }
}

static void read_options(int argc, char **argv) {
  const int frills = (int)strlen("{\"n\":1,\"note\":\"\"}");
  int o;
  opt.mode = argv[1], optind = 2;
  while ((o = getopt(argc, argv, "e:c:w:R:t:n:a:k:b:u:xor:q:D:s:p:")) != -1) switch (o) {
    case 'e': opt.endpoint = optarg; break;
    case 'c': opt.clients = atoi(optarg); break;
    case 'w': opt.window = atoi(optarg); break;
    case 'R': opt.rate = atof(optarg); break;
    case 't': opt.seconds = atof(optarg); break;
    case 'n': opt.count = strtoull(optarg, NULL, 10); break;
    case 'a': opt.keys = atoi(optarg); break;
    case 'k': opt.prefix = optarg; break;
    case 'b': opt.body = atoi(optarg); break;
    case 'u': opt.ids_name = optarg; opt.ordered_ids = !strcmp(optarg, "ordered"); break;
    case 'x': opt.any_version = true; break;
    case 'o': opt.in_turn = true; break;
    case 'r': opt.undo_every = atoi(optarg); break;
    case 'q': opt.operation = optarg; break;
    case 'D': opt.definition = optarg; break;
    case 's': opt.seed = strtoull(optarg, NULL, 10); break;
    case 'p': opt.server = atoi(optarg); break;
    default: die("option", "see the head of load.c");
    }
  if (!opt.window) opt.window = opt.rate > 0 ? 16000 : 64;
  if (opt.window < 1 || opt.window > MAX_WINDOW || opt.clients < 1 || opt.clients > MAX_CLIENTS || opt.keys < opt.clients || opt.rate < 0 ||
      opt.body < frills || opt.body > FRAME / 2 || opt.seconds <= 0 || strlen(opt.prefix) > 64 || strlen(opt.definition) > 64)
    die("options", "out of range");
  memset(note, 'x', (size_t)(opt.body - frills));
}

int main(int argc, char **argv) {
  static const struct { const char *name; struct job (*prepare)(uint64_t events[2]); } modes[] = {
    { "commands", prepare_commands }, { "sagas", prepare_sagas }, { "starts", prepare_starts }, { "reads", prepare_reads },
  };
  int mode = 0;
  while (mode < 4 && (argc < 2 || strcmp(argv[1], modes[mode].name))) mode++;
  if (mode == 4) die("usage", "load commands|sagas|starts|reads [options], see the head of load.c");
  read_options(argc, argv);
  versions = calloc((size_t)opt.keys, sizeof *versions);
  salt = mix(opt.seed ? opt.seed : now_ns() ^ (uint64_t)getpid() << 40);
  struct timespec wall;
  clock_gettime(CLOCK_REALTIME, &wall);
  wall_offset = (uint64_t)wall.tv_sec * 1000000000u + (uint64_t)wall.tv_nsec - now_ns();
  void *context = zmq_ctx_new();
  open_clients(context);
  bench(modes[mode].prepare);
  for (int i = 0; i < opt.clients; i++) zmq_close(clients[i].dealer);
  zmq_ctx_term(context);
  return 0;
}
