// From the input area to the ports: address filter, receive rings, interrupts, chains, IPIs. After assembly/dev/nic.ts, ether/ether_input.ts,
// netinet/ip_demux.ts and kern/ipiq.ts.

struct arrival {
  uint64_t time, cause;
  uint32_t length, port;
  uint8_t frame[];
};

static struct {
  const uint8_t *cursor, *end;
  uint64_t orderBase;
  uint32_t orderEnd; // 1 + the last place
  struct mbuf *order[MAX_BURST];
} io;

// Entries of the CPU's queue to itself: function and argument.
static struct {
  uint32_t rindex, windex;
  struct { uint32_t ipi; struct mbuf *head; } entry[16];
} ipiq;

// Blocks of 32 bytes: up to 31 bytes behind the frame are read and written too. Input and clusters have that room.
HOT void copyFrame(uint8_t *to, const uint8_t *from, uint32_t length) {
  memcpy(to, from, 32);
  for (uint32_t at = 32; at < length; at += 32) memcpy(to + at, from + at, 32);
}

HOT void nicReceive(const struct arrival *arrival) {
  struct ifnet *ifp = &ports[arrival->port];
  const uint32_t length = arrival->length;
  ifp->counters[RECEIVED]++;
  const uint32_t flags = ifp->flags;
  if (unlikely(!(flags & IFF_UP) || length - ETHER_HDR_LEN > ifp->mtu)) unsupported("a frame that is too short or too long");
  const uint64_t dhost = mac48(arrival->frame);
  if (unlikely(!(dhost & 1) && dhost != ifp->mac && !(flags & IFF_PROMISC))) unsupported("another station's frame");
  if (unlikely(ifp->rxFilled == ifp->rxSlots)) unsupported("a full receive ring");
  const uint32_t slot = ifp->rxTail;
  ifp->rxTail = slot + 1 == ifp->rxSlots ? 0 : slot + 1;
  struct mbuf *m = ifp->rxSlot[slot] = ifp->rxPost[--ifp->rxPosted];
  mInit(m, length, ifp->index);
  copyFrame(m->data, arrival->frame, length);
  m->arrived = arrival->time;
  m->cause = arrival->cause;
  ifp->rxFilled++;
  ifp->ithread->pended = 1;
  lwktSchedule(ifp->ithread);
}

// ip_lengthcheck and ip_mport: the thread of a good IPv4 packet.
HOT struct thread *ipPort(struct mbuf *m, const uint8_t *ip, uint32_t length) {
  if (unlikely(length < IP_HDR_LEN)) unsupported("a short IPv4 packet");
  const uint32_t hlen = (ip[0] & 15u) << 2, total = get16(ip + 2), off = get16(ip + 6), protocol = ip[9];
  if (unlikely(hlen < IP_HDR_LEN || length < hlen || length < total)) unsupported("a bad IPv4 length");
  m->mflags |= M_LENCHECKED | M_HASH;
  const uint32_t later = off & 0x1fff;
  uint32_t kind = NETISR;
  if (likely(protocol == IPPROTO_UDP && !later)) {
    if (unlikely(total < hlen + 8)) unsupported("a short UDP packet");
    kind = UDP;
  } else if (protocol == IPPROTO_TCP && !later) {
    const uint32_t offset = (ip[hlen + 12] >> 4) << 2;
    if (unlikely(total < hlen + 20 || offset < 20 || offset + hlen > total)) unsupported("a bad TCP header");
    kind = TCP;
  } else if (unlikely(total < hlen)) unsupported("a bad IPv4 length");
  if (unlikely((off & 0x3fff) || kind == NETISR)) {
    m->msg.hash = 0;
    return &netisr[NETISR];
  }
  if (unlikely(knobs[NETISR_RSS])) unsupported("net.netisr.rss");
  const uint32_t dst = get32(ip + 16);
  const int group = protocol == IPPROTO_UDP && (dst >> 28 == 0xe || dst == 0 || dst == 0xffffffff);
  m->msg.hash = group ? 0 : (get32(ip + 12) ^ dst ^ get16(ip + hlen) ^ get16(ip + hlen + 2)) & 0xff & k.cpuMask;
  return &netisr[m->msg.hash * 4 + kind];
}

// ether_input_chain2: checks, type, thread, message.
HOT struct thread *etherInputChain(struct mbuf *m) {
  struct ifnet *ifp = &ports[m->rcvif];
  if (unlikely((ifp->flags & (IFF_UP | IFF_MONITOR)) != IFF_UP || m->len < ETHER_HDR_LEN)) unsupported("an interface that is down");
  const uint64_t dhost = mac48(m->data);
  m->mflags &= ~(M_BCAST | M_MCAST);
  if (unlikely(dhost & 1)) {
    m->mflags |= dhost == 0xffffffffffff ? M_BCAST : M_MCAST;
    ifp->counters[IMCASTS]++;
  }
  ifp->counters[IBYTES] += m->len;
  if (unlikely(ifp->bridged && knobs[TRANSPARENT])) unsupported("net.link.bridge.transparent");
  const uint32_t type = raw16(m->data + 12);
  struct thread *t = &netisr[NETISR];
  uint32_t isr = ISR_MAX;
  if (likely(type == ETHERTYPE_IP)) {
    isr = ISR_IP;
    t = ipPort(m, m->data + ETHER_HDR_LEN, m->len - ETHER_HDR_LEN);
  } else if (type != 0xb588) unsupported("an EtherType other than IPv4 and 0x88b5");
  m->thread = t;
  m->msg.dispatch = ETHER_INPUT_ONCPU;
  m->msg.flags = knobs[INPUT_MPSAFE] ? MSGF_MPSAFE : 0;
  m->msg.result = isr;
  return t;
}

// The interrupt handler: ring into chain, one IPI for the chain. The serializer is the interface's.
HOT void ithreadHandler(struct thread *t) {
  t->pended = 0;
  t->counters[MESSAGES]++;
  struct ifnet *ifp = &ports[t->port];
  ifp->counters[INTERRUPTS]++;
  if (unlikely(!knobs[INTR_MPSAFE])) unsupported("kern.intr_mpsafe=0");
  enter(t, &ifp->serializer);
  const uint32_t slots = ifp->rxSlots;
  uint32_t head = ifp->rxHead;
  for (uint32_t filled = ifp->rxFilled; filled > 0; filled--) {
    struct mbuf *m = ifp->rxSlot[head];
    head = head + 1 == slots ? 0 : head + 1;
    ifp->rxPost[ifp->rxPosted++] = mTake();
    ifp->counters[IPACKETS]++;
    etherInputChain(m);
    if (t->chainHead) t->chainTail->next = m;
    else t->chainHead = m;
    t->chainTail = m;
    m->next = NULL;
  }
  ifp->rxHead = head;
  ifp->rxFilled = 0;
  const uint32_t at = ipiq.windex++ & 15;
  ipiq.entry[at].ipi = 0;
  ipiq.entry[at].head = t->chainHead;
  t->chainHead = NULL;
  if (ifp->txCount < ifp->txSlots) ifp->flags &= ~IFF_OACTIVE;
  if (unlikely(ifp->sndLen)) unsupported("frames that wait in an output queue");
  leave(&ifp->serializer);
  if (unlikely(t->release || t->mplocked)) unsupported("an interrupt thread with the BGL");
}

// The chain of an IPI, noted by the order in which its frames arrived.
HOT void collect(void) {
  struct mbuf *m = ipiq.entry[ipiq.rindex++ & 15].head;
  for (; m; m = m->next) {
    io.order[(uint32_t)(m->cause - io.orderBase)] = m;
  }
}

// Takes up to a burst of frames in and serves the interrupts. 0: the input is used up.
HOT uint32_t takeBurst(void) {
  if (unlikely(k.mbufsFree < 2 * k.burst)) unsupported("a pool that runs short");
  const uint32_t burst = k.burst;
  const uint8_t *cursor = io.cursor, *end = io.end;
  const uint64_t orderBase = cursor < end ? ((const struct arrival *)cursor)->cause : 0;
  uint64_t last = orderBase - 1;
  uint32_t taken = 0;
  io.orderBase = orderBase;
  for (; taken < burst && cursor < end; taken++) {
    const struct arrival *arrival = (const struct arrival *)cursor;
    const struct ifnet *ifp = &ports[arrival->port];
    if (taken && (ifp->rxFilled == ifp->rxSlots || arrival->cause - orderBase >= MAX_BURST)) break;
    last = arrival->cause;
    nicReceive(arrival);
    cursor += (sizeof *arrival + arrival->length + 7) & ~7u;
  }
  io.cursor = cursor;
  io.orderEnd = (uint32_t)(last - orderBase) + 1;
  memset(io.order, 0, io.orderEnd * sizeof io.order[0]);
  while (k.head) {
    ithreadHandler(dequeue());
    while (ipiq.rindex != ipiq.windex) collect();
  }
  return taken;
}
