// Routes, neighbours and the flow cache of the CPU. After assembly/netinet/ip_flow_table.ts: 256 flows, newest first, and the reaper's choice. Flows are
// found through a table of 1,024 numbers, probed in a row; what is removed closes the gap. A flow remembers the ARP entry of its next hop.

enum { FLOWS = 256, FLOW_SLOTS = 1024, IPFLOW_TIMER = 10, RTF_UP = 1 };

struct neighbour {
  uint64_t mac;
  uint32_t ip, port, resolved, expire;
};
struct route {
  uint32_t prefix, length, port, gateway, flags, generation;
};
struct flow {
  uint32_t dst, src;
  uint32_t tos, timer; // timer 0 = free
  struct route *route;
  struct neighbour *neighbour;
  uint32_t generation, uses, lastUses, dropped, errors;
  uint16_t next, previous; // 1 + number
};
_Static_assert(sizeof(struct flow) <= 64, "a flow is one cache line");

static struct route *routes;
static struct neighbour *neighbours;
static uint32_t routeCount, neighbourCount;
static struct flow flows[FLOWS] __attribute__((aligned(64)));
static uint16_t flowSlots[FLOW_SLOTS]; // 1 + number
static uint32_t flowHead, flowFree, flowCount;

HOT uint32_t flowHash(uint32_t dst, uint32_t src, uint32_t tos) {
  const uint64_t key = ((uint64_t)dst << 32 | src) ^ tos;
  return (uint32_t)((key * 0x9e3779b97f4a7c15u) >> 54);
}

HOT struct flow *ipflowLookup(uint32_t dst, uint32_t src, uint32_t tos) {
  for (uint32_t at = flowHash(dst, src, tos);; at = (at + 1) & (FLOW_SLOTS - 1)) {
    const uint32_t number = flowSlots[at];
    if (unlikely(!number)) return NULL;
    struct flow *flow = &flows[number - 1];
    if (likely(flow->dst == dst && flow->src == src && flow->tos == tos)) return flow;
  }
}

HOT int flowIsValid(const struct flow *flow) { return (flow->route->flags & RTF_UP) && flow->route->generation == flow->generation; }

static void initFlows(void) {
  for (uint32_t i = FLOWS; i > 0; i--) {
    flows[i - 1].next = flowFree;
    flowFree = i;
  }
}

static void unlinkFlow(struct flow *flow) {
  uint32_t at = flowHash(flow->dst, flow->src, flow->tos);
  while (&flows[flowSlots[at] - 1] != flow) at = (at + 1) & (FLOW_SLOTS - 1);
  for (uint32_t next = at;;) {
    next = (next + 1) & (FLOW_SLOTS - 1);
    if (!flowSlots[next]) break;
    const struct flow *other = &flows[flowSlots[next] - 1];
    const uint32_t home = flowHash(other->dst, other->src, other->tos);
    if (((next - home) & (FLOW_SLOTS - 1)) < ((next - at) & (FLOW_SLOTS - 1))) continue;
    flowSlots[at] = flowSlots[next];
    at = next;
  }
  flowSlots[at] = 0;
  if (flow->previous) flows[flow->previous - 1].next = flow->next;
  else flowHead = flow->next;
  if (flow->next) flows[flow->next - 1].previous = flow->previous;
}

static void addStats(struct flow *flow) {
  stats[IPS_TOTAL] += flow->uses;
  stats[IPS_FORWARD] += flow->uses;
  stats[IPS_FASTFORWARD] += flow->uses;
  stats[IPS_CANTFORWARD] += flow->errors + flow->dropped;
}

// ipflow_reap: a flow whose route is gone, else the smallest timer, then the fewest uses, seen from the newest on.
static void reap(void) {
  struct flow *victim = &flows[flowHead - 1];
  for (uint32_t number = flowHead; number; number = flows[number - 1].next) {
    struct flow *flow = &flows[number - 1];
    if (!flowIsValid(flow)) {
      victim = flow;
      break;
    }
    const int fewer = flow->lastUses + flow->uses < victim->lastUses + victim->uses;
    if (flow->timer < victim->timer || (flow->timer == victim->timer && fewer)) victim = flow;
  }
  stats[IPF_REAPED]++;
  addStats(victim);
  unlinkFlow(victim);
  victim->next = flowFree;
  flowFree = (uint32_t)(victim - flows) + 1;
  flowCount--;
}

static void ipflowCreate(uint32_t dst, uint32_t src, uint32_t tos, struct route *route, struct neighbour *neighbour) {
  if (ipflowLookup(dst, src, tos)) unsupported("a flow that is made again");
  if (!flowFree) reap();
  const uint32_t number = flowFree;
  struct flow *flow = &flows[number - 1];
  flowFree = flow->next;
  flowCount++;
  *flow = (struct flow){.dst = dst, .src = src, .tos = tos, .timer = IPFLOW_TIMER, .route = route, .neighbour = neighbour,
                        .generation = route->generation, .next = flowHead};
  if (flowHead) flows[flowHead - 1].previous = number;
  flowHead = number;
  uint32_t at = flowHash(dst, src, tos);
  while (flowSlots[at]) at = (at + 1) & (FLOW_SLOTS - 1);
  flowSlots[at] = number;
  stats[IPF_CREATE]++;
}

// Longest prefix by looking at all routes: only the first packet of a flow comes here.
static struct route *rtlookup(uint32_t dst) {
  struct route *best = NULL;
  for (uint32_t i = 0; i < routeCount; i++) {
    struct route *route = &routes[i];
    const uint32_t mask = route->length ? 0xffffffffu << (32 - route->length) : 0;
    if ((dst & mask) == route->prefix && (!best || route->length > best->length)) best = route;
  }
  return best;
}

static struct neighbour *arpFind(uint32_t port, uint32_t ip) {
  for (uint32_t i = 0; i < neighbourCount; i++)
    if (neighbours[i].ip == ip && neighbours[i].port == port) return &neighbours[i];
  return NULL;
}
