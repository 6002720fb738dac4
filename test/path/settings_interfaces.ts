/** For every key of an interface: values, and the number that each of them leads to in a small network. */

import type { InterfaceConfig } from "../../src/types.ts";
import { arp, BROADCAST, frame, station } from "../support/frames.ts";
import { type Lab, ownMac, toRouter } from "../support/lab.ts";
import { TCP, tcp, udp } from "../support/packets.ts";
import { type CasesOf, values } from "./settings_case.ts";

const broadcast = frame({ dst: BROADCAST, src: station(1) });
const unknown = frame({ dst: station(2), src: station(1) });
const dropped = (lab: Lab, reason: string, action: () => unknown): number => lab.changes(action).drops[reason] ?? 0;
/** Twenty packets that leave by em1, whose cable is out. */
const jam = (lab: Lab): void => {
  lab.engine.setCarrier("em1", false);
  for (let n = 0; n < 20; n++) lab.receive("em0", toRouter());
};
const bigUdp = toRouter({ payload: udp({ data: Array(1200).fill(7) }) });

export const INTERFACE_CASES = {
  name: {
    numbers: values(["em0", 1], ["eth0", 0]),
    measure: (labs, name) => labs.of({ interfaces: [{ name, mac: ownMac(0) }] }).engine.config.ports.filter((port) => port.name === "em0").length,
  },
  mac: {
    numbers: values([ownMac(0), 0], ["02:00:00:00:00:77", 1]),
    measure: (labs, mac) => {
      const lab = labs.of({ interfaces: [{ name: "em0", mac }] });
      return dropped(lab, "NotForUs", () => lab.receive("em0", frame({ dst: ownMac(0), src: station(1) })));
    },
  },
  ip: {
    numbers: values([["10.0.1.1/24"], 1], [["10.0.1.1/24", "20.1.0.9/32"], 0]),
    measure: (labs, ip) =>
      labs
        .routerOf(2, { ports: { em1: { ip: ip! } } })
        .receive("em0", toRouter())
        .filter((port) => port === "em1").length,
  },
  mtu: {
    numbers: values([1500, 1], [600, 3]),
    measure: (labs, mtu) => labs.routerOf(2, { ports: { em1: { mtu: mtu! } } }).receive("em0", bigUdp).length,
  },
  receiveMtu: {
    numbers: values([undefined, 1], [9000, 0]),
    measure: (labs, receiveMtu) => {
      const lab = labs.routerOf(2, { ports: { em0: receiveMtu === undefined ? {} : { receiveMtu } } });
      return dropped(lab, "TooLong", () => lab.receive("em0", toRouter({ payload: udp({ data: Array(2000).fill(7) }) })));
    },
  },
  cpu: {
    numbers: values([0, 0], [1, 1]),
    measure: (labs, cpu) => {
      const lab = labs.of({ cpus: 2, interfaces: [{ name: "em0", mac: ownMac(0), cpu: cpu! }] });
      return lab.changes(() => lab.receive("em0", broadcast)).stats.ipiq_count ?? 0; // to CPU 0
    },
  },
  promisc: {
    numbers: values([false, 1], [true, 0]),
    measure: (labs, promisc) => {
      const lab = labs.of({ interfaces: [{ name: "em0", mac: ownMac(0), promisc: promisc! }] });
      return dropped(lab, "NotForUs", () => lab.receive("em0", unknown));
    },
  },
  mpsafe: {
    numbers: values([true, 0], [false, 1]),
    measure: (labs, mpsafe) => {
      const lab = labs.of({ interfaces: [{ name: "em0", mac: ownMac(0), mpsafe: mpsafe! }] });
      return lab.thread("ithread em0", () => lab.receive("em0", broadcast)).gets ?? 0;
    },
  },
  rss: {
    numbers: values([false, 0], [true, 1]),
    measure: (labs, rss) => {
      const lab = labs.routerOf(2, { cpus: 8, ports: { em0: { rss: rss! } } });
      const packet = toRouter({ src: "10.0.0.1", dst: "10.0.1.2", protocol: TCP, payload: tcp({ sport: 1024, dport: 80 }) });
      return lab.thread("tcp_thread 0", () => lab.receive("em0", packet)).messages ?? 0; // 3 by addresses and ports, 0 by Toeplitz
    },
  },
  up: {
    numbers: values([true, 0], [false, 1]),
    measure: (labs, up) => {
      const lab = labs.of({ interfaces: [{ name: "em0", mac: ownMac(0), up: up! }] });
      return dropped(lab, "InterfaceDown", () => lab.receive("em0", broadcast));
    },
  },
  monitor: {
    numbers: values([false, 0], [true, 1]),
    measure: (labs, monitor) => {
      const lab = labs.of({ interfaces: [{ name: "em0", mac: ownMac(0), monitor: monitor! }] });
      return dropped(lab, "Monitor", () => lab.receive("em0", broadcast));
    },
  },
  noarp: {
    numbers: values([false, 1], [true, 0]),
    measure: (labs, noarp) =>
      labs.routerOf(1, { ports: { em0: { noarp: noarp! } } }).receive("em0", arp({ senderMac: station(7), sender: "10.0.0.7", target: "10.0.0.1" }))
        .length,
  },
  staticarp: {
    numbers: values([false, 1], [true, 0]),
    measure: (labs, staticarp) =>
      labs.routerOf(2, { ports: { em1: { staticarp: staticarp! } } }).receive("em0", toRouter({ dst: "10.0.1.77" })).length,
  },
  rxRing: {
    numbers: values([64, 10], [4, 4]),
    measure: (labs, rxRing) => {
      const lab = labs.of({ interfaces: [{ name: "em0", mac: ownMac(0), rxRing: rxRing! }] });
      const { if_ipackets, interrupts } = lab.changes(() => lab.burst("em0", Array(10).fill(broadcast))).ports.em0!;
      return Math.ceil(if_ipackets! / interrupts!); // most frames that an interrupt found
    },
  },
  txRing: {
    numbers: values([256, 20], [5, 5]),
    measure: (labs, txRing) => {
      const lab = labs.routerOf(2, { ports: { em1: { txRing: txRing! } } });
      jam(lab);
      return lab.engine.exports.ringLength(1);
    },
  },
  queue: {
    numbers: values([50, 0], [8, 12]),
    measure: (labs, queue) => {
      const lab = labs.routerOf(2, { ports: { em1: { queue: queue!, txRing: 1 } } });
      return dropped(lab, "QueueFull", () => jam(lab)); // of 20, one in the ring, 7 in the queue: ip_output lets it never get full
    },
  },
} satisfies CasesOf<InterfaceConfig>;
