// The bare work of a bridge and of a router in C: frames in place, descriptors in and out, no queues, messages, locks or counters. How fast this core is at
// the memory and arithmetic that no design can leave out. Usage: bare bridge|router FRAMES FLOWS ROUTES STRIDE HUGE(0|1) PREFETCH SAMPLES
// It prints nanoseconds per packet, one line per sample, then the sum of the output descriptors: it must not depend on stride, pages or prefetch.
//
// bridge   learn the source (expire refresh), look the destination up, descriptor out
// router   header check, checksum over 20 bytes, longest prefix by DIR-24-8, time to live and checksum (RFC 1624), MAC rewrite, descriptor out
//
// A rewritten frame would not be the same in the next round: its time to live is put back outside of the timing, every 128 rounds.

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>

enum { PORTS = 4, HOPS = 16, FIRST_TTL = 255, ROUNDS_PER_TTL = 128, BATCH = 64, TABLE_LOAD = 4 };

struct descriptor {
  uint32_t frame; // byte offset
  uint16_t length;
  uint8_t port, verdict;
};
struct station {
  uint64_t mac; // 0 = free
  uint32_t port, expire;
};
struct hop {
  uint64_t front; // destination address and the first two bytes of the source's
  uint32_t rest;
  uint8_t port;
};

static uint8_t *frames;
static struct descriptor *in, *out;
static struct station *stations;
static uint32_t stationMask, stationShift;
static uint16_t *root, *leaves; // DIR-24-8: bit 15 of a root entry: number of a block of 256 leaves; else 1 + hop
static uint32_t leafBlocks;
static struct hop hops[HOPS];
static uint32_t seed = 1;

static uint32_t draw(void) { // xorshift32
  seed ^= seed << 13;
  seed ^= seed >> 17;
  return seed ^= seed << 5;
}

static void *memory(size_t bytes, int huge) {
  bytes = (bytes + (2u << 20) - 1) & ~(size_t)((2u << 20) - 1);
  uint8_t *at = mmap(NULL, bytes + (2u << 20), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (at == MAP_FAILED) exit(1);
  at = (uint8_t *)(((uintptr_t)at + (2u << 20) - 1) & ~(uintptr_t)((2u << 20) - 1));
  madvise(at, bytes, huge ? MADV_HUGEPAGE : MADV_NOHUGEPAGE);
  memset(at, 0, bytes);
  return at;
}

static inline uint64_t load48(const uint8_t *at) {
  uint64_t word;
  memcpy(&word, at, 8);
  return word & 0xffffffffffff;
}
static inline uint32_t load32(const uint8_t *at) {
  uint32_t word;
  memcpy(&word, at, 4);
  return word;
}
static inline uint16_t load16(const uint8_t *at) {
  uint16_t word;
  memcpy(&word, at, 2);
  return word;
}

static inline struct station *find(uint64_t mac) {
  uint32_t at = (uint32_t)((mac * 0x9e3779b97f4a7c15u) >> stationShift);
  while (stations[at].mac && stations[at].mac != mac) at = (at + 1) & stationMask;
  return &stations[at];
}

static inline void bridgeOne(uint32_t i, uint32_t now) {
  const struct descriptor d = in[i];
  const uint8_t *frame = frames + d.frame;
  struct station *source = find(load48(frame + 6));
  source->mac = load48(frame + 6);
  source->port = d.port;
  source->expire = now;
  const struct station *to = find(load48(frame));
  const uint32_t port = to->mac ? to->port : 0xff;
  out[i] = (struct descriptor){d.frame, d.length, (uint8_t)port, port == d.port};
}

static inline void routerOne(uint32_t i) {
  const struct descriptor d = in[i];
  uint8_t *frame = frames + d.frame, *ip = frame + 14;
  out[i] = (struct descriptor){d.frame, d.length, 0, 1};
  if (load16(frame + 12) != 8 || d.length < 34 || ip[0] != 0x45) return;
  const uint32_t total = __builtin_bswap16(load16(ip + 2));
  if (total < 20 || total > d.length - 14u || ip[8] <= 1) return;
  uint64_t sum = (uint64_t)load32(ip) + load32(ip + 4) + load32(ip + 8) + load32(ip + 12) + load32(ip + 16);
  sum = (sum & 0xffffffff) + (sum >> 32);
  uint32_t folded = (uint32_t)(sum & 0xffff) + (uint32_t)(sum >> 16);
  folded = (folded & 0xffff) + (folded >> 16);
  if ((folded & 0xffff) + (folded >> 16) != 0xffff) return;
  const uint32_t dst = __builtin_bswap32(load32(ip + 16));
  uint32_t entry = root[dst >> 8];
  if (entry & 0x8000) entry = leaves[(entry & 0x7fff) << 8 | (dst & 255)];
  if (!entry) return;
  const struct hop *hop = &hops[entry - 1];
  ip[8]--;
  uint32_t check = load16(ip + 10) + 1u; // as loaded: the high byte of the word went down by one in network order
  check += check >= 0xffff;
  const uint16_t low = (uint16_t)check;
  memcpy(ip + 10, &low, 2);
  memcpy(frame, &hop->front, 8);
  memcpy(frame + 8, &hop->rest, 4);
  out[i] = (struct descriptor){d.frame, d.length, hop->port, 0};
}

// ---- setting up ----

static void put32(uint8_t *at, uint32_t value) {
  value = __builtin_bswap32(value);
  memcpy(at, &value, 4);
}

static void seal(uint8_t *ip) {
  uint32_t sum = 0;
  ip[10] = ip[11] = 0;
  for (int i = 0; i < 20; i += 2) sum += load16(ip + i);
  sum = (sum & 0xffff) + (sum >> 16);
  sum = ~((sum & 0xffff) + (sum >> 16));
  const uint16_t check = (uint16_t)sum;
  memcpy(ip + 10, &check, 2);
}

static uint64_t macOf(uint32_t station) { return 0xaa02u | (uint64_t)__builtin_bswap32(station) << 16; }

static void makeFrame(uint8_t *frame, uint32_t from, uint32_t to, uint32_t dst) {
  const uint64_t d = macOf(to), s = macOf(from);
  memcpy(frame, &d, 6);
  memcpy(frame + 6, &s, 6);
  memcpy(frame + 12, "\x08\x00\x45\x00\x00\x2e", 6);
  frame[22] = FIRST_TTL;
  frame[23] = 17;
  put32(frame + 26, 0x0a000000 + from);
  put32(frame + 30, dst);
  seal(frame + 14);
}

static uint32_t *prefixes;
static uint8_t *lengths;

// Nine of ten prefixes have 24 bits or fewer; shorter ones first, so that longer ones overwrite them.
static void makeRoutes(uint32_t routes, int huge) {
  root = memory(sizeof *root << 24, huge);
  leaves = memory(sizeof *leaves << 23, huge);
  prefixes = malloc(routes * sizeof *prefixes);
  lengths = malloc(routes);
  for (uint32_t i = 0; i < HOPS; i++) hops[i] = (struct hop){macOf(i) | (uint64_t)0x0002 << 48, 0x01000000u * i, (uint8_t)(i % PORTS)};
  for (uint32_t i = 0; i < routes; i++) {
    const uint64_t place = (uint64_t)i * 100 / routes;
    lengths[i] = (uint8_t)(place < 2 ? 12 : place < 10 ? 16 : place < 35 ? 20 + place % 3 : place < 98 ? 24 : 28);
    prefixes[i] = (((1 + draw() % 222) << 24) | (draw() & 0xffffff)) & (0xffffffffu << (32 - lengths[i]));
    const uint16_t value = (uint16_t)(1 + i % HOPS);
    if (lengths[i] <= 24) {
      for (uint32_t n = 0; n < 1u << (24 - lengths[i]); n++) root[(prefixes[i] >> 8) + n] = value;
      continue;
    }
    uint16_t *entry = &root[prefixes[i] >> 8];
    if (!(*entry & 0x8000)) {
      for (uint32_t n = 0; n < 256; n++) leaves[leafBlocks << 8 | n] = *entry;
      *entry = (uint16_t)(0x8000 | leafBlocks++);
    }
    for (uint32_t n = 0; n < 1u << (32 - lengths[i]); n++) leaves[(uint32_t)(*entry & 0x7fff) << 8 | ((prefixes[i] & 255) + n)] = value;
  }
}

static void makeStations(uint32_t count) {
  uint32_t bits = 4;
  while ((1u << bits) < TABLE_LOAD * count) bits++;
  stations = memory(sizeof *stations << bits, 0);
  stationMask = (1u << bits) - 1;
  stationShift = 64 - bits;
  for (uint32_t n = 0; n < count; n++) *find(macOf(n)) = (struct station){macOf(n), n % PORTS, 0};
}

static void makeFrames(uint32_t count, uint32_t flows, uint32_t routes, uint32_t stride, int huge) {
  frames = memory((size_t)count * stride + 64, huge);
  in = memory(count * sizeof *in, 0);
  out = memory(count * sizeof *out, 0);
  uint32_t *dst = malloc(flows * sizeof *dst);
  for (uint32_t n = 0; n < flows; n++) {
    const uint32_t route = draw() % routes;
    dst[n] = prefixes[route] | (draw() & ~(0xffffffffu << (32 - lengths[route])));
  }
  for (uint32_t i = 0; i < count; i++) {
    const uint32_t flow = draw() % flows;
    in[i] = (struct descriptor){i * stride, 60, (uint8_t)(flow % PORTS), 0};
    makeFrame(frames + (size_t)i * stride, flow, draw() % flows, dst[flow]);
  }
}

// ---- running ----

static void run(int router, uint32_t count, uint32_t ahead, uint32_t now) {
  for (uint32_t first = 0; first < count; first += BATCH)
    for (uint32_t i = first; i < first + BATCH; i++) {
      if (ahead) __builtin_prefetch(frames + in[i + ahead < count ? i + ahead : 0].frame);
      if (router) routerOne(i);
      else bridgeOne(i, now);
    }
}

static void restore(uint32_t count) {
  for (uint32_t i = 0; i < count; i++) {
    frames[in[i].frame + 22] = FIRST_TTL;
    seal(frames + in[i].frame + 14);
  }
}

static double seconds(void) {
  struct timespec now;
  clock_gettime(
#ifdef CLOCK
      CLOCK,
#else
      CLOCK_MONOTONIC,
#endif
      &now);
  return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

int main(int argc, char **argv) {
  if (argc != 9) {
    fprintf(stderr, "usage: bare bridge|router FRAMES FLOWS ROUTES STRIDE HUGE PREFETCH SAMPLES\n");
    return 2;
  }
  const int router = !strcmp(argv[1], "router"), huge = atoi(argv[6]);
  const uint32_t count = (uint32_t)atoi(argv[2]), flows = (uint32_t)atoi(argv[3]), routes = (uint32_t)atoi(argv[4]);
  const uint32_t stride = (uint32_t)atoi(argv[5]), ahead = (uint32_t)atoi(argv[7]), samples = (uint32_t)atoi(argv[8]);
  makeRoutes(routes, huge);
  makeStations(flows);
  makeFrames(count, flows, routes, stride, huge);
  const uint32_t rounds = ROUNDS_PER_TTL;
  for (uint32_t sample = 0; sample <= samples; sample++) {
    double took = 0;
    uint32_t done = 0;
    while (took < 0.02) {
      const double start = seconds();
      for (uint32_t n = 0; n < rounds; n++) run(router, count, ahead, sample);
      took += seconds() - start;
      done += rounds;
      restore(count);
    }
    if (sample) printf("%.3f\n", took * 1e9 / done / count); // the first one warms up
  }
  uint64_t sum = 0;
  for (uint32_t i = 0; i < count; i++) sum += (out[i].port + 1u + 8u * out[i].verdict) * (i + 1u);
  printf("sum %llu\n", (unsigned long long)sum);
  return 0;
}
