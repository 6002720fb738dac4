/** netisr_run and netisr_queue: who holds the lock while a protocol's handler runs. */
import { expect, test } from "vitest";
import { BROADCAST, frame, IPV6, station } from "../support/frames.ts";
import { type Lab, type Labs, onEachMachine, ownMac } from "../support/lab.ts";

const MODE = "net.netisr.mpsafe_thread";
const byRun = frame({ dst: BROADCAST, src: station(1), type: IPV6 });
/** 802.3 with a SNAP header that says AARP: found late, so it goes to its port by netisr_queue. */
const byQueue = frame({ dst: BROADCAST, src: station(1), type: 46, payload: [0xaa, 0xaa, 3, 0, 0, 0, 0x80, 0xf3, ...Array(38).fill(0)] });

interface Watched {
  lab: Lab;
  /** Whether the lock was held, for each packet that the handlers saw. */
  held: boolean[];
}

const watched = (labs: Labs, mpsafe: boolean, sysctl: Record<string, number>): Watched => {
  const lab = labs.of({ interfaces: [{ name: "em0", mac: ownMac(0) }], handlers: { ipv6: { mpsafe }, aarp: { mpsafe } }, sysctl });
  const held: boolean[] = [];
  for (const protocol of ["ipv6", "aarp"] as const)
    lab.engine.setHandler(protocol, () => {
      held.push(lab.engine.exports.lockOwner(0) !== 0);
      return "taken";
    });
  return { lab, held };
};

const NOT_HELD = { [MODE]: 1 };
const HELD_BY_MODE = { [MODE]: 0 };
const HELD_BY_MESSAGE = { [MODE]: 1, "net.link.ether.input_mpsafe": 0 };

onEachMachine((labs) => {
  test("an MPSAFE handler is called without the lock if the thread has not got it", () => {
    const { lab, held } = watched(labs, true, NOT_HELD);
    expect(lab.thread("netisr_cpu 0", () => lab.receive("em0", byRun))).toEqual({ messages: 1 });
    expect(held).toEqual([false]);
  });

  test("an MPSAFE handler is called with the lock of mode 0, which is not dropped for it", () => {
    const { lab, held } = watched(labs, true, HELD_BY_MODE);
    expect(lab.thread("netisr_cpu 0", () => lab.receive("em0", byRun))).toEqual({ messages: 1, gets: 1, keeps: 1 });
    expect(held).toEqual([true]);
  });

  test("an MPSAFE handler is called with the lock of a message that is not MPSAFE", () => {
    const { lab, held } = watched(labs, true, HELD_BY_MESSAGE);
    expect(lab.thread("netisr_cpu 0", () => lab.receive("em0", byRun))).toEqual({ messages: 1, gets: 1, releases: 1 });
    expect(held).toEqual([true]);
  });

  test("another handler gets and releases the lock if the thread has not got it", () => {
    const { lab, held } = watched(labs, false, NOT_HELD);
    expect(lab.thread("netisr_cpu 0", () => lab.receive("em0", byRun))).toEqual({ messages: 1, gets: 1, releases: 1 });
    expect(held).toEqual([true]);
    expect(lab.engine.exports.lockOwner(0)).toBe(0);
  });

  test("another handler under the lock of mode 0 counts one deeper and back, without a get", () => {
    const { lab, held } = watched(labs, false, HELD_BY_MODE);
    expect(lab.thread("netisr_cpu 0", () => lab.receive("em0", byRun))).toEqual({ messages: 1, gets: 1, keeps: 1, recursiveGets: 1 });
    expect(lab.changes(() => lab.receive("em0", byRun)).threads["netisr_cpu 0"]).toEqual({ messages: 1, keeps: 1, recursiveGets: 1 });
    expect(held).toEqual([true, true]);
    expect(lab.engine.exports.threadMplocked(0)).toBe(1);
  });

  test("another handler under the lock of its message counts one deeper, and the lock is released once", () => {
    const { lab, held } = watched(labs, false, HELD_BY_MESSAGE);
    expect(lab.thread("netisr_cpu 0", () => lab.receive("em0", byRun))).toEqual({ messages: 1, gets: 1, releases: 1, recursiveGets: 1 });
    expect(held).toEqual([true]);
    expect(lab.engine.counters().locks.BGL).toBe(1);
  });

  test("in mode 2 a handler that is not MPSAFE still runs with the lock if netisr_run calls it", () => {
    const { lab, held } = watched(labs, false, { [MODE]: 2 });
    expect(lab.thread("netisr_cpu 0", () => lab.receive("em0", byRun))).toEqual({ messages: 1, gets: 1, releases: 1 });
    expect(held).toEqual([true]);
  });

  test("in mode 2 it runs without the lock if its packet came by netisr_queue", () => {
    const { lab, held } = watched(labs, false, { [MODE]: 2 });
    expect(lab.thread("netisr_cpu 0", () => lab.receive("em0", byQueue))).toEqual({ messages: 2, violations: 1 });
    expect(held).toEqual([false]);
  });

  test.each([false, true])("netisr_queue marks the message MSGF_MPSAFE exactly if the protocol is: %s", (mpsafe) => {
    const { lab, held } = watched(labs, mpsafe, NOT_HELD);
    const { messages, gets = 0, releases = 0 } = lab.thread("netisr_cpu 0", () => lab.receive("em0", byQueue));
    expect([messages, gets, releases]).toEqual(mpsafe ? [2, 0, 0] : [2, 1, 1]);
    expect(held).toEqual([!mpsafe]);
  });

  test("a packet of a protocol without a handler is freed, by netisr_run and by netisr_queue", () => {
    const lab = labs.of({ interfaces: [{ name: "em0", mac: ownMac(0) }] });
    for (const packet of [byRun, byQueue]) expect(lab.changes(() => lab.receive("em0", packet)).drops).toEqual({ UnregisteredIsr: 1 });
    expect(lab.engine.counters().threads[0]).toMatchObject({ messages: 2, gets: 0 });
  });
});
