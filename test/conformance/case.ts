/** One recorded case: what came in, what the Linux kernel sent because of it, and the configuration that the engine needs to be asked the same. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { readCapture } from "../../src/capture/index.ts";
import type { ArpConfig, BridgeConfig, EngineConfig, InterfaceConfig, RouteConfig } from "../../src/types.ts";

/** `case.json`. Ports are numbers from 0; a bridged port, or "br", in a route or neighbour means the bridge. */
export interface CaseFile {
  name: string;
  mode: "bridge" | "router" | "mixed";
  ports: { mac: string; ip?: string; mtu?: number; rx_mtu?: number }[];
  bridge_ports?: number[];
  bridge_ip?: string;
  bridge_mac?: string;
  routes: { dst: string; via?: string; port: number | "br" }[];
  neigh: { port: number | "br"; ip: string; mac: string }[];
  mask?: string[];
  tags?: string[];
  per_frame?: Record<string, { note?: string; mask?: string[]; bsd?: string }>;
}

export interface InputFrame {
  port: number;
  data: Uint8Array;
}

export interface OutputFrame {
  port: number;
  data: Uint8Array;
}

export interface Case {
  folder: string;
  file: CaseFile;
  input: InputFrame[];
  /** Per input frame. */
  expected: OutputFrame[][];
}

interface ExpectedFile {
  frames: { out: { port: number; k: number }[] }[];
}

const readJson = <T>(path: string): T => JSON.parse(readFileSync(path, "utf8")) as T;

export function loadCase(folder: string): Case {
  const file = readJson<CaseFile>(join(folder, "case.json"));
  const input = Array.from(readFrames(join(folder, "input.pcapng")), (frame) => ({ port: frame.interface, data: frame.data }));
  const sent = file.ports.map((_, port) => Array.from(readFrames(join(folder, `out.p${port}.pcap`)), (frame) => frame.data));
  const { frames } = readJson<ExpectedFile>(join(folder, "expected.json"));
  const expected = frames.map(({ out }) => out.map(({ port, k }) => ({ port, data: sent[port]![k]! })));
  return { folder, file, input, expected };
}

function readFrames(file: string) {
  return readCapture(readFileSync(file), { file });
}

const BRIDGE = "br";

/** The settings of every case: forwarding unless all ports are bridged, no redirects, no limit for ICMP, a transparent bridge. */
export function configOf(file: CaseFile, fastforwarding: boolean): EngineConfig {
  const bridged = file.mode === "bridge" ? file.ports.map((_, port) => port) : file.mode === "mixed" ? (file.bridge_ports ?? []) : [];
  const nameOf = (port: number | "br") => (port === "br" || bridged.includes(port) ? BRIDGE : `p${port}`);
  return {
    interfaces: file.ports.map((port, index) => interfaceOf(port, index, bridged.includes(index))),
    bridges: bridged.length === 0 ? [] : [bridgeOf(file, bridged)],
    routes: file.routes.map(({ dst, via, port }): RouteConfig => ({ dst, if: nameOf(port), ...(via === undefined ? {} : { via }) })),
    arp: file.neigh.map(({ port, ip, mac }): ArpConfig => ({ if: nameOf(port), ip, mac })),
    sysctl: {
      "net.inet.ip.forwarding": file.mode === "bridge" ? 0 : 1,
      "net.inet.ip.fastforwarding": fastforwarding ? 1 : 0,
      "net.inet.ip.redirect": 0,
      "net.inet.ip.sourceroute": file.tags?.includes("source-route") ? 1 : 0,
      "net.inet.icmp.icmplim": 0,
      "net.link.bridge.transparent": 1,
    },
  };
}

function interfaceOf(port: CaseFile["ports"][number], index: number, isBridged: boolean): InterfaceConfig {
  const mtu = port.mtu ?? 1500;
  const ip = port.ip !== undefined && !isBridged ? { ip: [port.ip] } : {};
  return { name: `p${index}`, mac: port.mac, mtu, receiveMtu: Math.max(mtu, port.rx_mtu ?? mtu), ...ip };
}

function bridgeOf(file: CaseFile, ports: number[]): BridgeConfig {
  return {
    name: BRIDGE,
    ...(file.bridge_mac === undefined ? {} : { mac: file.bridge_mac }),
    ...(file.bridge_ip === undefined ? {} : { ip: [file.bridge_ip] }),
    members: ports.map((port) => ({ if: `p${port}` })),
  };
}
