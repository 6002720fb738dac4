import { expect, test } from "vitest";
import { droppedComment, sentComment } from "../../../src/report/index.ts";
import type { LockDecision } from "../../../src/types.ts";

const lock = (more: Partial<LockDecision>): LockDecision => ({ service: "without", handler: "none", violation: false, ...more });

test.each([
  [{ cpu: 1, thread: "tcp_thread 1", path: "Fastforwarded", lock: lock({}) }, "cpu 1 tcp_thread 1 fastforwarded lock without"],
  [
    { cpu: 0, thread: "netisr_cpu 0", path: "Forwarded", lock: lock({ service: "got", handler: "recursive" }) },
    "cpu 0 netisr_cpu 0 forwarded lock got handler recursive",
  ],
  [
    { cpu: 3, thread: "netisr_cpu 3", path: "Originated", lock: lock({ handler: "mpsafe", violation: true }) },
    "cpu 3 netisr_cpu 3 originated lock without handler mpsafe violation",
  ],
] as const)("%j was sent: %s", (departure, text) => {
  expect(sentComment(departure)).toBe(text);
});

test.each([
  [
    { cpu: 0, thread: "netisr_cpu 0", interface: "p0", reason: "NoRoute", lock: lock({ handler: "got" }) },
    "dropped NoRoute at p0 cpu 0 netisr_cpu 0 lock without handler got",
  ],
  [{ cpu: -1, thread: "", interface: "em1", reason: "NotForUs", lock: lock({ service: "none" }) }, "dropped NotForUs at em1 no thread lock none"],
  [
    { cpu: 0, thread: "softclock 0", interface: undefined, reason: "ArpEntryGone", lock: lock({ service: "none" }) },
    "dropped ArpEntryGone at host cpu 0 softclock 0 lock none",
  ],
])("%j was dropped: %s", (packet, text) => {
  expect(droppedComment(packet)).toBe(text);
});
