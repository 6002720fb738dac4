// The file of a workload, as native.ts writes it: words of 32 bits, then the records of the learn phase and of a round.

struct workload {
  const uint8_t *learn, *input;
  uint32_t learnBytes, inputBytes, frames;
};

enum { WORKLOAD_MAGIC = 0x6c6f6f70, KIND_BRIDGE = 1 };

static const uint32_t *word;

static uint64_t readMac(void) {
  const uint64_t low = *word++;
  return low | (uint64_t)*word++ << 32;
}

static uint8_t *allocate(size_t bytes) {
  uint8_t *at = aligned_alloc(64, (bytes + 63) & ~(size_t)63);
  if (!at) unsupported("a workload without memory");
  memset(at, 0, bytes);
  return at;
}

static uint8_t *readFile(const char *name) {
  FILE *file = fopen(name, "rb");
  if (!file || fseek(file, 0, SEEK_END)) unsupported("a file that cannot be read");
  const long bytes = ftell(file);
  uint8_t *at = allocate((size_t)bytes);
  rewind(file);
  if (fread(at, 1, (size_t)bytes, file) != (size_t)bytes) unsupported("a file that cannot be read");
  fclose(file);
  return at;
}

static void readPorts(int isBridge) {
  for (uint32_t i = 0; i < interfaces; i++) {
    struct ifnet *ifp = &ports[i];
    ifp->mac = readMac();
    ifp->mtu = *word++;
    ifp->rxSlots = *word++;
    ifp->txSlots = *word++;
    ifp->sndMaxlen = *word++;
    ifp->flags = IFF_UP | IFF_RUNNING | (isBridge ? IFF_PROMISC : 0);
    ifp->bridged = isBridge;
    ithread[i] = (struct thread){.kind = INTERRUPT, .id = 7 + i, .port = i};
    ifp->ithread = &ithread[i];
    ifp->rxSlot = (struct mbuf **)allocate(ifp->rxSlots * sizeof(struct mbuf *));
    ifp->rxPost = (struct mbuf **)allocate(ifp->rxSlots * sizeof(struct mbuf *));
  }
  for (uint32_t i = 0; i < MAX_PORTS; i++) ports[i].index = i;
  if (isBridge) ports[interfaces].flags = IFF_UP | IFF_RUNNING;
}

// The pool, and as many posted buffers as the receive rings have slots.
static void initMbufs(uint32_t pool, uint32_t clusterBytes) {
  uint32_t total = pool;
  for (uint32_t i = 0; i < interfaces; i++) total += ports[i].rxSlots;
  stride = clusterBytes;
  mbufs = (struct mbuf *)allocate((size_t)total * sizeof(struct mbuf));
  clusters = allocate((size_t)total * stride);
  for (uint32_t i = 0; i < total; i++) {
    mbufs[i].index = i;
    mFreem(&mbufs[i]);
  }
  for (uint32_t i = 0; i < interfaces; i++)
    while (ports[i].rxPosted < ports[i].rxSlots) ports[i].rxPost[ports[i].rxPosted++] = mTake();
}

static void initKernel(int isBridge, uint32_t burst) {
  k.burst = burst;
  k.second = 1;
  k.nextTick = 500000000000u;
  for (uint32_t i = 0; i < 4; i++) netisr[i] = (struct thread){.kind = i, .id = i + 1, .mode = &knobs[NETISR_MODE + i]};
  const int32_t defaults[KNOBS] = {[NETISR_MODE] = 1, [TCP_MODE] = -1, [UDP_MODE] = -1, [INTR_MPSAFE] = 1, [INPUT_MPSAFE] = 1,
                                   [FORWARDING] = !isBridge, [FASTFORWARDING] = !isBridge};
  for (uint32_t i = 0; i < KNOBS; i++) knobs[i] = defaults[i];
}

static struct workload readWorkload(const char *name) {
  word = (const uint32_t *)readFile(name);
  if (*word++ != WORKLOAD_MAGIC) unsupported("a file that is no workload");
  const int isBridge = *word++ == KIND_BRIDGE;
  k.cpuMask = *word++ - 1;
  if (k.cpuMask) unsupported("more than one CPU");
  const uint32_t burst = *word++, pool = *word++, clusterBytes = *word++, maxaddr = *word++;
  struct workload w = {.frames = *word++};
  interfaces = *word++;
  routeCount = *word++;
  neighbourCount = *word++;
  w.learnBytes = *word++;
  w.inputBytes = *word++;
  word++; // keeps the records on 8 bytes
  if (interfaces >= MAX_PORTS || burst > MAX_BURST || burst == 0) unsupported("so many interfaces, or such a burst");
  readPorts(isBridge);
  routes = (struct route *)allocate(routeCount * sizeof(struct route));
  neighbours = (struct neighbour *)allocate(neighbourCount * sizeof(struct neighbour));
  for (uint32_t i = 0; i < routeCount; i++, word += 4)
    routes[i] = (struct route){.prefix = word[0], .length = word[1], .port = word[2], .gateway = word[3], .flags = RTF_UP, .generation = 1};
  for (uint32_t i = 0; i < neighbourCount; i++) {
    neighbours[i].ip = *word++;
    neighbours[i].port = *word++;
    neighbours[i].mac = readMac();
    neighbours[i].resolved = 1;
  }
  initMbufs(pool, clusterBytes);
  initKernel(isBridge, burst);
  if (isBridge) initBridge(maxaddr);
  initFlows();
  w.learn = (const uint8_t *)word;
  w.input = w.learn + w.learnBytes;
  return w;
}
