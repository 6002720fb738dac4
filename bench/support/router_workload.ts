/** A router of four ports with as many routes as wanted, its neighbours known. */
import { formatIp, formatMac, formatPrefix, macToBytes } from "../../src/addresses.ts";
import type { Ip, IpPrefix } from "../../src/types.ts";
import { Random } from "../../test/model/random.ts";
import type { Expectation, LoopSystem, Workload } from "./contestant.ts";
import { udpFrame } from "./frames.ts";
import { IN_FLIGHT, interfaces, loopSystem, MBUFS, ownMac, PORTS, stationMac } from "./ports.ts";
import { addressIn, drawPrefixes, matcherOf } from "./prefixes.ts";
import { type Frame, recordsOf } from "./records.ts";

export interface RouterOptions {
  name: string;
  routes: number;
  /** Different (destination, source, TOS). Default: every frame has one of its own. */
  tuples?: number;
  /** Whether tuple i belongs to frame i modulo `tuples`, or is drawn. */
  roundRobin?: boolean;
  fastforward: boolean;
  frames?: number;
  /** Different frames; they repeat after so many. */
  distinct?: number;
  inFlight?: number;
  hitRate?: Expectation["hitRate"];
  /** Whether the loops do this work. */
  loops?: boolean;
  withoutReference?: string;
}

/** Next hops of each port. */
const HOPS = 4;
const subnet = (port: number): Ip => 0x0a000000 + (port << 8);
const hopIp = (port: number, hop: number): Ip => subnet(port) + 2 + hop;
const hopMac = (port: number, hop: number) => stationMac(port * HOPS + hop);
/** Routes that the engine adds for the ports' own subnets; with them the table has as many routes as were asked for. */
const OWN_ROUTES = PORTS;

/** Hosts that send, in each port's subnet. */
const FIRST_HOST = 100;
const HOSTS = 100;

interface Tuple {
  dst: Ip;
  src: Ip;
  tos: number;
}

/** Route n leads to port n mod 4, and there to one of four neighbours in turn. */
export const routerWorkload = (options: RouterOptions): Workload => {
  const { name, routes, frames = IN_FLIGHT, distinct = frames, inFlight = IN_FLIGHT, fastforward, tuples = distinct } = options;
  const random = new Random(2);
  const prefixes = drawPrefixes(random, routes - OWN_ROUTES);
  const drawn = drawTuples(random, prefixes, tuples);
  const frameOf = (i: number): Frame => {
    const tuple = options.roundRobin || tuples >= distinct ? i % tuples : random.below(tuples / PORTS) * PORTS + (i % PORTS);
    return tupleFrame(drawn[tuple]!, tuple % PORTS, i);
  };
  const all = Array.from({ length: distinct }, (_, i) => frameOf(i));
  return {
    name,
    config: configOf(prefixes, inFlight, fastforward),
    system: options.loops ? systemOf(prefixes, inFlight) : undefined,
    input: recordsOf(Array.from({ length: frames }, (_, i) => all[i % distinct]!)),
    frames,
    learn: recordsOf(fastforward ? drawn.map((tuple, i) => tupleFrame(tuple, i % PORTS, i)) : []),
    span: 0n,
    expect: { sent: "all", ...(options.hitRate ? { hitRate: options.hitRate } : {}) },
    ...(options.withoutReference ? { withoutReference: options.withoutReference } : {}),
  };
};

/** Tuple i comes in by port i mod 4 and goes out by another one: else an ICMP redirect would be due. */
const drawTuples = (random: Random, prefixes: readonly IpPrefix[], count: number): Tuple[] => {
  const match = matcherOf(prefixes);
  const drawDestination = (port: number): Ip => {
    for (;;) {
      const dst = addressIn(random, random.pick(prefixes));
      if (match(dst) % PORTS !== port) return dst;
    }
  };
  return Array.from({ length: count }, (_, i) => {
    const port = i % PORTS;
    return { dst: drawDestination(port), src: subnet(port) + FIRST_HOST + random.below(HOSTS), tos: random.below(64) << 2 };
  });
};

const tupleFrame = ({ dst, src, tos }: Tuple, port: number, i: number): Frame => ({
  port,
  data: udpFrame({ dmac: ownMac(port), smac: stationMac(port), dst, src, tos, id: i & 0xffff }),
});

const configOf = (prefixes: readonly IpPrefix[], inFlight: number, fastforward: boolean): Workload["config"] => ({
  mbufs: MBUFS,
  interfaces: interfaces(inFlight).map((port, n) => ({ ...port, ip: [`${formatIp(subnet(n) + 1)}/24`] })),
  routes: prefixes.map((prefix, n) => {
    const port = n % PORTS;
    return { dst: formatPrefix(prefix), via: formatIp(hopIp(port, ((n / PORTS) % HOPS) | 0)), if: `em${port}` };
  }),
  arp: hops().map(({ port, hop }) => ({ if: `em${port}`, ip: formatIp(hopIp(port, hop)), mac: formatMac(hopMac(port, hop)) })),
  sysctl: { "net.inet.ip.forwarding": 1, "net.inet.ip.fastforwarding": fastforward ? 1 : 0 },
  limits: { routes: Math.max(16, prefixes.length + OWN_ROUTES) },
});

const systemOf = (prefixes: readonly IpPrefix[], inFlight: number): LoopSystem => ({
  ...loopSystem(inFlight),
  kind: "router",
  maxaddr: 0,
  routes: prefixes.map(({ address, length }, n) => {
    const port = n % PORTS;
    return { prefix: address, length, port, gateway: hopIp(port, ((n / PORTS) % HOPS) | 0) };
  }),
  neighbours: hops().map(({ port, hop }) => ({ ip: hopIp(port, hop), mac: macToBytes(hopMac(port, hop)), port })),
});

const hops = (): { port: number; hop: number }[] => Array.from({ length: PORTS * HOPS }, (_, i) => ({ port: Math.floor(i / HOPS), hop: i % HOPS }));
