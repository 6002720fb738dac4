/** The BGL of interrupt threads. */
import { expect, test } from "vitest";
import { BROADCAST, frame, station } from "../support/frames.ts";
import { onEachMachine, ownMac } from "../support/lab.ts";

const message = frame({ dst: BROADCAST, src: station(1) });

onEachMachine((labs) => {
  test.each([
    [1, true, 0],
    [1, false, 1],
    [0, true, 1],
    [0, false, 1],
  ])("with kern.intr_mpsafe %i and a handler registered INTR_MPSAFE %s an interrupt gets the lock %i times", (system, handler, gets) => {
    const lab = labs.of({ interfaces: [{ name: "em0", mac: ownMac(0), mpsafe: handler }], sysctl: { "kern.intr_mpsafe": system } });
    const { gets: got = 0, releases = 0, messages } = lab.thread("ithread em0", () => lab.receive("em0", message));
    expect([messages, got, releases]).toEqual([1, gets, gets]);
    expect(lab.engine.exports.lockOwner(0)).toBe(0);
  });

  test("one interrupt serves every frame that is in the ring, under one get", () => {
    const lab = labs.of({ interfaces: [{ name: "em0", mac: ownMac(0), mpsafe: false }] });
    const { threads, ports } = lab.changes(() => lab.burst("em0", Array(10).fill(message)));
    expect(threads["ithread em0"]).toEqual({ messages: 1, gets: 1, releases: 1 });
    expect(ports.em0).toMatchObject({ received: 10, if_ipackets: 10, interrupts: 1 });
  });

  test("interrupt threads do not keep the lock in mode 0: it is theirs for one interrupt", () => {
    const lab = labs.of({ interfaces: [{ name: "em0", mac: ownMac(0), mpsafe: false }], sysctl: { "net.netisr.mpsafe_thread": 0 } });
    lab.receive("em0", message);
    expect(lab.thread("ithread em0", () => lab.receive("em0", message))).toEqual({ messages: 1, gets: 1, releases: 1 });
  });
});
