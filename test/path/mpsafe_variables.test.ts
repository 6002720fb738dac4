/** Which variable rules which thread, and which messages carry MSGF_MPSAFE. */
import { expect, test } from "vitest";
import { BROADCAST, frame, station } from "../support/frames.ts";
import { type Lab, onEachMachine, toRouter } from "../support/lab.ts";
import { ICMP, icmp, TCP, tcp, UDP, udp } from "../support/packets.ts";

const NETISR = "net.netisr.mpsafe_thread";
const TCP_MODE = "net.inet.tcp.mpsafe_thread";
const UDP_MODE = "net.inet.udp.mpsafe_thread";

/** Forwarded packets, by the thread that gets them. */
const packets = {
  "netisr_cpu 0": toRouter({ protocol: ICMP, payload: icmp() }),
  "tcp_thread 0": toRouter({ protocol: TCP, payload: tcp() }),
  "udp_thread 0": toRouter({ protocol: UDP, payload: udp() }),
};
type ThreadName = keyof typeof packets;

/** 0: it kept the lock, 1: it got it only for the handler, 2: it counted a violation. Messages are not MPSAFE here. */
const modeOf = (lab: Lab, thread: ThreadName): number => {
  const { messages, keeps = 0, violations = 0 } = lab.thread(thread, () => lab.receive("em0", packets[thread]));
  expect(messages).toBe(1);
  return violations ? 2 : keeps ? 0 : 1;
};

/** Values of the three variables; modes of netisr_cpu, tcp_thread and udp_thread. */
const RULES = [
  [0, -1, -1, [0, 0, 0]],
  [1, -1, -1, [1, 1, 1]],
  [2, -1, -1, [2, 2, 2]],
  [1, 0, -1, [1, 0, 1]],
  [1, 2, -1, [1, 2, 1]],
  [1, -1, 0, [1, 1, 0]],
  [1, -1, 2, [1, 1, 2]],
  [0, 1, 2, [0, 1, 2]],
  [2, 0, 1, [2, 0, 1]],
] as const;

onEachMachine((labs) => {
  test.each(RULES)("netisr %i, tcp %i, udp %i make the threads run in modes %o", (netisr, tcpMode, udpMode, modes) => {
    const lab = labs.routerOf(2, { sysctl: { [NETISR]: netisr, [TCP_MODE]: tcpMode, [UDP_MODE]: udpMode, "net.link.ether.input_mpsafe": 0 } });
    expect((["netisr_cpu 0", "tcp_thread 0", "udp_thread 0"] as const).map((thread) => modeOf(lab, thread))).toEqual(modes);
  });

  test("a variable of a class takes effect at the class's next message", () => {
    const lab = labs.routerOf(2, { sysctl: { "net.link.ether.input_mpsafe": 0 } });
    for (const [value, mode] of [
      [0, 0],
      [2, 2],
      [-1, 1],
      [1, 1],
    ] as const) {
      lab.set(TCP_MODE, value);
      expect(modeOf(lab, "tcp_thread 0")).toBe(mode);
    }
  });

  test("the message of the ARP timer is not MPSAFE", () => {
    const lab = labs.routerOf(2, { cpus: 2 });
    const { threads } = lab.changes(() => lab.until(301));
    for (const cpu of [0, 1]) expect(threads[`netisr_cpu ${cpu}`]).toEqual({ messages: 1, gets: 1, releases: 1 });
  });

  test("the message of the flow timer is MPSAFE, and goes only to CPUs with flows", () => {
    const lab = labs.routerOf(2, { cpus: 2, sysctl: { "net.inet.ip.fastforwarding": 1 } });
    lab.receive("em0", toRouter({ payload: udp({ sport: 1, dport: 0 }) })); // hash 1: CPU 1
    expect(lab.engine.counters().flows).toEqual([0, 1]);
    expect(lab.changes(() => lab.until(2.2)).threads).toEqual({ "netisr_cpu 1": { messages: 4 } });
  });

  test.each([2, 3, 5, 8])("in mode 1 a flood over %i ports gets and releases the lock once for each copy that leaves", (members) => {
    const lan = labs.bridgeOf(Array.from({ length: members }, (_, n) => `em${n}`));
    const unknown = frame({ dst: station(2), src: station(1) });
    expect(lan.thread("netisr_cpu 0", () => lan.receive("em0", unknown))).toEqual({ messages: members, gets: members - 1, releases: members - 1 });
  });

  test("a flood whose messages are MPSAFE costs no lock", () => {
    const lan = labs.bridgeOf(["em0", "em1", "em2"], { sysctl: { "net.link.bridge.enqueue_mpsafe": 1 } });
    expect(lan.thread("netisr_cpu 0", () => lan.receive("em0", frame({ dst: station(2), src: station(1) })))).toEqual({ messages: 3 });
  });

  test("unicast to a known address is handed over without a message and without the lock", () => {
    const lan = labs.bridgeOf(["em0", "em1", "em2"]);
    lan.receive("em1", frame({ dst: BROADCAST, src: station(2) }));
    const known = () => expect(lan.receive("em0", frame({ dst: station(2), src: station(1) }))).toEqual(["em1"]);
    expect(lan.thread("netisr_cpu 0", known)).toEqual({ messages: 1 });
  });

  test("in mode 2 each copy of a flood is a violation", () => {
    const lan = labs.bridgeOf(["em0", "em1", "em2"], { sysctl: { [NETISR]: 2 } });
    expect(lan.thread("netisr_cpu 0", () => lan.receive("em0", frame({ dst: station(2), src: station(1) })))).toEqual({ messages: 3, violations: 2 });
  });
});
