/**
 * What holds of the virtual machine's results exactly, whatever was run: `brokenIdentities` after any call of `run`, `unrest` when nothing is left to do.
 * Both say what is wrong in words; an empty list is what a test wants. That packets are conserved and the CPUs of an engine agree on who holds a lock is
 * seen to by `Engine.run` and by the assertions of the debug build.
 */
import { LockField, type Path, Region } from "../../assembly/abi.ts";
import type { Engine } from "../../src/engine.ts";
import type { Distribution, LockResult, QueueResult, Results } from "../../src/types.ts";
import { threadNames } from "../../src/wasm/names.ts";

type Claim = [what: string, holds: boolean];

const total = (values: Iterable<bigint>): bigint => Array.from(values).reduce((sum, value) => sum + value, 0n);
/** The counts of a histogram, each far below 2^53: by halves, as most are 0 and numbers add up faster. */
const totalOf = (buckets: BigUint64Array): bigint => {
  const halves = new Uint32Array(buckets.buffer, buckets.byteOffset, 2 * buckets.length);
  let [low, high] = [0, 0];
  for (let i = 0; i < halves.length; i += 2) {
    low += halves[i]!;
    high += halves[i + 1]!;
  }
  return BigInt(low) + BigInt(high) * 2n ** 32n;
};
const modulo = (value: bigint): bigint => BigInt.asUintN(64, value);

export const brokenIdentities = (engine: Engine): string[] => {
  const results = engine.results();
  const claims = [
    ...ofCpus(results),
    ...results.queues.flatMap((queue) => ofQueue(queue, results.elapsed)),
    ...queuesAsSeen(engine, results),
    ...results.locks.flatMap((lock) => [...ofLock(lock, results.elapsed), ...ofShares(lock)]),
    ...locksAsSeen(engine),
    ...ofPackets(engine, results),
    ...ofWork(results),
    ...ofLinks(engine, results),
  ];
  return claims.filter(([, holds]) => !holds).map(([what]) => what);
};

/** The times of a CPU's classes add up to the time that has passed, to the picosecond. */
const ofCpus = ({ cpus, elapsed }: Results): Claim[] =>
  cpus.map((classes, cpu) => [`times of CPU ${cpu}`, total(Object.values(classes)) === elapsed]);

/** Little's law on this sample path: the integral of the length is the sum of the stays, those that are not over counted up to now. */
const ofQueue = ({ name, puts, takes, length, highWater, waitless, integral, stays }: QueueResult, elapsed: bigint): Claim[] => [
  [`${name}: length is puts less takes`, puts - takes === length],
  [`${name}: length is up to its high water`, BigInt.asIntN(64, length) >= 0n && length <= highWater],
  [`${name}: integral is the sum of stays`, integral === modulo(stays + length * elapsed)],
  [`${name}: no more stays without wait than stays`, waitless <= takes],
];

const queuesAsSeen = ({ config, exports }: Engine, { queues }: Results): Claim[] =>
  config.ports.map(({ name, index }) => {
    const queue = queues.find((one) => one.name === `output ${name}`);
    return [`output ${name}: its length is that of the queue`, (queue?.length ?? 0n) === BigInt(exports.queueLength(index))];
  });

/** Sums, maxima and counts agree, and nobody has a lock while another has it, so that all holds and the gaps between them fit into the time that has passed. */
const ofLock = (lock: LockResult, elapsed: bigint): Claim[] => [
  [`${lock.name}: gets less frees is 0 or 1`, lock.gets - lock.holdTimes.count >= 0n && lock.gets - lock.holdTimes.count <= 1n],
  [`${lock.name}: holds`, agrees(lock.holdTimes, lock.hold, lock.maxHold)],
  [`${lock.name}: waits`, lock.waits === lock.waitTimes.count && agrees(lock.waitTimes, lock.wait, lock.maxWait)],
  [`${lock.name}: holds and hand-overs do not overlap`, lock.hold + lock.holding + lock.handover <= elapsed],
  [`${lock.name}: every wait began with a contended get`, lock.waits <= lock.contended],
  [`${lock.name}: every wait that is over ended with a get`, lock.waits <= lock.gets + lock.kept],
  [`${lock.name}: a hand-over is a get`, lock.handovers <= lock.gets],
];

const agrees = ({ count, sum, max, buckets }: Distribution, wanted: bigint, most: bigint): boolean =>
  sum === wanted && (count === 0n || max === most) && totalOf(buckets) === count;

/** Fields of lock 0 on: those that are not in the results, against the lock's own record. */
const locksAsSeen = ({ config, exports }: Engine): Claim[] =>
  Array.from({ length: 1 + 2 * config.ports.length }, (_, lock): Claim[] => {
    const words = new BigUint64Array(
      exports.memory.buffer,
      (exports.regionBase(Region.LockStats) >>> 0) + lock * LockField.Count * 8,
      LockField.Count,
    );
    const waiting = words[LockField.contended]! - words[LockField.waits]!;
    return [
      [`lock ${lock}: those that wait asked and have not got it`, words[LockField.waiting] === waiting],
      [`lock ${lock}: gets are counted by the path, too`, words[LockField.gets]! <= modulo(exports.lockGets(lock))],
    ];
  }).flat();

/** What CPUs and threads had of a lock is all that it was had. */
const ofShares = ({ name, gets, hold, holding, cpus, threads }: LockResult): Claim[] =>
  Object.entries({ CPU: cpus, thread: threads }).flatMap(([whose, shares]): Claim[] => [
    [`${name}: gets by ${whose}`, total(shares.map((one) => one.gets)) === gets],
    [`${name}: holds by ${whose}`, total(shares.map((one) => one.hold)) === hold + holding],
  ]);

/** Jobs of other kernel work: refused, waiting, done, or the one that is worked on. */
const ofWork = ({ work, queues }: Results): Claim[] =>
  work.flatMap(({ name, jobs, refused, done, response, wait }): Claim[] => {
    const queue = queues.find((one) => one.name === name);
    const begun = queue?.takes ?? 0n;
    return [
      [`${name}: jobs are refused or wait`, jobs - refused === (queue?.puts ?? 0n)],
      [`${name}: of those begun one may go on`, begun - done === 0n || begun - done === 1n],
      [`${name}: responses are of jobs done`, response.count === done && total(response.buckets) === done],
      [`${name}: waits are of jobs begun`, wait.count === begun && total(wait.buckets) === begun],
      [`${name}: nobody is done before he has begun`, begun !== done || response.sum >= wait.sum],
    ];
  });

/** Packets are counted in one place each, and where they are measured. */
const ofPackets = (engine: Engine, { latency, drops, traffic, faults }: Results): Claim[] => {
  const { paths, drops: reasons, conservation, ports } = engine.counters();
  const sent = ["Bridged", "Fastforwarded", "Forwarded", "Originated"] satisfies (keyof typeof Path)[];
  const dropped = Object.entries(reasons).map(
    ([reason, count]): Claim => [
      `drops by CPU: ${reason}`,
      drops.filter((drop) => drop.reason === reason).reduce((sum, { packets }) => sum + packets, 0) === count,
    ],
  );
  return [
    ["packets are conserved", conservation.holds && engine.exports.unaccounted() === 0n],
    ["no cluster is overrun", engine.exports.brokenGuards() === 0],
    ...sent.map(
      (path): Claim => [
        `latencies of ${path}`,
        latency[path].count === BigInt(paths[path]!) && totalOf(latency[path].buckets) === latency[path].count,
      ],
    ),
    ...dropped,
    ...traffic.map(({ interface: name, generated }): Claim => {
      const received = ports.find((port) => port.name === name)!.counters.received!;
      const held = total(faults.filter(({ what }) => what === name).map((fault) => fault.held));
      return [`${name} has received what was made for it, or it is held back`, generated.frames <= BigInt(received) + held];
    }),
  ];
};

/** FCS, preamble and gap, bytes; a frame that no buffer could hold; Ethernet's shortest; and the least that is a frame. */
const LINK_OVERHEAD = 24n;
const LONGEST = 20_000n;
const SHORTEST = 60n;
const HEADER = 14n;

/** Picoseconds that frames of these bytes are on the link of an interface, of which the link's clock drops less than one for each frame; undefined: no time. */
const onLink = ({ config }: Engine, name: string): ((frames: bigint, bytes: bigint) => bigint) | undefined => {
  const rate = config.virtual?.wires.find(({ port }) => config.ports[port]!.name === name)?.rate;
  return rate ? (frames, bytes) => ((bytes + LINK_OVERHEAD * frames) * 8_000_000_000_000n) / rate : undefined;
};

const losesFrames = (engine: Engine, name: string): boolean =>
  engine.results().faults.some(({ what, struck }) => what === `${name} tx` && struck > 0n);

/** Bytes by which frames may be shorter than what the link sends for them: only those of generators and of closed loops' requests are known to be long enough. */
const mostPadding = (engine: Engine, frames: bigint): bigint => {
  const { conservation, ports } = engine.counters();
  const received = ports.reduce((sum, { counters }) => sum + BigInt(counters.received!), 0n);
  const others = received > total(engine.results().traffic.map(({ generated }) => generated.frames));
  return engine.config.virtual!.tcp.length > 0 || conservation.generated > 0 || others ? frames * (SHORTEST - HEADER) : 0n;
};

/** A link has sent what was carried, what it lost, and part of one frame. */
const ofLinks = (engine: Engine, { traffic, elapsed }: Results): Claim[] =>
  traffic.flatMap(({ interface: name, carried: { frames, bytes }, sending }): Claim[] => {
    const time = onLink(engine, name);
    if (!time) return [[`the link of ${name} takes no time`, sending === 0n]];
    return [
      [`the link of ${name} sends one frame at a time`, sending <= elapsed],
      [`the link of ${name} has sent what was carried`, sending + frames >= time(frames, bytes)],
      [
        `the link of ${name} sends nothing else`,
        losesFrames(engine, name) || sending - time(frames, bytes + mostPadding(engine, frames)) <= time(1n, LONGEST),
      ],
    ];
  });

/** Whether all packets have left, none as a copy of another or made by this host: what they had to wait for is then known of each. */
export const allLeft = (engine: Engine): boolean => {
  const { dropped, delivered, cloned, generated, queued } = engine.counters().conservation;
  return dropped + delivered + cloned + generated + queued === 0;
};

/** A packet's way is made of the places in which it was. */
const ofPlaces = (engine: Engine): Claim[] => {
  const { latency, places } = engine.results();
  const counts = ["Ring", "Lock", "Service", "Output"] satisfies (keyof Results["places"])[];
  return [
    ["times in places add up to latencies", total(Object.values(places).map(({ sum }) => sum)) === latency.all.sum],
    ...counts.map((place): Claim => [`${place}: each packet once`, places[place].count === latency.all.count]),
    ["Port: each packet at least once", places.Port.count >= latency.all.count],
  ];
};

/** Of an engine that `run` has left because nothing but timers was there to do: what is not at rest. Packets may still wait for ARP. */
export const unrest = (engine: Engine): string[] => {
  const { config, exports } = engine;
  const { queued } = engine.counters().conservation;
  const threads = threadNames(exports, config).map((_, thread) => thread);
  const locks = Array.from({ length: 1 + 2 * config.ports.length }, (_, lock) => lock);
  const claims: Claim[] = [
    ...threads.map((thread): Claim => [`thread ${thread} is at home`, !exports.threadBusy(thread)]),
    ...locks.map((lock): Claim => [`lock ${lock} is free`, exports.lockOwner(lock) === 0]),
    ...engine.results().queues.map(({ name, length }): Claim => [`${name} is empty`, length === 0n]),
    ...engine.results().locks.map(({ name, waits, contended }): Claim => [`nobody waits for ${name}`, waits === contended]),
    ...(allLeft(engine) ? ofPlaces(engine) : []),
    ...engine.results().traffic.map(({ interface: name, carried: { frames, bytes }, sending }): Claim => {
      const time = onLink(engine, name)?.(frames, bytes) ?? 0n;
      const most = onLink(engine, name)?.(frames, bytes + mostPadding(engine, frames)) ?? 0n;
      return [`the link of ${name} has sent all`, sending >= time - frames && (sending <= most || losesFrames(engine, name))];
    }),
    [`${queued} packets wait for ARP, ${exports.mbufsInUse()} mbufs are in use`, exports.mbufsInUse() === queued],
  ];
  return claims.filter(([, holds]) => !holds).map(([what]) => `not so: ${what}`);
};
