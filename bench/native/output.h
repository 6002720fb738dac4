// Output queues, transmit rings and what leaves them. After assembly/net/ifq.ts and dev/departures.ts.

static uint64_t forwarded;
static uint32_t digest;

COLD void record(const struct ifnet *ifp, const struct mbuf *m) {
  const uint8_t head[4] = {ifp->index, 0, m->len & 255, m->len >> 8};
  for (uint32_t i = 0; i < 4; i++) digest = (digest ^ head[i]) * 16777619u;
  for (uint32_t i = 0; i < m->len; i++) digest = (digest ^ m->data[i]) * 16777619u;
}

HOT void countQueued(struct ifnet *ifp, const struct mbuf *m, uint32_t length) {
  if (length > ifp->counters[HIGH_WATER]) ifp->counters[HIGH_WATER] = length;
  ifp->counters[OBYTES] += m->len;
  if (unlikely(m->data[0] & 1)) ifp->counters[OMCASTS]++;
}

HOT void moveToRing(struct ifnet *ifp, struct mbuf *m) {
  ifp->counters[OPACKETS]++;
  m->next = NULL;
  if (ifp->txHead) ifp->txTail->next = m;
  else ifp->txHead = m;
  ifp->txTail = m;
  ifp->txCount++;
  if (ifp->txLinked) return;
  ifp->txLinked = 1;
  ifp->txNext = NULL;
  if (k.txHead) k.txTail->txNext = ifp;
  else k.txHead = ifp;
  k.txTail = ifp;
}

HOT void ifqEnqueue(struct ifnet *ifp, struct mbuf *m) {
  const uint32_t length = ifp->sndLen;
  if (unlikely(length >= ifp->sndMaxlen)) unsupported("a full output queue");
  m->next = NULL;
  if (ifp->sndHead) ifp->sndTail->next = m;
  else ifp->sndHead = m;
  ifp->sndTail = m;
  ifp->sndLen = length + 1;
  countQueued(ifp, m, length + 1);
}

HOT void startTransmitter(struct ifnet *ifp) {
  if (unlikely((ifp->flags & (IFF_RUNNING | IFF_OACTIVE)) != IFF_RUNNING)) return;
  for (struct mbuf *m = ifp->sndHead; m; m = ifp->sndHead) {
    if (unlikely(ifp->txCount == ifp->txSlots)) {
      ifp->flags |= IFF_OACTIVE;
      return;
    }
    ifp->sndHead = m->next;
    ifp->sndLen--;
    moveToRing(ifp, m);
  }
}

// bridge_handoff: serializer of the interface and lock of the queue round both steps.
HOT void ifqHandoff(struct thread *t, struct mbuf *m) {
  struct ifnet *ifp = &ports[m->outif];
  enter(t, &ifp->serializer);
  enter(t, &ifp->altqLock);
  if (likely(!ifp->sndLen && (ifp->flags & (IFF_RUNNING | IFF_OACTIVE)) == IFF_RUNNING && ifp->txCount < ifp->txSlots && ifp->sndMaxlen > 0)) {
    countQueued(ifp, m, 1); // it would be moved on at once
    moveToRing(ifp, m);
  } else {
    ifqEnqueue(ifp, m);
    startTransmitter(ifp);
  }
  leave(&ifp->altqLock);
  leave(&ifp->serializer);
}

// ifq_dispatch and if_start: the queue's lock twice, the start interlock, the serializer if it is free.
HOT void ifqDispatch(struct thread *t, struct mbuf *m) {
  struct ifnet *ifp = &ports[m->outif];
  enter(t, &ifp->altqLock);
  ifqEnqueue(ifp, m);
  const uint32_t started = ifp->altqStarted;
  ifp->altqStarted = 1;
  leave(&ifp->altqLock);
  if (unlikely(started || knobs[SCHEDONLY])) unsupported("a transmitter that is busy");
  enter(t, &ifp->serializer);
  enter(t, &ifp->altqLock);
  startTransmitter(ifp);
  if (unlikely((ifp->flags & (IFF_RUNNING | IFF_OACTIVE)) == IFF_RUNNING && ifp->sndLen > 0)) unsupported("a queue that stays filled");
  ifp->altqStarted = 0;
  leave(&ifp->altqLock);
  leave(&ifp->serializer);
}

// Empties the transmit rings.
HOT void drain(void) {
  while (k.txHead) {
    struct ifnet *ifp = k.txHead;
    if (unlikely(ifp->flags & IFF_NOCARRIER)) unsupported("an interface without carrier");
    for (struct mbuf *m = ifp->txHead; m; m = ifp->txHead) {
      ifp->txHead = m->next;
      ifp->txCount--;
      ifp->ends[m->msg.path]++;
      forwarded++;
      if (unlikely(k.collect)) record(ifp, m);
      mFreem(m);
    }
    k.txHead = ifp->txNext;
    ifp->txLinked = 0;
    if (unlikely(ifp->flags & IFF_OACTIVE)) unsupported("a transmit ring that was full");
  }
}
