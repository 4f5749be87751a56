/*
 * load.c - load for a server that speaks SKALD1, as cheap as the client in floor.c so that their ratio is the servers'.
 *
 *   one thread, one ZeroMQ DEALER, a window of requests in flight, everything written into one buffer
 *
 *   load commands [options]     counter.add, a version expected each time
 *   load sagas [options]        saga.start of book-trip: two steps side by side, then a pivot, all on aggregates of the server
 *
 *   -e ENDPOINT   tcp://127.0.0.1:7117
 *   -w WINDOW     requests in flight                                    (64)
 *   -t SECONDS    measured seconds, after 0.3 s of warm-up              (3)
 *   -n COUNT      stop after so many instead, without a warm-up; for counting instructions
 *   -a KEYS       aggregates of each type                               (10000)
 *   -b BYTES      JSON body of a command                                (120)
 *   -u IDS        random | ordered: shape of the ids, UUIDv4 or UUIDv7  (ordered)
 *   -r N          sagas: the card of every Nth declines, so it is undone (0: none)
 *   -p PID        the server's process, to tell the CPU time it uses meanwhile
 *
 * Prints one JSON line. `events` is how many the store must hold at the end: what it held before, and what was acknowledged.
 * Anything but the expected answer, or none for 2 minutes, ends it with status 1.
 */
#define _GNU_SOURCE
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <zmq.h>

enum { FRAME = 4096, RING = 65536, MAX_WINDOW = 16384, ID = 36, WARMUP_MS = 300, PATIENCE_MS = 120000, STOCK_WINDOW = 1024 };

static struct options {
  const char *endpoint, *ids_name;
  bool sagas, ordered_ids;
  int window, keys, body, undo_every;
  pid_t server;
  uint64_t count;
  double seconds;
} opt = { .endpoint = "tcp://127.0.0.1:7117", .ids_name = "ordered", .ordered_ids = true, .window = 64, .keys = 10000,
          .body = 120, .count = UINT64_MAX, .seconds = 3 };

static void *dealer;
static char frame[FRAME], reply[FRAME + 1];
static char note[FRAME];                  /* what fills a command's body up to its size */
static uint32_t *versions;                /* of each counter */
static uint64_t salt, wall_offset;        /* ids of two runs differ; monotonic to wall time, in ns */
static uint64_t used_ids;

static struct { uint64_t number, at; bool undone; } flight[RING];

static void die(const char *what, const char *why) { fprintf(stderr, "load: %s: %s\n", what, why); exit(1); }
#define ZMQ(x) do { if ((x) < 0) die(#x, zmq_strerror(zmq_errno())); } while (0)

static uint64_t clock_ns(clockid_t clock) {
  struct timespec t;
  clock_gettime(clock, &t);
  return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static uint64_t now_ns(void) { return clock_ns(CLOCK_MONOTONIC); }

/* Of all threads of a process; 0 is this one. */
static double cpu_us(pid_t process) {
  clockid_t clock;
  if (clock_getcpuclockid(process, &clock)) die("-p", "no such process");
  return (double)clock_ns(clock) / 1e3;
}

static uint64_t mix(uint64_t x) { /* splitmix64 */
  x += 0x9E3779B97F4A7C15u;
  x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9u;
  x = (x ^ (x >> 27)) * 0x94D049BB133111EBu;
  return x ^ (x >> 31);
}

/* ------------------------------------------------------------ writing ---- */

static char *put(char *to, const char *text) { return stpcpy(to, text); }

static char *put_number(char *to, uint64_t n) {
  char digits[20];
  int count = 0;
  do digits[count++] = (char)('0' + n % 10); while (n /= 10);
  while (count) *to++ = digits[--count];
  return to;
}

static char *put_hex(char *to, uint64_t n, int digits) {
  for (int shift = 4 * (digits - 1); shift >= 0; shift -= 4) *to++ = "0123456789abcdef"[n >> shift & 15];
  return to;
}

/* A UUIDv7 of the time, or a UUIDv4; either ends with the request's number. */
static char *put_id(char *to, uint64_t n, uint64_t now) {
  uint64_t chance = mix(salt ^ n), ms = (now + wall_offset) / 1000000;
  to = put_hex(to, opt.ordered_ids ? ms >> 16 : chance >> 32, 8), *to++ = '-';
  to = put_hex(to, opt.ordered_ids ? ms : chance >> 16, 4), *to++ = '-';
  *to++ = opt.ordered_ids ? '7' : '4', to = put_hex(to, opt.ordered_ids ? 0 : chance, 3), *to++ = '-';
  *to++ = '8', to = put_hex(to, opt.ordered_ids ? salt >> 52 : chance, 3), *to++ = '-';
  return put_hex(to, n, 12);
}

static char *put_command(uint64_t n, uint64_t now, const char *type, uint64_t key, uint64_t expected, const char *name) {
  char *to = put_id(put(frame, "SKALD1 command "), n, now);
  to = put_number(put(put(put(to, " "), type), " b-"), key);
  to = put_number(put(to, " "), expected);
  return put(put(put(to, " "), name), "\n");
}

static size_t write_add(uint64_t n, uint64_t now) {
  uint64_t key = mix(salt + n) % (uint64_t)opt.keys;
  char *to = put_command(n, now, "counter", key, versions[key]++, "add");
  return (size_t)(put(put(put(to, "{\"n\":1,\"note\":\""), note), "\"}") - frame);
}

/* One of the commands that make rooms, seats and cards, so many that nothing sells out. */
static size_t write_stock(uint64_t n, uint64_t now) {
  static const char *const makers[3][3] = {
    { "hotel", "stock", "{\"rooms\":1000000000}" }, { "flight", "schedule", "{\"seats\":1000000000}" },
    { "card", "issue", "{\"limit\":1000000000000}" },
  };
  const char *const *make = makers[n % 3];
  return (size_t)(put(put_command(n, now, make[0], n / 3 % (uint64_t)opt.keys, 0, make[1]), make[2]) - frame);
}

static bool is_undone(uint64_t n) { return opt.undo_every && n % (uint64_t)opt.undo_every == 0; }

static size_t write_trip(uint64_t n, uint64_t now) {
  uint64_t key = mix(salt + n) % (uint64_t)opt.keys;
  char *to = put(put_id(put(frame, "SKALD1 request "), n, now), " saga.start\n{\"definition\":\"book-trip\",\"input\":{\"trip\":\"t-");
  to = put_number(put(put_number(put(put_number(to, salt), "-"), n), "\",\"city\":\"b-"), key);
  to = put_number(put(to, "\",\"flight\":\"b-"), key);
  to = put_number(put(to, "\",\"card\":\"b-"), key);
  return (size_t)(put(to, is_undone(n) ? "\",\"amount\":2000000000000}}" : "\",\"amount\":1}}") - frame);
}

/* ------------------------------------------------------------ running ---- */

struct run {
  size_t (*write)(uint64_t n, uint64_t now);
  const char *wanted, *wanted_undone; /* what the body of an answer must hold, if anything */
  uint64_t count;                     /* stop after so many; else after the time */
  bool measures;
  uint64_t done, undone, measured;
  uint32_t *latency_ns;
  size_t capacity;
};

static void send_one(const struct run *r) {
  uint64_t n = used_ids++, now = now_ns();
  flight[n % RING].number = n, flight[n % RING].at = now, flight[n % RING].undone = r->wanted_undone && is_undone(n);
  ZMQ(zmq_send(dealer, frame, r->write(n, now), 0));
}

/* Takes one answer of `size` bytes; says when its request was sent. */
static uint64_t take(struct run *r, int size) {
  static const char ok[] = "SKALD1 ok ";
  reply[size < FRAME ? size : FRAME] = 0;
  if (size < (int)sizeof ok + ID || memcmp(reply, ok, sizeof ok - 1)) die("refused", reply);
  uint64_t n = 0;
  for (const char *c = reply + sizeof ok - 1 + ID - 12, *end = c + 12; c < end; c++)
    n = n << 4 | (uint64_t)(*c <= '9' ? *c - '0' : *c - 'a' + 10);
  if (flight[n % RING].number != n || !flight[n % RING].at) die("not asked for, or twice", reply);
  const char *wanted = flight[n % RING].undone ? r->wanted_undone : r->wanted;
  if (wanted && !strstr(reply, wanted)) die("another end than expected", reply);
  uint64_t at = flight[n % RING].at;
  flight[n % RING].at = 0;
  r->done++, r->undone += flight[n % RING].undone;
  return at;
}

static void run(struct run *r) {
  uint64_t sent = 0, start = UINT64_MAX, stop = UINT64_MAX;
  for (;;) {
    uint64_t now = now_ns(), window = r->done ? (uint64_t)opt.window : 1;
    while (sent < r->count && now < stop && sent - r->done < window) send_one(r), sent++;
    if (sent == r->done) break;
    int flags = 0, size; /* block for the first answer, then take what is there */
    while ((size = zmq_recv(dealer, reply, FRAME, flags)) >= 0) {
      uint64_t at = take(r, size), t = now_ns();
      if (r->measures && t >= start && t < stop && r->measured < r->capacity) r->latency_ns[r->measured++] = (uint32_t)(t - at);
      if (r->done == 1 && r->measures) { /* the clock starts with the first answer */
        start = r->count == UINT64_MAX ? t + WARMUP_MS * 1000000ull : t;
        if (r->count == UINT64_MAX) stop = start + (uint64_t)(opt.seconds * 1e9);
      }
      if (r->done == sent) break;
      flags = ZMQ_DONTWAIT;
    }
    if (size < 0 && flags == 0) die("no answer", zmq_strerror(zmq_errno()));
  }
}

/* Events in the store, as the server says. */
static uint64_t position(void) {
  char *to = put(put_id(put(frame, "SKALD1 request "), used_ids++, now_ns()), " server.info\n");
  ZMQ(zmq_send(dealer, frame, (size_t)(to - frame), 0));
  int size = zmq_recv(dealer, reply, FRAME, 0);
  if (size < 0) die("no answer from the server", zmq_strerror(zmq_errno()));
  reply[size < FRAME ? size : FRAME] = 0;
  const char *found = strstr(reply, "\"position\":");
  if (!found) die("server.info tells no position", reply);
  return strtoull(found + 11, NULL, 10);
}

/* Makes what trips book, and measures how many events one trip adds: one that completes, one that is undone. */
static void prepare_trips(uint64_t *completed, uint64_t *undone) {
  struct run stock = { .write = write_stock, .count = 3 * (uint64_t)opt.keys };
  int window = opt.window, every = opt.undo_every;
  opt.window = STOCK_WINDOW; /* not what is measured */
  run(&stock);
  uint64_t before = position();
  for (int i = 0; i < 2; i++) {
    opt.window = 1, opt.undo_every = i; /* 1: every one */
    struct run one = { .write = write_trip, .wanted = "\"completed\"", .wanted_undone = "\"compensated\"", .count = 1 };
    run(&one);
    uint64_t now = position();
    *(i ? undone : completed) = now - before;
    before = now, salt++; /* the same trip is not booked twice */
  }
  opt.window = window, opt.undo_every = every;
}

static int by_value(const void *a, const void *b) {
  uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
  return (x > y) - (x < y);
}

static void report(const struct run *r, uint64_t events, double seconds, double cpu, double server_cpu) {
  qsort(r->latency_ns, r->measured, sizeof *r->latency_ns, by_value);
#define QUANTILE(p) (r->measured ? r->latency_ns[(uint64_t)((double)(r->measured - 1) * (p))] / 1e3 : 0)
  printf("{\"case\":\"%s\",\"ids\":\"%s\",\"window\":%d,\"keys\":%d,\"body\":%d,\"undo_every\":%d,\"done\":%lu,\"undone\":%lu,"
         "\"measured\":%lu,\"per_s\":%.0f,\"p50_us\":%.1f,\"p99_us\":%.1f,\"p999_us\":%.1f,\"client_cpu_us\":%.2f,"
         "\"server_cpu_us\":%.2f,\"events\":%lu}\n",
         opt.sagas ? "sagas" : "commands", opt.ids_name, opt.window, opt.keys, opt.body, opt.undo_every, r->done, r->undone,
         r->measured, (double)r->measured / seconds, QUANTILE(.5), QUANTILE(.99), QUANTILE(.999),
         cpu / (double)r->done, server_cpu / (double)r->done, events);
}

static void bench(void) {
  uint64_t completed = 1, undone = 1, before;
  position(); /* connected and ready */
  if (opt.sagas) prepare_trips(&completed, &undone);
  before = position();
  struct run r = { .write = opt.sagas ? write_trip : write_add, .count = opt.count, .measures = true };
  if (opt.sagas) r.wanted = "\"completed\"", r.wanted_undone = "\"compensated\"";
  r.capacity = opt.count == UINT64_MAX ? (size_t)(opt.seconds * 2.5e6) : opt.count;
  r.latency_ns = malloc((r.capacity + 1) * sizeof *r.latency_ns);
  double cpu = cpu_us(0), server_cpu = opt.server ? cpu_us(opt.server) : 0;
  uint64_t start = now_ns();
  run(&r);
  double seconds = opt.count == UINT64_MAX ? opt.seconds : (double)(now_ns() - start) / 1e9;
  cpu = cpu_us(0) - cpu, server_cpu = opt.server ? cpu_us(opt.server) - server_cpu : 0;
  uint64_t events = before + (r.done - r.undone) * completed + r.undone * undone;
  if (position() != events) die("the server holds another number of events than it acknowledged", reply);
  report(&r, events, seconds, cpu, server_cpu);
}

int main(int argc, char **argv) {
  int o, zero = 0, patience = PATIENCE_MS;
  if (argc < 2 || (strcmp(argv[1], "commands") && strcmp(argv[1], "sagas")))
    die("usage", "load commands|sagas [options], see the head of load.c");
  opt.sagas = !strcmp(argv[1], "sagas");
  optind = 2;
  while ((o = getopt(argc, argv, "e:w:t:n:a:b:u:r:p:")) != -1) switch (o) {
    case 'e': opt.endpoint = optarg; break;
    case 'w': opt.window = atoi(optarg); break;
    case 't': opt.seconds = atof(optarg); break;
    case 'n': opt.count = strtoull(optarg, NULL, 10); break;
    case 'a': opt.keys = atoi(optarg); break;
    case 'b': opt.body = atoi(optarg); break;
    case 'u': opt.ids_name = optarg; opt.ordered_ids = !strcmp(optarg, "ordered"); break;
    case 'r': opt.undo_every = atoi(optarg); break;
    case 'p': opt.server = atoi(optarg); break;
    default: die("option", "see the head of load.c");
    }
  const int frills = (int)strlen("{\"n\":1,\"note\":\"\"}");
  if (opt.window < 1 || opt.window > MAX_WINDOW || opt.keys < 1 || opt.body < frills || opt.body > FRAME / 2 || opt.seconds <= 0)
    die("options", "out of range");
  memset(note, 'x', (size_t)(opt.body - frills));
  versions = calloc((size_t)opt.keys, sizeof *versions);
  salt = now_ns() ^ (uint64_t)getpid() << 40, wall_offset = clock_ns(CLOCK_REALTIME) - now_ns();
  void *context = zmq_ctx_new();
  dealer = zmq_socket(context, ZMQ_DEALER);
  ZMQ(zmq_setsockopt(dealer, ZMQ_SNDHWM, &zero, sizeof zero));
  ZMQ(zmq_setsockopt(dealer, ZMQ_RCVHWM, &zero, sizeof zero));
  ZMQ(zmq_setsockopt(dealer, ZMQ_LINGER, &zero, sizeof zero));
  ZMQ(zmq_setsockopt(dealer, ZMQ_RCVTIMEO, &patience, sizeof patience));
  ZMQ(zmq_connect(dealer, opt.endpoint));
  bench();
  zmq_close(dealer);
  zmq_ctx_term(context);
  return 0;
}
