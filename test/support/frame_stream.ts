/** A cheap endless stream of frames for a bridge and a router: mostly right ones, then with bytes changed, cut off or added. */
import type { Arrival, EngineConfig } from "../../src/types.ts";
import { Random } from "../model/random.ts";
import { BROADCAST, BSTP, bytesOf, EXPERIMENT, frame, IPV6, ownMac, arp as request, station, tagged } from "./frames.ts";
import { icmp, ipFrame, tcp, udp } from "./packets.ts";

/** Interfaces, of which the last two are a bridge's. */
const INTERFACES = 4;
/** Picoseconds between two frames on average: a run of ten million lasts three hours. */
const MEAN_GAP = 1_000_000_000;

const OPTIONS = [7, 7, 4, 10, 0, 1, 0, 0]; // record route with one place left, padded to words

/** One of each kind, for each interface. */
const templatesFor = (port: number): Uint8Array[] => {
  const link = { dst: ownMac(port), src: station(port) };
  const out = [0, 1, 2].filter((other) => other !== port);
  return [
    ...out.map((other) => ipFrame(link, { dst: `20.${other}.0.9` })),
    ...out.map((other) => ipFrame(link, { dst: `10.0.${other}.77` })), // waits for ARP
    ...out.map((other) => ipFrame(link, { dst: `10.0.${other}.78` })), // waits in vain
    ipFrame(link, { dst: "20.1.0.9", protocol: 6, payload: tcp() }),
    ipFrame(link, { dst: `10.0.${Math.min(port, 2)}.1`, protocol: 1, payload: icmp() }),
    ipFrame(link, { dst: `10.0.${Math.min(port, 2)}.1`, payload: udp() }),
    ipFrame(link, { dst: "20.2.0.9", payload: udp({ data: new Uint8Array(1400) }) }), // longer than em2's MTU
    ipFrame(link, { dst: "20.2.0.9", fragment: 0x4000, payload: udp({ data: new Uint8Array(1400) }) }),
    ipFrame(link, { dst: "20.1.0.9", ttl: 1 }),
    ipFrame(link, { dst: "9.9.9.9" }),
    ipFrame(link, { dst: "20.1.0.9", options: OPTIONS }),
    ipFrame({ ...link, dst: BROADCAST }, { dst: "255.255.255.255" }),
    request({ senderMac: station(port), sender: `10.0.${Math.min(port, 2)}.2`, target: `10.0.${Math.min(port, 2)}.1` }),
    request({ op: 2, dst: ownMac(port), senderMac: station(9), sender: `10.0.${Math.min(port, 2)}.77`, target: `10.0.${Math.min(port, 2)}.1` }),
    frame({ dst: BROADCAST, src: station(port + 10) }),
    frame({ dst: station(port + 11), src: station(port + 10) }),
    frame({ ...link, type: IPV6 }),
    frame({ dst: BSTP, src: station(port), type: 38, payload: [0x42, 0x42, 3, ...new Array<number>(35).fill(0)] }),
    tagged(ipFrame(link, { dst: "20.1.0.9" }), 5),
    tagged(frame({ dst: BROADCAST, src: station(port + 10), type: EXPERIMENT, payload: bytesOf(port, 46) }), 9),
  ];
};

/** Three subnets with a next router each, the third behind a bridge of em2 and em3 with a small MTU; a vlan on em1. */
export const streamConfig = (cpus: number): EngineConfig => ({
  cpus,
  mbufs: 512,
  interfaces: Array.from({ length: INTERFACES }, (_, n) => ({
    name: `em${n}`,
    mac: ownMac(n),
    cpu: n % cpus,
    rss: n === 1,
    ...(n < 2 ? { ip: [`10.0.${n}.1/24`] } : {}),
  })),
  vlans: [{ name: "vlan5", parent: "em1", vid: 5, ip: ["10.0.5.1/24"] }],
  bridges: [
    { name: "br0", mac: ownMac(2 + INTERFACES), ip: ["10.0.2.1/24"], mtu: 1000, maxaddr: 40, timeout: 7, members: [{ if: "em2" }, { if: "em3" }] },
  ],
  routes: [0, 1, 2].map((n) => ({ dst: `20.${n}.0.0/16`, via: `10.0.${n}.2`, if: n < 2 ? `em${n}` : "br0" })),
  arp: [0, 1].map((n) => ({ if: `em${n}`, ip: `10.0.${n}.2`, mac: station(n) })),
  sysctl: { "net.inet.ip.forwarding": 1, "net.inet.ip.fastforwarding": 1, "net.inet.ip.sourceroute": 1, "net.link.bridge.prune_intvl": 5 },
});

/** An endless row of frames from a seed. `count` frames at a time; the array and its entries belong to the caller until the next call. */
export class FrameStream {
  readonly #random: Random;
  readonly #templates = Array.from({ length: INTERFACES }, (_, port) => templatesFor(port));
  #time = 0n;

  constructor(seed: number) {
    this.#random = new Random(seed);
  }

  take(count: number): Arrival[] {
    return Array.from({ length: count }, () => {
      const random = this.#random;
      const port = random.below(INTERFACES);
      this.#time += BigInt(random.below(2 * MEAN_GAP));
      const templates = this.#templates[port]!;
      return { interface: port, time: this.#time, data: this.#changed(templates[random.below(templates.length)]!) };
    });
  }

  /** Of two frames one as it is but for its last address byte and its ports; the other with up to four bytes changed, or of another length. */
  #changed(template: Uint8Array): Uint8Array {
    const random = this.#random;
    const dice = random.below(16);
    const length = dice === 0 ? random.below(template.length + 1) : dice === 1 ? template.length + random.below(1600) : template.length;
    const data = new Uint8Array(length);
    data.set(template.subarray(0, length));
    if (dice < 8) for (let n = random.below(4); n >= 0 && length > 0; n--) data[random.below(Math.min(length, 64))] = random.below(256);
    else if (length > 38) {
      data[11] = random.below(64); // the source address, which the bridge learns
      data[35] = random.below(256);
      data[37] = random.below(256);
    }
    return data;
  }
}
