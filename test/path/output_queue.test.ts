/** Output queues: ring, then queue, then drop; and what happens when the cable is back. */
import { expect, test } from "vitest";
import { IFF_OACTIVE } from "../../assembly/abi.ts";
import { BROADCAST, frame, station } from "../support/frames.ts";
import { type Lab, type Labs, onEachMachine, toRouter } from "../support/lab.ts";
import { readIp, udp } from "../support/packets.ts";

const QUEUE = 5;
const RING = 3;
const ports = { em1: { queue: QUEUE, txRing: RING } };

/** A bridge whose em1 has no cable, with B behind it. */
const jammedBridge = (labs: Labs): Lab => {
  const lan = labs.bridgeOf(["em0", "em1"], { ports, bridge: { static: [{ mac: station(2), if: "em1" }] } });
  lan.engine.setCarrier("em1", false);
  return lan;
};
const toB = (id: number) => frame({ dst: station(2), src: station(1), payload: [id, ...Array(45).fill(0)] });
const state = (lab: Lab) => {
  const { exports } = lab.engine;
  return { ring: exports.ringLength(1), queue: exports.queueLength(1), active: (exports.portFlags(1) & IFF_OACTIVE) !== 0 };
};

onEachMachine((labs) => {
  test("frames fill the ring, then the queue up to its limit; the rest is dropped", () => {
    const lan = jammedBridge(labs);
    const states = [];
    for (let n = 1; n <= 10; n++) {
      lan.receive("em0", toB(n));
      states.push(state(lan));
    }
    expect(states[RING - 1]).toEqual({ ring: RING, queue: 0, active: false });
    expect(states[RING]).toEqual({ ring: RING, queue: 1, active: true });
    expect(states[RING + QUEUE - 1]).toEqual({ ring: RING, queue: QUEUE, active: true });
    expect(states[9]).toEqual(states[RING + QUEUE - 1]);
    const { drops, ports: counted } = lan.engine.counters();
    expect(drops.QueueFull).toBe(10 - RING - QUEUE);
    expect(counted[1]!.counters).toMatchObject({ ifq_drops: 2, ifq_high_water: QUEUE, if_opackets: RING, if_obytes: 60 * (RING + QUEUE) });
  });

  test("when the cable is back everything leaves, in order", () => {
    const lan = jammedBridge(labs);
    for (let n = 1; n <= 10; n++) lan.receive("em0", toB(n));
    lan.engine.setCarrier("em1", true);
    expect(lan.engine.take().map(({ data }) => data[14])).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    expect(state(lan)).toEqual({ ring: 0, queue: 0, active: false });
    expect(lan.receive("em0", toB(11))).toEqual(["em1"]);
  });

  test("the transmit-complete interrupt moves what waits into the ring", () => {
    const lan = jammedBridge(labs);
    for (let n = 1; n <= RING + QUEUE; n++) lan.receive("em0", toB(n));
    const { ports: counted } = lan.changes(() => lan.engine.setCarrier("em1", true));
    expect(counted.em1!.if_opackets).toBe(QUEUE);
    expect(counted.em1!.interrupts).toBeGreaterThanOrEqual(2); // 3 frames leave, then 3, then 2
  });

  test("ip_output never lets the queue become full: it counts ips_odropped", () => {
    const lab = labs.routerOf(2, { ports });
    lab.engine.setCarrier("em1", false);
    const {
      drops,
      stats,
      ports: counted,
    } = lab.changes(() => {
      for (let id = 0; id < 10; id++) lab.receive("em0", toRouter({ id }));
    });
    const lost = 10 - RING - (QUEUE - 1);
    expect([drops, stats.ips_odropped, stats.ips_cantforward, counted.em1!.ifq_drops]).toEqual([{ QueueFull: lost }, lost, lost, undefined]);
    expect(state(lab)).toMatchObject({ ring: RING, queue: QUEUE - 1 });
    lab.engine.setCarrier("em1", true);
    expect(lab.engine.take().map(({ data }) => readIp(data).id)).toEqual([0, 1, 2, 3, 4, 5, 6]);
  });

  test("one packet that needs fragments must find room for all of them", () => {
    const lab = labs.routerOf(2, { ports: { em1: { ...ports.em1, mtu: 576 } } });
    const big = toRouter({ payload: udp({ data: Array(1472).fill(0) }) });
    lab.engine.setCarrier("em1", false);
    for (let n = 0; n < RING + 2; n++) lab.receive("em0", toRouter());
    expect(lab.changes(() => lab.receive("em0", big)).drops).toEqual({ QueueFull: 1 });
    expect(state(lab)).toMatchObject({ queue: 2 });
  });

  test("group frames are counted as such on output", () => {
    const lan = labs.bridgeOf(["em0", "em1"]);
    const { ports: counted } = lan.changes(() => [lan.receive("em0", frame({ dst: BROADCAST, src: station(1) })), lan.receive("em0", toB(1))]);
    expect(counted.em1).toMatchObject({ if_opackets: 2, if_obytes: 120, if_omcasts: 1 });
  });

  test("an interface that goes down frees its queue, and what is in the ring leaves with the cable", () => {
    const lan = jammedBridge(labs);
    for (let n = 1; n <= RING + QUEUE; n++) lan.receive("em0", toB(n));
    expect(lan.changes(() => lan.engine.setInterfaceUp("em1", false)).drops).toEqual({ InterfaceDown: QUEUE });
    expect(state(lan)).toMatchObject({ ring: RING, queue: 0 });
    lan.engine.setInterfaceUp("em1", true);
    lan.engine.setCarrier("em1", true);
    expect(lan.engine.take().map(({ data }) => data[14])).toEqual([1, 2, 3]);
    expect(lan.engine.counters().conservation).toMatchObject({ queued: 0, holds: true });
  });

  test("a jam at one interface does not hold up another", () => {
    const lab = labs.routerOf(3, { ports });
    lab.engine.setCarrier("em1", false);
    for (let n = 0; n < 20; n++) lab.receive("em0", toRouter());
    expect(lab.receive("em0", toRouter({ dst: "20.2.0.9" }))).toEqual(["em2"]);
  });

  test("what this host sends itself is dropped like the rest if there is no room", () => {
    const lab = labs.routerOf(2, { ports: { em0: { queue: 1 } } });
    const { drops, stats } = lab.changes(() => expect(lab.receive("em0", toRouter({ ttl: 1 }))).toEqual([]));
    expect([drops, stats.ips_odropped]).toEqual([{ TtlExceeded: 1, QueueFull: 1 }, 1]);
  });
});
