/**
 * An interrupt thread that needs the BGL while another CPU has it does not preempt (preempt_miss, sys/kern/lwkt_thread.c): it waits for its turn like any other
 * thread, even if the BGL is free when its CPU looks for interrupts again. All times were worked out by hand.
 */
import { expect, test } from "vitest";
import type { Arrival, WorkConfig } from "../../src/types.ts";
import { brokenIdentities, unrest } from "../support/identities.ts";
import { us } from "../support/kernel_work.ts";
import { call, INTERRUPT, START } from "./sleeping_bed.ts";
import { type Event, seenOf } from "./sleeping_seen.ts";

/** A thread of A's CPU that works at `time`, once, and needs no lock. */
const busy = (time: number, work: number): WorkConfig => ({
  name: `busy${time}`,
  class: "user",
  arrivals: "constant",
  interval: us(1e6),
  phase: us(START + time),
  work: us(work),
  count: 1,
});

test.each<[why: string, frames: Arrival[], before: Event[]]>([
  [
    "asks for it",
    [INTERRUPT.asks(20)],
    [
      [13, "C", "gets BGL"],
      [20, "A", "waits for BGL"],
    ],
  ],
  [
    "lost it while it slept for a serializer, and is woken",
    [INTERRUPT.holds(10), INTERRUPT.asks(12)],
    [
      [10, "B", "gets lock"],
      [12, "A", "gets BGL"],
      [12, "A", "waits for lock"],
      [12, "A", "leaves BGL"],
      [13, "C", "gets BGL"],
      [20, "B", "leaves lock"],
    ],
  ],
])("one that %s", async (_, frames, before) => {
  // From 14 to 54 us a thread has the CPU. Another that becomes runnable at 45 lets the CPU look who preempts it.
  const seen = await seenOf(INTERRUPT, { frames, work: [busy(14, 40), busy(45, 1), call(2, 13, 20)] });
  expect(seen.events).toEqual([
    ...before,
    [33, "C", "leaves BGL"],
    [54, "A", "gets BGL"],
    [54, "A", "gets lock"],
    [59, "A", "leaves lock"],
    [59, "A", "leaves BGL"],
  ]);
  expect(seen.cpus[0]).toEqual({ User: 41, Interrupt: 5, Idle: 14 });
  expect([...brokenIdentities(seen.engine), ...unrest(seen.engine)]).toEqual([]);
});
