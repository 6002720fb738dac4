// The kernel's records and the smallest verbs on them: mbufs, ports, locks, threads, interfaces. After assembly/kern. One host core and one CPU of the kernel.

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#ifdef __AVX2__
#include <immintrin.h>
#endif

#define likely(x) __builtin_expect(!!(x), 1)
#define unlikely(x) __builtin_expect(!!(x), 0)
#define HOT static inline __attribute__((always_inline))
#define COLD static __attribute__((noinline, cold))

enum { MAX_PORTS = 16, MAX_BURST = 256, HEADROOM = 50, ETHER_HDR_LEN = 14, IP_HDR_LEN = 20, NO_PORT = 255 };
enum { M_BCAST = 1, M_MCAST = 2, M_HASH = 16, M_LENCHECKED = 32 };
enum { MSGF_MPSAFE = 1 };
enum { IFF_UP = 1, IFF_RUNNING = 0x40, IFF_PROMISC = 0x100, IFF_OACTIVE = 0x400, IFF_MONITOR = 0x40000, IFF_NOCARRIER = 0x4000000 };
enum { ETHERTYPE_IP = 0x0008, ETHERTYPE_ARP = 0x0608, ETHERTYPE_VLAN = 0x0081 }; // as loaded
enum { IPPROTO_ICMP = 1, IPPROTO_TCP = 6, IPPROTO_UDP = 17 };
enum { ISR_IP = 2, ISR_ARP = 18, ISR_IPV6 = 28, ISR_MAX = 32 };

// Places of the path that a message names, and the one that a packet of the pending list goes on at.
enum at { AT_DONE, ETHER_INPUT_ONCPU, BRIDGE_ENQUEUE };

// Counters, in the order of their names in counters.h.
enum port_counter { RECEIVED, IPACKETS, IBYTES, IMCASTS, OPACKETS, OBYTES, OMCASTS, INTERRUPTS, HIGH_WATER, PORT_COUNTERS };
enum thread_counter { MESSAGES, GETS, RELEASES, KEEPS, VIOLATIONS, THREAD_COUNTERS };
enum stat { CLONED, IPS_TOTAL, IPS_FORWARD, IPS_FASTFORWARD, IPS_CANTFORWARD, IPF_CREATE, IPF_HITS, IPF_MISSES, IPF_REAPED, BRC_LEARNED, BRC_MOVED,
            BRC_FULL, BRC_FLOODED, STATS };
enum path { DELIVERED, BRIDGED, FASTFORWARDED, FORWARDED, PATHS };
enum drop { DROP_UNKNOWN_TYPE, DROP_SAME_PORT, DROP_CANNOT_FORWARD, DROPS };
// Knobs are read for every message, as another thread could change them: volatile.
enum knob { NETISR_MODE, TCP_MODE, UDP_MODE, MPSAFE_LAZY, INTR_MPSAFE, INPUT_MPSAFE, ENQUEUE_MPSAFE, TRANSPARENT, FORWARDING, FASTFORWARDING, SCHEDONLY,
            NETISR_RSS, KNOBS };

enum kind { NETISR, TCP, UDP, INTERRUPT };

struct thread;

// The part of a message that is written at once.
struct head {
  uint16_t dispatch;
  uint8_t flags, lock; // MSGF_*, what the service loop did with the BGL
  uint16_t result;
  uint8_t hash, path;
};
enum { LOCK_WITHOUT, LOCK_GOT, LOCK_KEPT, LOCK_RELEASED };

// One packet in flight, its message inside: 64 bytes.
struct mbuf {
  struct mbuf *next;
  struct thread *thread;
  struct head msg;
  uint8_t *data;
  uint32_t len, mflags;
  uint8_t rcvif, outif;
  uint16_t etherType;
  uint32_t index;
  uint64_t arrived, cause;
};
_Static_assert(sizeof(struct mbuf) == 64, "an mbuf is one cache line");

// Others could look at the owner at any time, so its stores are not to be merged.
struct lock {
  uint64_t gets;
  volatile uint32_t owner;
};

struct thread {
  uint64_t counters[THREAD_COUNTERS];
  volatile int32_t *mode; // the variable that rules it
  struct mbuf *head, *tail;
  struct thread *next;
  uint32_t length, highWater, kind, id, queued;
  uint32_t mplocked, mpcount, undo, release;
  uint32_t pended, port;
  struct mbuf *chainHead, *chainTail;
} __attribute__((aligned(256)));

struct ifnet {
  uint64_t counters[PORT_COUNTERS];
  uint64_t ends[PATHS];
  uint64_t mac;
  struct lock serializer, altqLock;
  struct mbuf *sndHead, *sndTail, *txHead, *txTail;
  struct ifnet *txNext;
  struct thread *ithread;
  struct mbuf **rxSlot, **rxPost;
  uint32_t flags, mtu, index, bridged, altqStarted;
  uint32_t sndLen, sndMaxlen, txCount, txSlots, txLinked;
  uint32_t rxSlots, rxHead, rxTail, rxFilled, rxPosted;
  uint64_t drops[DROPS];
} __attribute__((aligned(512))); // a shift finds it

static struct kernel {
  uint64_t now, nextTick;
  struct mbuf *mbufFree;
  uint32_t mbufsFree, second, collect, burst;
  uint32_t cpuMask; // ncpus2_mask: 0, as these workloads have one CPU
  struct ifnet *txHead, *txTail;
  struct thread *head, *tail; // run queue
} k;

static struct ifnet ports[MAX_PORTS]; // the last one is the bridge's own
static uint32_t interfaces;
static struct thread netisr[4], ithread[MAX_PORTS];
static struct lock bgl;
static uint64_t stats[STATS];
static volatile int32_t knobs[KNOBS];
static struct mbuf *mbufs;
static uint8_t *clusters;
static uint32_t stride;

COLD _Noreturn void unsupported(const char *what) {
  fprintf(stderr, "loop: not part of these workloads: %s\n", what);
  exit(3);
}

HOT uint64_t mac48(const uint8_t *at) {
  uint64_t word;
  memcpy(&word, at, 8);
  return word & 0xffffffffffff;
}
HOT uint16_t raw16(const uint8_t *at) {
  uint16_t value;
  memcpy(&value, at, 2);
  return value;
}
HOT uint32_t raw32(const uint8_t *at) {
  uint32_t value;
  memcpy(&value, at, 4);
  return value;
}
HOT void putRaw16(uint8_t *at, uint16_t value) { memcpy(at, &value, 2); }
HOT uint32_t get16(const uint8_t *at) { return __builtin_bswap16(raw16(at)); }
HOT uint32_t get32(const uint8_t *at) { return __builtin_bswap32(raw32(at)); }

// ---- locks ----

HOT void enter(struct thread *t, struct lock *lock) {
  lock->owner = t->id;
  lock->gets++;
}
HOT void leave(struct lock *lock) { lock->owner = 0; }

// ---- mbufs ----

// A buffer whose fields mInit sets.
HOT struct mbuf *mTake(void) {
  struct mbuf *m = k.mbufFree;
  if (unlikely(!m)) unsupported("no mbuf is left");
  k.mbufFree = m->next;
  k.mbufsFree--;
  return m;
}
HOT void mInit(struct mbuf *m, uint32_t length, uint32_t rcvif) {
  m->next = NULL;
  m->thread = NULL;
  m->msg = (struct head){0};
  m->data = clusters + (size_t)m->index * stride + HEADROOM;
  m->len = length;
  m->mflags = 0;
  m->rcvif = (uint8_t)rcvif;
}
HOT void mFreem(struct mbuf *m) {
  m->next = k.mbufFree;
  k.mbufFree = m;
  k.mbufsFree++;
}
COLD struct mbuf *mCopy(const struct mbuf *m) {
  struct mbuf *copy = mTake();
  mInit(copy, 0, NO_PORT);
  uint8_t *data = copy->data + (m->data - (clusters + (size_t)m->index * stride + HEADROOM));
  const uint32_t index = copy->index;
  *copy = *m;
  copy->next = NULL;
  copy->msg.dispatch = AT_DONE;
  copy->msg.flags = 0;
  copy->index = index;
  copy->data = data;
  memcpy(data, m->data, m->len);
  return copy;
}
COLD void drop(struct mbuf *m, enum drop reason) {
  ports[m->rcvif].drops[reason]++;
  mFreem(m);
}

// ---- threads and ports ----

HOT void lwktSchedule(struct thread *t) {
  if (t->queued) return;
  t->queued = 1;
  t->next = NULL;
  if (k.head) k.tail->next = t;
  else k.head = t;
  k.tail = t;
}
HOT struct thread *dequeue(void) {
  struct thread *t = k.head;
  k.head = t->next;
  t->next = NULL;
  t->queued = 0;
  return t;
}
HOT void putport(struct mbuf *m, struct thread *t) {
  m->next = NULL;
  if (t->head) t->tail->next = m;
  else t->head = m;
  t->tail = m;
  const uint32_t length = ++t->length;
  if (length > t->highWater) t->highWater = length;
  lwktSchedule(t);
}
HOT struct mbuf *getport(struct thread *t) {
  struct mbuf *m = t->head;
  t->head = m->next;
  t->length--;
  m->next = NULL;
  return m;
}
