// What was counted, as lines "NAME VALUE" of all that is not 0, by the engine's names: interfaces, threads and locks by their numbers.

static const char *const PORT_NAMES[] = {"received", "if_ipackets", "if_ibytes", "if_imcasts", "if_opackets", "if_obytes", "if_omcasts", "interrupts",
                                         "ifq_high_water"};
static const char *const THREAD_NAMES[] = {"messages", "gets", "releases", "keeps", "violations"};
static const char *const STAT_NAMES[] = {"cloned", "ips_total", "ips_forward", "ips_fastforward", "ips_cantforward", "ipf_create", "ipf_hits", "ipf_misses",
                                         "ipf_reaped", "brc_learned", "brc_moved", "brc_full", "brc_flooded"};
static const char *const PATH_NAMES[] = {"Delivered", "Bridged", "Fastforwarded", "Forwarded"};
static const char *const DROP_NAMES[] = {"UnknownEtherType", "BridgeSamePort", "CannotForward"};
static const char *const KIND_NAMES[] = {"netisr_cpu", "tcp_thread", "udp_thread"};

static void line(const char *group, uint32_t number, const char *name, uint64_t value) {
  if (value) printf("%s %u %s %llu\n", group, number, name, (unsigned long long)value);
}

static void printThread(const char *group, uint32_t number, const struct thread *t) {
  for (uint32_t i = 0; i < THREAD_COUNTERS; i++) line(group, number, THREAD_NAMES[i], t->counters[i]);
  line(group, number, "highWater", t->highWater);
}

static void printCounters(void) {
  for (uint32_t i = 0; i < MAX_PORTS; i++) {
    for (uint32_t n = 0; n < PORT_COUNTERS; n++) line("port", i, PORT_NAMES[n], ports[i].counters[n]);
    for (uint32_t n = 0; n < PATHS; n++) line("ends", i, PATH_NAMES[n], ports[i].ends[n]);
    for (uint32_t n = 0; n < DROPS; n++) line("drops", i, DROP_NAMES[n], ports[i].drops[n]);
    line("lock", i, "serializer", ports[i].serializer.gets);
    line("lock", i, "queue", ports[i].altqLock.gets);
    printThread("ithread", i, &ithread[i]);
  }
  for (uint32_t i = 0; i < 3; i++) printThread(KIND_NAMES[i], 0, &netisr[i]);
  for (uint32_t i = 0; i < STATS; i++) line("stats", 0, STAT_NAMES[i], stats[i]);
  line("lock", 0, "BGL", bgl.gets);
  line("bridge", 0, "addresses", bridge.count);
  line("flows", 0, "inuse", flowCount);
  printf(".\n");
}
