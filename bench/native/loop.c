// The engine's steps in C: what `netisr` does with a burst of frames, in one program, as fast as it goes. Reads a workload from a file (layout: native.ts),
// then commands from standard input: "sample ROUNDS", "digest", "counters", "quit". It answers each with one line; counters with many, then ".".
//
// What these workloads do not need ends the program with status 3 and a reason: no wrong answers.

#include <time.h>

#include "kernel.h"
#include "input.h"
#include "output.h"
#include "bridge.h"
#include "flows.h"
#include "router.h"
#include "counters.h"
#include "workload.h"

// The variable that rules a thread, read for every message.
HOT int32_t serviceMode(const struct thread *t) {
  const int32_t mode = *t->mode;
  return mode >= 0 ? mode : knobs[NETISR_MODE];
}

HOT void relMplock(struct thread *t) {
  t->mplocked = 0;
  t->mpcount--;
  t->counters[RELEASES]++;
  leave(&bgl);
}

// netmsg_service, with the message taken: decides by ARCHITECTURE, section 8.1, what becomes of the BGL.
HOT void netmsgService(struct thread *t, struct mbuf *m) {
  t->counters[MESSAGES]++;
  const int32_t mode = serviceMode(t);
  const uint32_t mpsafe = m->msg.flags & MSGF_MPSAFE;
  int get = 0;
  uint8_t lock = t->mplocked ? LOCK_KEPT : LOCK_WITHOUT;
  if (likely(mode == 1)) {
    get = !mpsafe && !t->mplocked;
    if (unlikely(mpsafe && t->mplocked)) {
      relMplock(t);
      lock = LOCK_RELEASED;
    }
    t->release = !mpsafe && !knobs[MPSAFE_LAZY];
  } else if (mode == 2) {
    if (t->mplocked) {
      relMplock(t);
      lock = LOCK_RELEASED;
    }
    if (!mpsafe) t->counters[VIOLATIONS]++;
  } else get = !t->mplocked;
  if (unlikely(get)) {
    t->mplocked = 1;
    t->mpcount++;
    t->counters[GETS]++;
    enter(t, &bgl);
    lock = LOCK_GOT;
  }
  m->msg.lock = lock;
}

HOT void messageDone(struct thread *t) {
  if (unlikely(t->release)) {
    t->release = 0;
    relMplock(t);
  } else if (unlikely(t->mplocked)) t->counters[KEEPS]++;
}

HOT void etherInputOncpu(struct thread *t, struct mbuf *m) {
  const struct ifnet *ifp = &ports[m->rcvif];
  if (unlikely((ifp->flags & (IFF_UP | IFF_MONITOR)) != IFF_UP)) unsupported("an interface that is down");
  if (ifp->bridged) bridgeInput(t, m);
  else demux(t, m);
}

// One message of a thread, with all that it sends.
HOT void serve(struct thread *t, struct mbuf *m) {
  if (unlikely(t->mpcount)) bgl.owner = t->id;
  netmsgService(t, m);
  if (likely(m->msg.dispatch == ETHER_INPUT_ONCPU)) etherInputOncpu(t, m);
  else ifqHandoff(t, m);
  messageDone(t);
  if (unlikely(t->mpcount)) bgl.owner = 0;
  if (unlikely(t->head != NULL)) lwktSchedule(t);
  if (k.txHead) drain();
}

// Everything that is runnable.
COLD void settle(void) {
  while (k.head) {
    struct thread *t = dequeue();
    serve(t, getport(t));
  }
}

HOT void clock_(uint64_t time) {
  if (unlikely(k.nextTick <= time)) unsupported("times beyond the first callout");
  if (time > k.now) k.now = time;
}

// The messages of a burst in the order in which their frames arrived, each with all that follows from it.
static void runBurst(void) {
  for (uint32_t i = 0; i < io.orderEnd; i++) {
    struct mbuf *m = io.order[i];
    if (unlikely(!m)) continue;
    clock_(m->arrived);
    struct thread *t = m->thread;
    if (unlikely(!t->highWater)) t->highWater = 1;
    serve(t, m); // the thread sleeps at its empty port and nothing else can run: port and run queue would only hand the message back
    if (unlikely(k.head != NULL)) settle();
  }
}

static __attribute__((noinline)) void runRound(const uint8_t *records, uint32_t bytes) {
  io.cursor = records;
  io.end = records + bytes;
  while (takeBurst()) runBurst();
}

// -DCLOCK=CLOCK_PROCESS_CPUTIME_ID: for tuning on a machine that has other work.
#ifndef CLOCK
#define CLOCK CLOCK_MONOTONIC
#endif

static uint64_t nanoseconds(void) {
  struct timespec now;
  clock_gettime(CLOCK, &now);
  return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

static uint64_t bytesSent(void) {
  uint64_t sum = 0;
  for (uint32_t i = 0; i < interfaces; i++) sum += ports[i].counters[OBYTES];
  return sum;
}

static void sample(const struct workload *w, uint32_t rounds) {
  const uint64_t sent = forwarded, floods = stats[BRC_FLOODED], hits = stats[IPF_HITS], bytes = bytesSent(), start = nanoseconds();
  for (uint32_t i = 0; i < rounds; i++) runRound(w->input, w->inputBytes);
  const uint64_t took = nanoseconds() - start;
  printf("%llu %llu %llu %llu %llu %llu\n", (unsigned long long)took, (unsigned long long)rounds * w->frames, (unsigned long long)(forwarded - sent),
         (unsigned long long)(stats[BRC_FLOODED] - floods), (unsigned long long)(stats[IPF_HITS] - hits),
         (unsigned long long)(bytesSent() - bytes));
}

static void printDigest(const struct workload *w) {
  digest = 2166136261u;
  k.collect = 1;
  runRound(w->input, w->inputBytes);
  k.collect = 0;
  printf("%08x\n", digest);
}

int main(int argc, char **argv) {
  if (argc != 2) unsupported("a call without the file of a workload");
  const struct workload w = readWorkload(argv[1]);
  runRound(w.learn, w.learnBytes);
  printf("ready\n");
  fflush(stdout);
  char line[64];
  for (uint32_t rounds; fgets(line, sizeof line, stdin) && strcmp(line, "quit\n"); fflush(stdout)) {
    if (sscanf(line, "sample %u", &rounds) == 1) sample(&w, rounds);
    else if (!strcmp(line, "digest\n")) printDigest(&w);
    else if (!strcmp(line, "counters\n")) printCounters();
    else unsupported(line);
  }
  return 0;
}
