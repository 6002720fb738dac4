/** Systems that nobody has configured: a router or a bridge of N interfaces, with traffic from each to the next. */
import { formatIp, formatMac } from "../../addresses.ts";
import { parseQuantity, RATE_UNITS } from "../../config/quantities.ts";
import type { BridgeConfig, EngineConfig, TcpConfig, TrafficConfig, VirtualConfig } from "../../types.ts";
import type { MadeUp } from "./options.ts";

/** Locally administered: "net", then what it is, and the number of the interface. Stations count on from there. */
const INTERFACE_MACS = 0x026e_6500_0000n;
const GATEWAY_MACS = 0x026e_6700_0000n;
const STATION_MACS = 0x0273_0000_0000n;
const STATIONS_OF_INTERFACE = 1n << 24n;
/** 10.0.0.0: the networks of the interfaces, and from the second half on those behind their gateways. */
const TEN = 10 * 2 ** 24;
const NETWORK = 2 ** 16;
const BEHIND = 128;
/** First host of traffic in its network, and how many there are of them. */
const FIRST_HOST = 256;
const HOSTS = NETWORK - FIRST_HOST;

const macOf = (i: number): string => formatMac(INTERFACE_MACS + BigInt(i));
const gatewayMac = (i: number): string => formatMac(GATEWAY_MACS + BigInt(i));
const stationsOf = (i: number): bigint => STATION_MACS + BigInt(i) * STATIONS_OF_INTERFACE;
const hostsBehind = (i: number): number => TEN + (BEHIND + i) * NETWORK + FIRST_HOST;
const own = (i: number): number => TEN + i * NETWORK;

/** Flows that come in by each interface: every flow has the same rate, so that a few flows may leave interfaces without traffic. */
const spread = ({ flows, interfaces }: MadeUp): number[] =>
  Array.from({ length: interfaces }, (_, i) => Math.floor(flows / interfaces) + (i < flows % interfaces ? 1 : 0));

export const madeUp = (system: MadeUp): EngineConfig => {
  const { as, cpus, interfaces } = system;
  const all = Array.from({ length: interfaces }, (_, i) => ({ name: `em${i}`, mac: macOf(i), cpu: i % cpus }));
  const virtual = { traffic: trafficOf(system), ...loopsOf(system) };
  if (as === "bridge") return { cpus, interfaces: all, bridges: [bridgeOf(system)], virtual };
  return {
    cpus,
    interfaces: all.map((port, i) => ({ ...port, ip: [`${formatIp(own(i) + 1)}/16`] })),
    routes: all.map(({ name }, i) => ({ dst: `${formatIp(hostsBehind(i) - FIRST_HOST)}/16`, via: formatIp(own(i) + 2), if: name })),
    arp: all.map(({ name }, i) => ({ if: name, ip: formatIp(own(i) + 2), mac: gatewayMac(i) })),
    sysctl: { "net.inet.ip.forwarding": 1, "net.inet.ip.fastforwarding": 1 },
    virtual,
  };
};

const trafficOf = (system: MadeUp): TrafficConfig[] => {
  const { as, interfaces, rate, flows, bytes, arrivals, more = {} } = system;
  if (system.silent) return [];
  const { bursts, batch, rateAt, sizes, zipf, mix } = more;
  const counts = spread(system);
  let before = 0;
  return counts.flatMap((mine, i) => {
    if (mine === 0) return [];
    const from = before;
    before += mine;
    const next = (i + 1) % interfaces;
    const hosts = Math.min(mine, HOSTS);
    const ip = { srcIp: formatIp(hostsBehind(i)), srcIps: hosts, dstIp: formatIp(hostsBehind(next)), dstIps: hosts };
    const macs =
      as === "bridge"
        ? { srcMac: formatMac(stationsOf(i)), srcMacs: mine, dstMac: formatMac(stationsOf(next)), dstMacs: Math.max(1, counts[next]!) }
        : { srcMac: gatewayMac(i) };
    const upTo = (pps: bigint, flow: number): number => Math.round((Number(pps) * flow) / flows);
    /** In proportion to its flows, in whole packets a second: all shares together are `pps`. */
    const share = (pps: bigint): number => upTo(pps, from + mine) - upTo(pps, from);
    if (!rateAt && share(rate) === 0) return [];
    const rates = rateAt
      ? { schedule: rateAt.map((change) => ({ ...change, rate: share(parseQuantity(`${change.rate}`, RATE_UNITS)!) })) }
      : { rate: share(rate) };
    const content = { ...(bursts && { bursts }), ...(batch && { batch }), ...(zipf !== undefined && { choice: { zipf } }), ...mix };
    return [{ if: `em${i}`, arrivals, ...rates, bytes: sizes ?? bytes, flows: mine, ...content, ...macs, ...ip }];
  });
};

/** Users and connections, each from one interface to the next, spread evenly. */
const loopsOf = (system: MadeUp): Pick<VirtualConfig, "closed" | "tcp"> => {
  const { closed = 0, tcp = 0, think = 0n, bytes, interfaces } = system;
  const share = (all: number, i: number): number => Math.floor(all / interfaces) + (i < all % interfaces ? 1 : 0);
  const places = Array.from({ length: interfaces }, (_, i) => i);
  return {
    closed: places
      .map((i) => ({
        ...endsOf(system, i),
        outstanding: share(closed, i),
        flows: 64,
        bytes,
        think: { mean: `${think}ps`, law: "exponential" as const },
      }))
      .filter(({ outstanding }) => outstanding > 0),
    tcp: places
      .map((i) => ({ ...endsOf(system, i), connections: share(tcp, i), receiver: receiverOf(system, (i + 1) % interfaces) }))
      .filter(({ connections }) => connections > 0),
  };
};

const endsOf = ({ as, interfaces }: MadeUp, i: number): { if: string; srcMac: string; srcIp: string; dstIp: string; dstMac?: string } => {
  const next = (i + 1) % interfaces;
  const bridge = as === "bridge";
  return {
    if: `em${i}`,
    srcMac: bridge ? formatMac(stationsOf(i)) : gatewayMac(i),
    srcIp: formatIp(hostsBehind(i)),
    dstIp: formatIp(hostsBehind(next)),
    ...(bridge && { dstMac: formatMac(stationsOf(next)) }),
  };
};

const receiverOf = ({ as }: MadeUp, i: number): TcpConfig["receiver"] => ({
  if: `em${i}`,
  mac: as === "bridge" ? formatMac(stationsOf(i)) : gatewayMac(i),
});

/** All stations are known from the start: a flood is another experiment. */
const bridgeOf = (system: MadeUp): BridgeConfig => {
  const known = spread(system).flatMap((mine, i) =>
    Array.from({ length: Math.max(1, mine) }, (_, station) => ({ mac: formatMac(stationsOf(i) + BigInt(station)), if: `em${i}` })),
  );
  const members = Array.from({ length: system.interfaces }, (_, i) => ({ if: `em${i}` }));
  return { name: "bridge0", members, maxaddr: Math.max(100, known.length), static: known };
};
