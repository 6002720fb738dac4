// Learning bridge: all interfaces are members, no spanning tree, no spans, no station of its own. After assembly/ether/bridge.ts and bridge_table.ts.
// The table: buckets of four in one or two cache lines, found by a multiplication; a bucket that is full goes on in the next one. Nothing is removed.

enum { LEARNING = 1, DISCOVER = 2, TIMEOUT = 1200 };

struct bucket {
  uint64_t mac[4]; // as loaded from the wire; 0 = free
  uint32_t port[4], expire[4];
};
_Static_assert(sizeof(struct bucket) == 64, "a bucket is one cache line");

// In place of the port of an address: it is a member's own.
enum { OWN = 0x100 };

static struct bridge {
  struct ifnet *ifp;
  struct bucket *buckets;
  uint32_t shift, mask, count, maxaddr, timeout, spans;
  uint32_t member[MAX_PORTS]; // flags
} bridge;

HOT struct bucket *bucketOf(uint64_t mac) { return &bridge.buckets[(mac * 0x9e3779b97f4a7c15u) >> bridge.shift]; }

// The way of an address in its bucket: 0 to 3; 4: not there.
HOT uint32_t wayOf(const struct bucket *b, uint64_t mac) {
#ifdef __AVX2__
  const __m256i same = _mm256_cmpeq_epi64(_mm256_load_si256((const __m256i *)b->mac), _mm256_set1_epi64x((int64_t)mac));
  return (uint32_t)__builtin_ctz((uint32_t)_mm256_movemask_pd(_mm256_castsi256_pd(same)) | 16);
#else
  const uint32_t hits = (b->mac[0] == mac) | (b->mac[1] == mac) << 1 | (b->mac[2] == mac) << 2 | (b->mac[3] == mac) << 3;
  return (uint32_t)__builtin_ctz(hits | 16);
#endif
}

// The bucket that an address is in or, if it is in none, the first with a free way.
COLD struct bucket *nextBucket(struct bucket *b, uint64_t mac) {
  while (wayOf(b, mac) == 4 && wayOf(b, 0) == 4) b = &bridge.buckets[(b - bridge.buckets + 1) & bridge.mask];
  return b;
}

static void initBridge(uint32_t maxaddr) {
  uint32_t bits = 4;
  while ((1u << bits) < maxaddr + interfaces) bits++;
  bridge.mask = (1u << bits) - 1;
  bridge.shift = 64 - bits;
  bridge.buckets = aligned_alloc(64, sizeof(struct bucket) << bits);
  memset(bridge.buckets, 0, sizeof(struct bucket) << bits);
  bridge.maxaddr = maxaddr;
  bridge.timeout = TIMEOUT;
  bridge.ifp = &ports[interfaces];
  for (uint32_t i = 0; i < interfaces; i++) {
    bridge.member[i] = LEARNING | DISCOVER;
    struct bucket *b = nextBucket(bucketOf(ports[i].mac), ports[i].mac);
    const uint32_t way = wayOf(b, 0);
    b->mac[way] = ports[i].mac;
    b->port[way] = OWN;
  }
}

COLD void learnNew(struct bucket *b, uint64_t mac, uint32_t port) {
  b = nextBucket(b, mac);
  uint32_t way = wayOf(b, mac);
  if (way == 4) {
    if (bridge.count >= bridge.maxaddr) {
      stats[BRC_FULL]++;
      return;
    }
    way = wayOf(b, 0);
    b->mac[way] = mac;
    b->port[way] = port;
    bridge.count++;
    stats[BRC_LEARNED]++;
  }
  if (b->port[way] == OWN) unsupported("a frame from a member's own address");
  if (b->port[way] != port) {
    b->port[way] = port;
    stats[BRC_MOVED]++;
  }
  b->expire[way] = k.second + bridge.timeout;
}

HOT void bridgeRtupdate(uint64_t mac, uint32_t port) {
  struct bucket *b = bucketOf(mac);
  const uint32_t way = wayOf(b, mac);
  if (unlikely(way == 4 || b->port[way] != port)) {
    learnNew(b, mac, port);
    return;
  }
  b->expire[way] = k.second + bridge.timeout;
}

// The port of an address; NO_PORT: unknown.
HOT uint32_t bridgeRtlookup(uint64_t mac) {
  struct bucket *b = bucketOf(mac);
  uint32_t way = wayOf(b, mac);
  if (unlikely(way == 4)) {
    b = nextBucket(b, mac);
    way = wayOf(b, mac);
    if (way == 4) return NO_PORT;
  }
  return b->port[way];
}

COLD void enqueueFlood(struct mbuf *m, uint32_t port) {
  m->outif = port;
  m->msg.dispatch = BRIDGE_ENQUEUE;
  m->msg.flags = knobs[ENQUEUE_MPSAFE] ? MSGF_MPSAFE : 0;
  m->thread = &netisr[NETISR];
  putport(m, m->thread);
}

// bridge_broadcast: a message for every other member, the last with the original.
COLD void bridgeBroadcast(struct mbuf *m) {
  stats[BRC_FLOODED]++;
  uint32_t last = NO_PORT;
  for (uint32_t i = 0; i < interfaces; i++) {
    if (i == m->rcvif) continue;
    if (last != NO_PORT) {
      stats[CLONED]++;
      enqueueFlood(mCopy(m), last);
    }
    last = i;
  }
  if (last == NO_PORT) unsupported("a bridge with one port");
  enqueueFlood(m, last);
}

// bridge_forward. The packet has its port, or has ended.
HOT int bridgeForward(struct mbuf *m) {
  bridge.ifp->counters[IPACKETS]++;
  bridge.ifp->counters[IBYTES] += m->len;
  m->msg.path = BRIDGED;
  const uint64_t shost = mac48(m->data + 6);
  if (likely((bridge.member[m->rcvif] & LEARNING) && !(shost & 1) && shost)) bridgeRtupdate(shost, m->rcvif);
  if (unlikely(m->mflags & (M_BCAST | M_MCAST))) {
    bridge.ifp->counters[IMCASTS]++;
    bridgeBroadcast(m);
    return 0;
  }
  const uint32_t port = bridgeRtlookup(mac48(m->data));
  if (unlikely(port >= NO_PORT)) {
    if (port == OWN) unsupported("a frame for a member's own address");
    bridgeBroadcast(m);
    return 0;
  }
  if (unlikely(port == m->rcvif)) {
    drop(m, DROP_SAME_PORT);
    return 0;
  }
  if (unlikely(!(ports[port].flags & IFF_RUNNING))) unsupported("a port that is down");
  m->outif = port;
  return 1;
}

static void etherDemuxOncpu(struct thread *t, struct mbuf *m);

// A group frame: a copy for the other ports, one for the bridge itself, the original for the interface.
COLD void bridgeGroup(struct thread *t, struct mbuf *m) {
  if (mac48(m->data) == 0xc28001) unsupported("the spanning tree's group");
  struct mbuf *flood = mCopy(m);
  stats[CLONED]++;
  bridgeForward(flood);
  struct mbuf *own = mCopy(m);
  leave(&bridge.ifp->serializer);
  stats[CLONED]++;
  own->rcvif = bridge.ifp->index;
  bridge.ifp->counters[IPACKETS]++;
  putport(own, etherInputChain(own));
  etherDemuxOncpu(t, m);
}

HOT void bridgeInput(struct thread *t, struct mbuf *m) {
  enter(t, &bridge.ifp->serializer);
  if (unlikely((bridge.ifp->flags & (IFF_RUNNING | IFF_MONITOR)) != IFF_RUNNING || bridge.spans)) unsupported("a bridge that is down");
  if (unlikely(m->mflags & (M_BCAST | M_MCAST))) {
    bridgeGroup(t, m);
    return;
  }
  const int known = bridgeForward(m);
  leave(&bridge.ifp->serializer);
  if (likely(known)) ifqHandoff(t, m);
}
