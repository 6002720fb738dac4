/** For every knob: values, and the number that each of them leads to in a small network. The walk in settings.test.ts sets the knob itself. */
import { arp, BROADCAST, EXPERIMENT, frame, station } from "../support/frames.ts";
import { type Lab, type Labs, ownMac, toRouter } from "../support/lab.ts";
import { ICMP, icmp, ipFrame, readIp, TCP, tcp, UDP, udp } from "../support/packets.ts";
import { values } from "./settings_case.ts";

export interface KnobCase {
  /** The default is among the values. */
  numbers: [value: number, number: number][];
  measure(labs: Labs): number;
  /** Only a machine that has time shows it. */
  timed?: true;
}

const interfaces = [{ name: "em0", mac: ownMac(0) }];
const LAN = ["em0", "em1", "em2"];
const broadcast = frame({ dst: BROADCAST, src: station(1), type: EXPERIMENT });
const unknown = frame({ dst: station(2), src: station(1) });
const count = (lab: Lab, thread: string, what: "messages" | "gets" | "keeps", action: () => unknown): number => lab.thread(thread, action)[what] ?? 0;
const stat = (lab: Lab, name: string, action: () => unknown): number => lab.changes(action).stats[name] ?? 0;

const forwarded = { tcp: toRouter({ protocol: TCP, payload: tcp() }), udp: toRouter() };
const keptBy = (thread: string, packet: Uint8Array) => (labs: Labs) => {
  const lab = labs.routerOf(2);
  return count(lab, thread, "keeps", () => lab.receive("em0", packet));
};
/** Five packets to a host behind em1 that does not answer, and more, one a second. */
const askFor = (seconds: number, sysctl: Record<string, number>) => (labs: Labs) => {
  const lab = labs.routerOf(2, { sysctl });
  for (let second = 0; second <= seconds; second++) lab.receive("em0", toRouter({ dst: "10.0.1.77" }), second);
  return lab.stat("arps_requests_sent");
};
const learnNeighbour = (lab: Lab): string[] => lab.receive("em0", arp({ senderMac: station(7), sender: "10.0.0.7", target: "10.0.0.1" }));
const errors = (lab: Lab, packets: Uint8Array[]): number => stat(lab, "icps_error", () => lab.burst("em0", packets));
/** The CPU, of 8, that gets a packet of a flow with test vectors. */
const cpuOf = (protocol: number, sysctl: Record<string, number>) => (labs: Labs) => {
  const lab = labs.routerOf(2, { cpus: 8, sysctl });
  const ports = { sport: 1024, dport: 80 };
  const packet = toRouter({ src: "10.0.0.1", dst: "10.0.1.2", protocol, payload: protocol === TCP ? tcp(ports) : udp(ports) });
  const { threads } = lab.changes(() => lab.receive("em0", packet));
  const kind = protocol === TCP ? "tcp_thread " : "udp_thread ";
  return Number(
    Object.keys(threads)
      .find((name) => name.startsWith(kind))
      ?.slice(kind.length),
  );
};

/** What polling of em0 comes to, `us` of engine time after the start, with `frames` in its ring. CPU 0 serves them. */
const polledFor = (labs: Labs, us: number, costs: Record<string, number>, frames = 0) => {
  const wire = { rate: 0, delay: 0, txDelay: "none" } as const;
  const { engine } = labs.routerOf(2, {
    virtual: { costs: { preset: "zero", set: costs }, interfaces: { "*": wire, em0: { ...wire, polling: true } } },
  });
  engine.receive(Array.from({ length: frames }, () => ({ interface: "em0", data: toRouter() })));
  engine.run(BigInt(us) * 1_000_000n);
  return { engine, polling: engine.results().polling?.[0] };
};

/** mode: messages are kept in mode 0 and by any other value than 1 and 2. */
export const KNOB_CASES: Record<string, KnobCase> = {
  "kern.polling.enable": {
    numbers: values([1, 0], [0, 1]),
    measure: (labs) => polledFor(labs, 600, {}, 1).engine.counters().ports[0]!.counters.interrupts!,
    timed: true,
  },
  "kern.polling.pollhz": { numbers: values([2000, 20], [1000, 10]), measure: (labs) => polledFor(labs, 10_000, {}).polling!.ticks, timed: true },
  "kern.polling.burst_max": { numbers: values([150, 45], [10, 10]), measure: (labs) => polledFor(labs, 20_000, {}).polling!.burst, timed: true },
  "kern.polling.each_burst": { numbers: values([5, 1], [2, 3]), measure: (labs) => polledFor(labs, 600, {}).polling!.polls, timed: true },
  "kern.polling.user_frac": {
    // Three frames take 60 % of a tick.
    numbers: values([50, 4], [39, 6], [40, 6], [41, 4], [0, 6], [100, 4]),
    measure: (labs) => polledFor(labs, 900, { RxFrame: 100_000 }, 3).polling!.burst,
    timed: true,
  },
  "kern.polling.reg_frac": {
    // 20 ticks with bursts of 5 to 24 are 66 polls of a microsecond; one more where the status is checked.
    numbers: values([20, 67], [1, 86], [7, 69]),
    measure: (labs) => Number(polledFor(labs, 10_100, { Poll: 1000 }).engine.results().cpus[0]!.Protocol / 1_000_000n),
    timed: true,
  },
  "net.netisr.mpsafe_thread": {
    numbers: values([1, 0], [0, 1], [2, 0], [9, 1]),
    measure: keptBy("udp_thread 0", forwarded.udp),
  },
  "net.inet.tcp.mpsafe_thread": {
    numbers: values([-1, 0], [0, 1]),
    measure: keptBy("tcp_thread 0", forwarded.tcp),
  },
  "net.inet.udp.mpsafe_thread": {
    numbers: values([-1, 0], [0, 1]),
    measure: keptBy("udp_thread 0", forwarded.udp),
  },
  "net.netisr.mpsafe_lazy": {
    numbers: values([0, 0], [1, 1]),
    measure: (labs) => {
      const lab = labs.of({ interfaces, sysctl: { "net.link.ether.input_mpsafe": 0 } });
      return count(lab, "netisr_cpu 0", "keeps", () => lab.receive("em0", broadcast));
    },
  },
  "kern.intr_mpsafe": {
    numbers: values([1, 0], [0, 1]),
    measure: (labs) => {
      const lab = labs.of({ interfaces });
      return count(lab, "ithread em0", "gets", () => lab.receive("em0", broadcast));
    },
  },
  "net.link.ether.input_mpsafe": {
    numbers: values([1, 0], [0, 1]),
    measure: (labs) => {
      const lab = labs.of({ interfaces });
      return count(lab, "netisr_cpu 0", "gets", () => lab.receive("em0", broadcast));
    },
  },
  "net.link.bridge.enqueue_mpsafe": {
    numbers: values([0, 2], [1, 0]),
    measure: (labs) => {
      const lan = labs.bridgeOf(LAN);
      return count(lan, "netisr_cpu 0", "gets", () => lan.receive("em0", unknown));
    },
  },
  "net.link.bridge.transparent": {
    numbers: values([0, 0], [1, 2]),
    measure: (labs) => labs.bridgeOf(LAN).receive("em0", ipFrame({ dst: station(2), src: station(1) }, { length: 2000 })).length,
  },
  "net.link.bridge.prune_intvl": {
    numbers: values([300, 2], [100, 6]),
    measure: (labs) => {
      const lan = labs.bridgeOf(LAN);
      lan.until(300);
      return lan.changes(() => lan.until(900)).locks["serializer br0"]!;
    },
  },
  "net.inet.ip.forwarding": {
    numbers: values([0, 0], [1, 1]),
    measure: (labs) => labs.routerOf(2).receive("em0", forwarded.udp).length,
  },
  "net.inet.ip.fastforwarding": {
    numbers: values([0, 0], [1, 1]),
    measure: (labs) => {
      const lab = labs.routerOf(2);
      return stat(lab, "ipf_hits", () => [1, 2].map(() => lab.receive("em0", forwarded.udp)));
    },
  },
  "net.inet.ip.sourceroute": {
    numbers: values([0, 0], [1, 1]),
    measure: (labs) => {
      const lab = labs.routerOf(2);
      const options = [131, 7, 4, 20, 1, 0, 9, 0];
      return stat(lab, "ips_forward", () => lab.receive("em0", toRouter({ dst: "10.0.0.1", options })));
    },
  },
  "net.inet.ip.redirect": {
    numbers: values([1, 1], [0, 0]),
    measure: (labs) => {
      const lab = labs.routerOf(2);
      return stat(lab, "ips_redirectsent", () => lab.receive("em0", toRouter({ src: "10.0.0.7", dst: "20.0.0.9" })));
    },
  },
  "net.inet.ip.check_interface": {
    numbers: values([0, 0], [1, 1]),
    measure: (labs) => {
      const lab = labs.routerOf(2, { sysctl: { "net.inet.ip.forwarding": 0 } });
      return stat(lab, "ips_badaddr", () => lab.receive("em0", toRouter({ dst: "10.0.1.1" })));
    },
  },
  "net.inet.ip.sendsourcequench": {
    numbers: values([0, 0], [1, 1]),
    measure: (labs) => errors(labs.routerOf(2, { ports: { em1: { queue: 1 } } }), [forwarded.udp]),
  },
  "net.inet.icmp.icmplim": {
    numbers: values([200, 200], [10, 10], [0, 250]),
    measure: (labs) => errors(labs.routerOf(2), Array(250).fill(toRouter({ ttl: 1 }))),
  },
  "net.inet.icmp.bmcastecho": {
    numbers: values([0, 0], [1, 1]),
    measure: (labs) => labs.routerOf(2).receive("em0", toRouter({ dst: "10.0.0.255", protocol: ICMP, payload: icmp() })).length,
  },
  "net.inet.icmp.error_tos": {
    numbers: values([0, 0], [0xc0, 0xc0]),
    measure: (labs) => readIp(labs.routerOf(2).sent("em0", toRouter({ ttl: 1, tos: 0x10 }))[0]!.data).tos,
  },
  "net.inet.udp.blackhole": {
    numbers: values([0, 1], [1, 0]),
    measure: (labs) => errors(labs.routerOf(2), [toRouter({ dst: "10.0.0.1" })]),
  },
  "net.link.ether.inet.max_age": {
    numbers: values([1200, 0], [10, 1]),
    measure: (labs) => {
      const lab = labs.routerOf(2);
      learnNeighbour(lab);
      return stat(lab, "arps_expired", () => lab.until(300));
    },
  },
  "net.link.ether.inet.prune_intvl": {
    numbers: values([300, 2], [100, 6]),
    measure: (labs) => {
      const lab = labs.of({ interfaces });
      lab.until(300);
      return count(lab, "netisr_cpu 0", "messages", () => lab.until(900));
    },
  },
  "net.link.ether.inet.host_down_time": {
    numbers: values([20, 2], [5, 6]),
    measure: askFor(30, { "net.link.ether.inet.maxtries": 1 }),
  },
  "net.link.ether.inet.maxtries": {
    numbers: values([5, 5], [2, 2]),
    measure: askFor(10, {}),
  },
  "net.link.generic.ifq_dispatch_schedonly": {
    numbers: values([0, 0], [1, 1]),
    measure: (labs) => {
      const lab = labs.routerOf(2, { seed: 3 });
      // The stutter machine may refuse the interface three times in four, and then the ifnet thread has to go on in either case.
      return Math.min(...Array.from({ length: 40 }, () => count(lab, "ifnet 0", "messages", () => lab.receive("em0", forwarded.udp))));
    },
  },
  "net.link.generic.if_start_oncpu_sched": {
    numbers: values([0, 1], [1, 0]),
    measure: (labs) => {
      const lab = labs.routerOf(2, { cpus: 2, ports: { em1: { cpu: 1 } }, sysctl: { "net.link.generic.ifq_dispatch_schedonly": 1 } });
      return count(lab, "ifnet 1", "messages", () => lab.receive("em0", toRouter({ payload: udp({ sport: 0, dport: 0 }) })));
    },
  },
  "net.netisr.rss": {
    numbers: values([0, 3], [1, 0]),
    measure: cpuOf(TCP, {}),
  },
  "net.toeplitz.keyseed0": {
    numbers: values([0x6d, 5], [0x12, 2]),
    measure: cpuOf(UDP, { "net.netisr.rss": 1 }),
  },
  "net.toeplitz.keyseed1": {
    numbers: values([0x5a, 5], [0x34, 1]),
    measure: cpuOf(UDP, { "net.netisr.rss": 1 }),
  },
};
