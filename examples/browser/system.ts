/** What the page simulates: a router with an interface for each CPU, and UDP packets of 256 flows from the network behind each interface to that behind the next. */
import type { EngineConfig } from "netisr";

export interface Choice {
  /** From 2 on. */
  cpus: number;
  /** Packets a second, over all interfaces. */
  rate: number;
  /** net.netisr.mpsafe_thread: 0 BGL, 1 adaptive, 2 no BGL. */
  mode: number;
}

const FLOWS = 256;

export const routerOf = ({ cpus, rate, mode }: Choice): EngineConfig => {
  const ports = Array.from({ length: cpus }, (_, i) => i);
  const gateway = (i: number): { if: string; ip: string; mac: string } => ({ if: `em${i}`, ip: `10.${i}.0.2`, mac: `02:00:00:00:01:${hex(i)}` });
  return {
    cpus,
    interfaces: ports.map((i) => ({ name: `em${i}`, mac: `02:00:00:00:00:${hex(i)}`, cpu: i, ip: [`10.${i}.0.1/16`] })),
    routes: ports.map((i) => ({ dst: `10.${128 + i}.0.0/16`, via: gateway(i).ip, if: `em${i}` })),
    arp: ports.map(gateway),
    sysctl: { "net.inet.ip.forwarding": 1, "net.inet.ip.fastforwarding": 1, "net.netisr.mpsafe_thread": mode },
    virtual: {
      interfaces: { "*": { rate: "10Gbps" } },
      traffic: ports.map((i) => ({
        if: `em${i}`,
        arrivals: "poisson",
        rate: Math.floor(rate / cpus),
        flows: FLOWS,
        srcMac: gateway(i).mac,
        srcIp: `10.${128 + i}.1.0`,
        srcIps: FLOWS,
        dstIp: `10.${128 + ((i + 1) % cpus)}.1.0`,
        dstIps: FLOWS,
      })),
    },
  };
};

const hex = (i: number): string => i.toString(16).padStart(2, "0");
