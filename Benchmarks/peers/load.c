/*
 * load.c - load for Redis Streams and NATS JetStream, made as ../load.c is so that their ratio is the servers'.
 *
 *   one thread, one or more connections, a window of requests in flight over all of them, no allocation for a request
 *
 *   load redis append|bare|sagas [options]
 *   load jetstream append|batch|sagas [options]
 *
 *   -e ENDPOINT   HOST:PORT, or the path of a unix socket
 *   -w WINDOW     requests in flight over all connections               (64)
 *   -c COUNT      connections; each has its own share of the keys       (1)
 *   -t SECONDS    measured seconds, after 0.3 s of warm-up              (2)
 *   -a KEYS       streams, or aggregates of a saga's participants       (10000)
 *   -b BYTES      JSON body of an event                                 (120)
 *   -r N          sagas: the third step of every Nth is refused         (10)
 *   -x SHA        redis: the script to run, by its SHA-1
 *   -p COUNT      jetstream: streams the keys are spread over           (1)
 *   -n COUNT      jetstream: appends in one atomic batch                (1)
 *
 * append: an event at an expected version, its id remembered. bare: without remembering it. batch: many stored or refused as one.
 * sagas: started, three steps, each with a participant's record and the saga's; a refused third step is followed by undoing the
 * second and the first.
 * Prints one JSON line; `records` is how many the store must hold, `measured` how many answers the latencies are of. The first answer
 * that is not the expected one ends it with 1.
 */
#define _GNU_SOURCE
#include "load.h"
#include "../histogram.h"
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <arpa/inet.h>
#include <time.h>
#include <unistd.h>

enum { WARMUP_MS = 300, PATIENCE_MS = 120000 };

struct options opt = {
  .window = 64, .connections = 1, .keys = 10000, .body = 120, .undo_every = 10, .partitions = 1, .batch = 1,
  .seconds = 2,
};
char body[MAX_REQUEST];
uint64_t *heads, salt;
bool *busy;
struct slot slots[MAX_WINDOW];

static const struct protocol *protocol;
static struct connection connections[MAX_CONNECTIONS];
static struct pollfd polled[MAX_CONNECTIONS];
static uint64_t wall_offset, units, done, undone, in_flight, records, start = UINT64_MAX, stop = UINT64_MAX;
static struct histogram latency;

void die(const char *what, const char *why) { fprintf(stderr, "load: %s: %s\n", what, why); exit(1); }
#define SYS(x) do { if ((x) < 0) die(#x, strerror(errno)); } while (0)

static uint64_t clock_ns(clockid_t clock) {
  struct timespec t;
  clock_gettime(clock, &t);
  return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static uint64_t now_ns(void) { return clock_ns(CLOCK_MONOTONIC); }

static uint64_t mix(uint64_t x) { /* splitmix64 */
  x += 0x9E3779B97F4A7C15u;
  x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9u;
  x = (x ^ (x >> 27)) * 0x94D049BB133111EBu;
  return x ^ (x >> 31);
}

/* ------------------------------------------------------------ writing ---- */

static void flush(struct connection *c) {
  size_t sent = 0;
  while (sent < c->out_used) {
    ssize_t n = send(c->fd, c->out + sent, c->out_used - sent, MSG_NOSIGNAL);
    if (n < 0) die("send", strerror(errno));
    sent += (size_t)n;
  }
  c->out_used = 0;
}

void add(struct connection *c, const char *bytes, size_t count) {
  if (c->out_used + count > BUFFER) flush(c);
  memcpy(c->out + c->out_used, bytes, count); /* a request is at most MAX_REQUEST */
  c->out_used += count;
}

char *put_id(char *to, uint64_t number, int step) {
  uint64_t ms = (now_ns() + wall_offset) / 1000000;
  to = put_hex(to, ms >> 16, 8), *to++ = '-';
  to = put_hex(to, ms, 4), *to++ = '-';
  *to++ = '7', to = put_hex(to, (uint64_t)step, 3), *to++ = '-';
  *to++ = '8', to = put_hex(to, salt >> 52, 3), *to++ = '-';
  return put_hex(to, number, 12);
}

/* ------------------------------------------------------------ running ---- */

/* A key of this connection's share; not one in flight where the next event's condition needs the last answer. */
uint32_t choose_key(const struct connection *c, uint64_t number) {
  uint64_t own = (uint64_t)(opt.keys / opt.connections), local = mix(salt + number) % own;
  while (busy && busy[(uint64_t)c->index + local * (uint64_t)opt.connections]) local = (local + 1) % own;
  return (uint32_t)((uint64_t)c->index + local * (uint64_t)opt.connections);
}

static bool begin(struct connection *c, struct slot *s) {
  uint64_t now = now_ns();
  if (now >= stop) return false;
  uint64_t number = units;
  units += (uint64_t)opt.batch;
  *s = (struct slot){ .number = number, .at = now, .key = choose_key(c, number),
                      .undone = opt.work == SAGAS && number % (uint64_t)opt.undo_every == 0 };
  protocol->ask(c, s);
  in_flight++;
  return true;
}

static void finish(const struct slot *s) {
  uint64_t now = now_ns();
  if (now >= start && now < stop) histogram_record(&latency, now - s->at);
  if (done++ == 0) {
    start = now + WARMUP_MS * 1000000ull;
    stop = start + (uint64_t)(opt.seconds * 1e9);
  }
  undone += s->undone, in_flight--;
}

void answered(struct connection *c, struct slot *s) {
  records += (uint64_t)opt.batch;
  if (--s->pending) return;
  s->step++;
  if (protocol->ask(c, s)) return;
  finish(s);
  begin(c, s);
}

static void receive(struct connection *c) {
  ssize_t n = recv(c->fd, c->in + c->in_used, BUFFER - 1 - c->in_used, 0);
  if (n <= 0) die("the server", n ? strerror(errno) : "closed the connection");
  c->in_used += (size_t)n;
  size_t used = 0, length;
  while (used < c->in_used && (length = protocol->take(c, c->in + used, c->in_used - used))) used += length;
  c->in_used -= used;
  memmove(c->in, c->in + used, c->in_used);
  flush(c);
}

static void run(void) {
  struct slot *first = &slots[0];
  if (!begin(&connections[0], first)) die("the clock", "is over before it began");
  flush(&connections[0]);
  bool all = false;
  while (in_flight) {
    int ready = poll(polled, (nfds_t)opt.connections, PATIENCE_MS);
    if (ready <= 0) die("no answer", ready ? strerror(errno) : "for 2 minutes");
    for (int i = 0; i < opt.connections; i++)
      if (polled[i].revents) receive(&connections[i]);
    if (all || !done) continue;
    all = true; /* one at first, so that opening the store is not measured */
    for (int i = 1; i < opt.window / opt.batch; i++) begin(&connections[i % opt.connections], &slots[i]);
    for (int i = 0; i < opt.connections; i++) flush(&connections[i]);
  }
}

/* ------------------------------------------------------------ the rest ---- */

static int dial(const char *endpoint) {
  int fd;
  if (*endpoint == '/') {
    struct sockaddr_un at = { .sun_family = AF_UNIX };
    if (strlen(endpoint) >= sizeof at.sun_path) die("-e", "the path is too long for a unix socket");
    strcpy(at.sun_path, endpoint);
    SYS(fd = socket(AF_UNIX, SOCK_STREAM, 0));
    SYS(connect(fd, (struct sockaddr *)&at, sizeof at));
    return fd;
  }
  const char *colon = strrchr(endpoint, ':');
  if (!colon) die("-e", "HOST:PORT, or the path of a unix socket");
  char host[64];
  snprintf(host, sizeof host, "%.*s", (int)(colon - endpoint), endpoint);
  struct sockaddr_in at = { .sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(colon + 1)) };
  int one = 1;
  if (inet_pton(AF_INET, host, &at.sin_addr) != 1) die("-e", "an IPv4 address");
  SYS(fd = socket(AF_INET, SOCK_STREAM, 0));
  SYS(setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one));
  SYS(connect(fd, (struct sockaddr *)&at, sizeof at));
  return fd;
}

static void report(double cpu_us) {
  uint64_t batch = (uint64_t)opt.batch;
  printf("{\"peer\":\"%s\",\"window\":%d,\"connections\":%d,\"keys\":%d,\"body\":%d,\"done\":%lu,\"undone\":%lu,\"records\":%lu,"
         "\"per_s\":%.1f,\"client_cpu_us\":%.2f,", protocol->name, opt.window, opt.connections, opt.keys, opt.body, done * batch, undone,
         records, (double)(latency.count * batch) / opt.seconds, cpu_us / (double)(done * batch));
  histogram_print(stdout, &latency);
  printf("}\n");
}

static void read_options(int argc, char **argv) {
  static const char *const works[] = { "append", "bare", "batch", "sagas" };
  static const char usage[] = "load redis append|bare|sagas, or jetstream append|batch|sagas; options at the head of load.c";
  if (argc < 3) die("usage", usage);
  protocol = !strcmp(argv[1], "redis") ? &redis : !strcmp(argv[1], "jetstream") ? &jetstream : NULL;
  int work = 0, o;
  while (work < 4 && strcmp(argv[2], works[work])) work++;
  if (!protocol || work == 4 || work == (protocol == &redis ? BATCH : BARE)) die("usage", usage);
  opt.work = work, optind = 3;
  while ((o = getopt(argc, argv, "e:w:c:t:a:b:r:x:p:n:")) != -1) switch (o) {
    case 'e': opt.endpoint = optarg; break;
    case 'w': opt.window = atoi(optarg); break;
    case 'c': opt.connections = atoi(optarg); break;
    case 't': opt.seconds = atof(optarg); break;
    case 'a': opt.keys = atoi(optarg); break;
    case 'b': opt.body = atoi(optarg); break;
    case 'r': opt.undo_every = atoi(optarg); break;
    case 'x': opt.script = optarg; break;
    case 'p': opt.partitions = atoi(optarg); break;
    case 'n': opt.batch = atoi(optarg); break;
    default: die("option", "see the head of load.c");
    }
  if (!opt.endpoint || opt.window < 1 || opt.window > MAX_WINDOW || opt.connections < 1 || opt.connections > MAX_CONNECTIONS ||
      opt.batch < 1 || opt.batch > (work == BATCH ? MAX_BATCH : 1) || opt.connections > opt.window / opt.batch ||
      opt.keys < 2 * opt.window || opt.body < 20 || opt.body > 1024 || opt.seconds <= 0 || opt.undo_every < 1 || opt.partitions < 1)
    die("options", "out of range, or -e is missing");
}

int main(int argc, char **argv) {
  read_options(argc, argv);
  int length = snprintf(body, sizeof body, "{\"n\":1,\"note\":\"");
  memset(body + length, 'x', (size_t)(opt.body - length - 2));
  strcpy(body + opt.body - 2, "\"}");
  heads = calloc((size_t)opt.keys, sizeof *heads);
  busy = protocol == &jetstream ? calloc((size_t)opt.keys, sizeof *busy) : NULL;
  salt = now_ns() ^ (uint64_t)getpid() << 40, wall_offset = clock_ns(CLOCK_REALTIME) - now_ns();
  for (int i = 0; i < opt.connections; i++) {
    struct connection *c = &connections[i];
    *c = (struct connection){ .fd = dial(opt.endpoint), .index = i, .out = malloc(BUFFER), .in = malloc(BUFFER),
                              .order = malloc(MAX_WINDOW * sizeof *c->order) };
    polled[i] = (struct pollfd){ .fd = c->fd, .events = POLLIN };
    if (protocol->greet) protocol->greet(c);
  }
  uint64_t cpu = clock_ns(CLOCK_PROCESS_CPUTIME_ID);
  run();
  report((double)(clock_ns(CLOCK_PROCESS_CPUTIME_ID) - cpu) / 1e3);
  return 0;
}
