/** Checks of what `virtual` says about interfaces, and of traffic. */
import { MAX_PORTS } from "../../assembly/abi.ts";
import { formatIp, formatMac, isHostIp, isStationMac } from "../addresses.ts";
import { type Context, portNamed } from "./context.ts";
import { type Checks, checkEach, checkEntry } from "./in_order.ts";
import { type Path, refuse } from "./path.ts";
import { END_OF_TIME } from "./quantities.ts";
import type { InterfaceShape } from "./shape.ts";
import type { TrafficShape, VirtualShape, WireShape } from "./virtual_shape.ts";

/** What stands for every interface. */
export const ALL = "*";
/** Bytes of a frame beside its IP packet. */
const ETHER_HEADER = 14;
const MAC_END = 1n << 48n;

export const virtualChecks = (context: Context): Checks<VirtualShape> => ({
  interfaces: ({ interfaces }, path) => {
    for (const [name, wire] of Object.entries(interfaces)) {
      if (name !== ALL) portNamed(context, name, ["interface"], [...path, name]);
      checkEntry(wire, wireChecks(context, interfaces[ALL]), [...path, name]);
    }
    checkRecords(context, interfaces, path);
  },
  traffic: ({ traffic }, path) => checkEach(traffic, trafficChecks(context), path),
});

const wireChecks = (context: Context, all: WireShape | undefined): Checks<WireShape> => ({
  ringCpus: ({ rings = all?.rings ?? 1, ringCpus }, path) => {
    const { cpus } = context.shape;
    if (ringCpus!.length !== rings) refuse(path, `a CPU for each of ${rings} rings, as \`rings\` is that`, ringCpus);
    for (const [ring, cpu] of ringCpus!.entries())
      if (cpu >= cpus) refuse([...path, ring], `an integer from 0 to ${cpus - 1}, as \`cpus\` is ${cpus}`, cpu);
  },
  livelockLow: ({ livelockLow, livelockLimit = all?.livelockLimit ?? 0 }, path) => {
    if (livelockLow! > livelockLimit) refuse(path, `an integer from 0 to ${livelockLimit}, as \`livelockLimit\` is that`, livelockLow);
  },
});

/** Rings of interfaces with several take the numbers behind the ports'. */
const checkRecords = (context: Context, interfaces: VirtualShape["interfaces"], path: Path): void => {
  const several = [...context.ports.values()].map(({ kind, name }) => {
    const { rings = 1 } = { ...interfaces[ALL], ...interfaces[name] };
    return kind === "interface" && rings > 1 ? rings : 0;
  });
  const rings = several.reduce((total, n) => total + n, 0);
  const most = MAX_PORTS - context.ports.size;
  if (rings > most) refuse(path, `at most ${most} rings of interfaces that have several, as there are ${context.ports.size} ports`, rings);
};

const trafficChecks = (context: Context): Checks<TrafficShape> => {
  return {
    if: ({ if: name }, path) => void portNamed(context, name, ["interface"], path),
    bytes: ({ bytes, if: name }, path) => {
      const port = context.ports.get(name)?.shape as InterfaceShape | undefined;
      const most = (port?.receiveMtu ?? port?.mtu ?? 0) + ETHER_HEADER;
      if (port && bytes > most) refuse(path, `an integer from 60 to ${most}, the longest frame that ${name} accepts`, bytes);
    },
    stop: ({ start, stop = END_OF_TIME }, path) => {
      if (stop <= start) refuse(path, "a time after `start`", `${stop} ps`);
    },
    srcMacs: ({ srcMac, srcMacs }, path) => checkMacs(srcMac, srcMacs, true, path),
    dstMacs: ({ dstMac, dstMacs, if: name }, path) => checkMacs(dstMac ?? macOf(context, name), dstMacs, false, path),
    srcIps: ({ srcIp, srcIps }, path) => checkIps(srcIp, srcIps, path),
    dstIps: ({ dstIp, dstIps }, path) => checkIps(dstIp, dstIps, path),
  };
};

const macOf = (context: Context, name: string): bigint => (context.ports.get(name)?.shape as InterfaceShape | undefined)?.mac ?? 0n;

/** The last address of a range must be one, too. */
const checkMacs = (first: bigint, n: number, stations: boolean, path: Path): void => {
  const last = first + BigInt(n) - 1n;
  if (last >= MAC_END || (stations && !isStationMac(last)))
    refuse(path, `so many that the last address is a ${stations ? "station's" : "MAC address"}, from ${formatMac(first)} on`, n);
};

const checkIps = (first: number, n: number, path: Path): void => {
  const last = first + n - 1;
  if (last > 0xffff_ffff || !isHostIp(last)) refuse(path, `so many that the last address is a host's, from ${formatIp(first)} on`, n);
};
