/**
 * What holds of the virtual machine's results exactly, whatever was run: `brokenIdentities` after any call of `run`, `unrest` when nothing is left to do.
 * Both say what is wrong in words; an empty list is what a test wants. That packets are conserved and the CPUs of an engine agree on who holds a lock is
 * seen to by `Engine.run` and by the assertions of the debug build.
 */
import { LockField, type Path, Region } from "../../assembly/abi.ts";
import type { Engine } from "../../src/engine.ts";
import type { Distribution, LockResult, QueueResult, Results } from "../../src/types.ts";
import { threadNames } from "../../src/wasm/names.ts";
import { type Claim, ofIdleLinks, ofLinks, total } from "./link_identities.ts";

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
  [`${name}: stays without wait take no time`, length > 0n || waitless < takes || stays === 0n],
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
    ...ofIdleLinks(engine),
    [`${queued} packets wait for ARP, ${exports.mbufsInUse()} mbufs are in use`, exports.mbufsInUse() === queued],
  ];
  return claims.filter(([, holds]) => !holds).map(([what]) => `not so: ${what}`);
};
