/** Who lives around a host: the stations behind its interfaces, and the addresses worth sending to. */
import { resolveConfig } from "../../src/config/index.ts";
import type { EngineConfig, Ip, Mac, ResolvedConfig, ResolvedPort } from "../../src/types.ts";
import { FOREIGN, hostOf, STATIONS, stationMac } from "./configurations.ts";
import type { Random } from "./random.ts";

export interface Station {
  /** Where its frames arrive, and the tag that they carry there. */
  interface: number;
  tag: number | undefined;
  mac: Mac;
  ip: Ip;
  /** The port of the host that it talks to: that of its subnet. */
  port: ResolvedPort;
}

export interface World {
  config: ResolvedConfig;
  stations: Station[];
  ownMacs: Mac[];
  ownIps: Ip[];
  /** Addresses behind routes, on their edges and beside them. */
  remote: Ip[];
  gateways: Ip[];
  /** Stations stay where they are and use their own MAC addresses, and no byte of a frame is changed on its way. */
  honest: boolean;
}

export function worldOf(r: Random, given: EngineConfig, honest = false): World {
  const config = resolveConfig(given);
  const stations = config.ports.flatMap((port) => neighbours(r, config, port));
  const remote = config.routes.flatMap(({ dst }) => {
    const last = dst.length === 0 ? 0x08080808 : dst.address + 2 ** (32 - dst.length) - 1;
    return [dst.address, last, last + 1, dst.address + 1, dst.address + 2].map((ip) => ip >>> 0);
  });
  return {
    config,
    stations,
    ownMacs: config.ports.map(({ mac }) => mac).filter((mac) => mac !== 0n),
    ownIps: config.ports.flatMap((port) => port.ip.map(({ address }) => address)),
    remote: remote.length > 0 ? remote : [0x14000001],
    honest,
    gateways: config.routes.flatMap(({ via }) => (via === undefined ? [] : [via])),
  };
}

/** Four stations on each subnet of a port; two without a subnet of ours on an interface without addresses. */
function neighbours(r: Random, config: ResolvedConfig, port: ResolvedPort): Station[] {
  if (port.ip.length === 0 && port.kind !== "interface") return [];
  const subnets = port.ip.map(({ address }) => (address >>> 16) & 255);
  const hosts = subnets.length > 0 ? STATIONS : ([2, 3] as const);
  return (subnets.length > 0 ? subnets : [FOREIGN + port.index]).flatMap((subnet) =>
    hosts.map((host) => ({ ...wireOf(r, config, port), mac: stationMac(subnet, host), ip: hostOf(subnet, host), port })),
  );
}

/** Where a station of a port is plugged in: those of a bridge sit behind its members. */
function wireOf(r: Random, config: ResolvedConfig, port: ResolvedPort): { interface: number; tag: number | undefined } {
  if (port.kind === "vlan") return { interface: port.parent, tag: port.vid };
  const members = config.bridges.find((bridge) => bridge.port === port.index)?.members ?? [];
  if (members.length > 0) return wireOf(r, config, config.ports[r.pick(members).port]!);
  return { interface: port.kind === "bridge" ? 0 : port.index, tag: undefined };
}
