// Fastforward and, for what it does not know yet, the plain way through ip_input and ip_forward. After assembly/netinet/ip_flow.ts and ip_input.ts.

// Sum over the 20 bytes of a header; right if all ones.
HOT int checksumOk(const uint8_t *ip) {
  uint64_t sum = (uint64_t)raw32(ip) + raw32(ip + 4) + raw32(ip + 8) + raw32(ip + 12) + raw32(ip + 16);
  sum = (sum & 0xffffffff) + (sum >> 32);
  uint32_t folded = (uint32_t)(sum & 0xffff) + (uint32_t)(sum >> 16);
  folded = (folded & 0xffff) + (folded >> 16);
  return ((folded & 0xffff) + (folded >> 16)) == 0xffff;
}

HOT void decrementTtl(uint8_t *ip) {
  ip[8]--;
  const uint32_t sum = get16(ip + 10);
  putRaw16(ip + 10, __builtin_bswap16((uint16_t)(sum >= 0xfeff ? sum + 0x0101 : sum + 0x0100)));
}

// ether_output: MAC header, then the queue.
HOT void etherOutput(struct thread *t, struct mbuf *m, uint64_t dmac) {
  const struct ifnet *ifp = &ports[m->outif];
  m->data -= ETHER_HDR_LEN;
  m->len += ETHER_HDR_LEN;
  const uint64_t front = dmac | ifp->mac << 48;
  const uint32_t rest = (uint32_t)(ifp->mac >> 16);
  memcpy(m->data, &front, 8);
  memcpy(m->data + 8, &rest, 4);
  putRaw16(m->data + 12, m->etherType);
  m->mflags &= ~(M_BCAST | M_MCAST);
  if (unlikely(!(ifp->flags & IFF_UP) || ifp->bridged)) unsupported("an interface that is down or in a bridge");
  ifqDispatch(t, m);
}

// netisr_run for a handler that is not MPSAFE.
COLD void getMplock(struct thread *t) {
  if (t->mpcount) unsupported("a message under the BGL that comes to IP");
  t->mpcount = 1;
  t->counters[GETS]++;
  enter(t, &bgl);
}
COLD void handlerDone(struct thread *t) {
  t->mpcount--;
  t->counters[RELEASES]++;
  leave(&bgl);
}

COLD void ipForward(struct thread *t, struct mbuf *m) {
  uint8_t *ip = m->data;
  const uint32_t dst = get32(ip + 16), src = get32(ip + 12), tos = ip[1];
  if (ip[8] <= 1) unsupported("a time to live that is used up");
  struct route *route = rtlookup(dst);
  if (!route) unsupported("a destination without a route");
  if (route->port == m->rcvif) unsupported("a packet back to where it came from");
  const struct ifnet *ifp = &ports[route->port];
  decrementTtl(ip);
  m->msg.path = FORWARDED;
  if (ifp->sndLen + m->len / ifp->mtu + 1 >= ifp->sndMaxlen || m->len > ifp->mtu) unsupported("a packet that does not fit");
  struct neighbour *neighbour = arpFind(route->port, route->gateway ? route->gateway : dst);
  if (!neighbour || !neighbour->resolved) unsupported("a next hop without address");
  m->outif = route->port;
  m->etherType = ETHERTYPE_IP;
  stats[IPS_FORWARD]++;
  if (ip[9] != IPPROTO_ICMP) ipflowCreate(dst, src, tos, route, neighbour);
  etherOutput(t, m, neighbour->mac);
}

COLD void ipInput(struct thread *t, struct mbuf *m) {
  const uint8_t *ip = m->data;
  const uint32_t dst = get32(ip + 16);
  m->msg.result = ISR_IP;
  m->msg.flags = 0;
  getMplock(t);
  stats[IPS_TOTAL]++;
  if (ip[0] != 0x45 || ip[12] == 127 || ip[16] == 127 || !checksumOk(ip)) unsupported("a bad IPv4 packet");
  m->len = get16(ip + 2);
  if (dst == 0 || dst == 0xffffffff || dst == 0xe0000001) unsupported("a packet for this host");
  const uint32_t group = m->mflags & (M_BCAST | M_MCAST);
  if (!knobs[FORWARDING] && !group) unsupported("a packet for this host");
  if (!knobs[FORWARDING] || group || dst >> 28 == 0xe) {
    stats[IPS_CANTFORWARD]++;
    drop(m, DROP_CANNOT_FORWARD);
  } else ipForward(t, m);
  handlerDone(t);
}

// ipflow_fastforward. 0: not for the cache.
HOT int ipflowFastforward(struct thread *t, struct mbuf *m) {
  if (unlikely(!knobs[FORWARDING] || !knobs[FASTFORWARDING] || (m->mflags & (M_BCAST | M_MCAST)))) return 0;
  if (unlikely(!(m->mflags & M_LENCHECKED))) unsupported("a packet that nobody has looked at");
  uint8_t *ip = m->data;
  const uint32_t length = get16(ip + 2);
  if (unlikely(ip[0] != 0x45 || length > m->len)) return 0;
  const uint32_t dst = get32(ip + 16);
  struct flow *flow = ipflowLookup(dst, get32(ip + 12), ip[1]);
  if (unlikely(!flow)) {
    stats[IPF_MISSES]++;
    return 0;
  }
  if (unlikely(!checksumOk(ip) || !flowIsValid(flow))) return 0;
  const struct route *route = flow->route;
  struct ifnet *ifp = &ports[route->port];
  if (unlikely(!(ifp->flags & IFF_UP) || m->len > ifp->mtu || ip[8] <= 1)) return 0;
  decrementTtl(ip);
  m->len = length;
  flow->uses++;
  flow->timer = IPFLOW_TIMER;
  stats[IPF_HITS]++;
  m->outif = route->port;
  m->etherType = ETHERTYPE_IP;
  m->msg.path = FASTFORWARDED;
  const struct neighbour *neighbour = flow->neighbour;
  if (unlikely(!neighbour->resolved || (neighbour->expire && neighbour->expire <= k.second))) unsupported("a next hop without address");
  if (unlikely(ifp->sndLen >= ifp->sndMaxlen)) unsupported("a full output queue");
  etherOutput(t, m, neighbour->mac);
  return 1;
}

// The packet is for this host or to be routed.
HOT void demux(struct thread *t, struct mbuf *m) {
  const uint32_t type = raw16(m->data + 12);
  const struct ifnet *ifp = &ports[m->rcvif];
  if (unlikely((ifp->flags & IFF_PROMISC) && !(m->mflags & (M_BCAST | M_MCAST)) && mac48(m->data) != ifp->mac)) unsupported("another station's frame");
  m->data += ETHER_HDR_LEN;
  m->len -= ETHER_HDR_LEN;
  if (likely(type == ETHERTYPE_IP)) {
    if (unlikely(!ipflowFastforward(t, m))) ipInput(t, m);
  } else drop(m, DROP_UNKNOWN_TYPE);
}

COLD void etherDemuxOncpu(struct thread *t, struct mbuf *m) { demux(t, m); }
