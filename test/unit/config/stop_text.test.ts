import { describe, expect, test } from "vitest";
import { formatStop } from "../../../src/config/stop_format.ts";
import { parseStop } from "../../../src/config/stop_text.ts";
import type { StopCondition } from "../../../src/types.ts";
import { refusal } from "../../support/refusal.ts";

const US = 1_000_000n;

describe("conditions as text", () => {
  test.each<[string, StopCondition]>([
    ["queue netisr_cpu 3 > 1000", { kind: "queue", queue: "netisr_cpu 3", op: ">", packets: 1000 }],
    ["  queue  ring em0>=5", { kind: "queue", queue: "ring em0", op: ">=", packets: 5 }],
    ["drop RingFull", { kind: "drop", reason: "RingFull", op: ">=", packets: 1 }],
    ["drop QueueFull on em1 > 0", { kind: "drop", reason: "QueueFull", on: "em1", op: ">", packets: 0 }],
    ["p99 > 100us", { kind: "latency", percentile: 99, path: "all", above: 100n * US, every: 100, after: 1000 }],
    ["p99.9 Bridged > 1.5 ms after 7 every 9", { kind: "latency", percentile: 99.9, path: "Bridged", above: 1500n * US, every: 9, after: 7 }],
    ["p100 > 0ps", { kind: "latency", percentile: 100, path: "all", above: 0n, every: 100, after: 1 }],
    ["p50 > 1s", { kind: "latency", percentile: 50, path: "all", above: US * US, every: 100, after: 20 }],
    ["counter ips_total >= 4", { kind: "counter", counter: "ips_total", op: ">=", count: 4 }],
    ["counter messages on udp_thread 1 > 4", { kind: "counter", counter: "messages", on: "udp_thread 1", op: ">", count: 4 }],
    ["packets >= 3", { kind: "packets", what: "received", op: ">=", packets: 3 }],
    ["packets carried > 3", { kind: "packets", what: "carried", op: ">", packets: 3 }],
    ["packets Delivered > 9007199254740991", { kind: "packets", what: "Delivered", op: ">", packets: 9007199254740991 }],
    ["idle", { kind: "idle" }],
  ])("%s", (text, condition) => {
    expect(parseStop(text)).toEqual(condition);
    expect(parseStop(formatStop(condition))).toEqual(condition);
  });

  test.each([
    ["", 1, "a condition: queue, drop, counter, packets, idle, or a percentile", "nothing"],
    ["drops X", 1, '(did you mean "drop"?)', '"drops"'],
    ["queue > 5", 7, "the name of a queue", '">"'],
    ["queue ring em0", 15, '">" or ">="', "nothing"],
    ["queue ring em0 < 5", 16, '">" or ">="', '"<"'],
    ["queue ring em0 > -1", 18, "an integer from 0 to 9007199254740991", '"-1"'],
    ["queue ring em0 > 5 6", 20, "the end of the condition", '"6"'],
    ["drop", 5, "the name of a reason", "nothing"],
    ["drop RingFull on", 17, "the name of an interface", "nothing"],
    ["packets arrived > 3", 9, "one of received, carried, Delivered", '"arrived"'],
    ["packets > 1.5", 11, "an integer", '"1.5"'],
    ["idle now", 6, "the end of the condition", '"now"'],
    ["p99 >= 5us", 5, '">"', '">="'],
    ["p99 > 5", 7, "a time with its unit", '"5"'],
    ["p99 > 5us every 0", 17, "an integer from 1 to 1000000000", '"0"'],
    ["p99 > 5us evry 3", 11, '(did you mean "every"?)', '"evry"'],
    ["p99 > 5us every 3 every 4", 19, "`every` only once", '"every"'],
    ["p0 > 5us", 1, "a percentile above 0 and up to 100", '"p0"'],
    ["p99.99999 > 5us", 1, "a percentile above 0 and up to 100", '"p99.99999"'],
    ["p101 > 5us", 1, "a percentile above 0 and up to 100", '"p101"'],
    ["p99 Forwardd > 5us", 5, '(did you mean "Forwarded"?)', '"Forwardd"'],
    ["p99 Delivered > 5us", 5, "a path", '"Delivered"'],
    ["counter x on > 5", 14, "the name of an interface or a thread", '">"'],
  ])("%j is refused at character %d: expected %s", (text, position, expected, received) => {
    const error = refusal(() => parseStop(text));
    expect(error).toMatchObject({ position, received });
    expect(error.message).toContain(expected);
    expect(error.message).toMatch(new RegExp(` at character ${position}$`));
  });
});

describe("what is no condition is refused, whichever way", () => {
  test.each([undefined, null, 5, {}, [], ["idle"], { kind: "idle" }])("%j is no text", (given) => {
    const error = refusal(() => parseStop(given as unknown as string));
    expect(error).toMatchObject({ path: "stop", expected: "a condition as text", position: undefined });
  });

  const WORD = 'one word without "<", ">", "=" and "!"';
  const WORDS = 'words without "<", ">", "=" and "!", one space between them';
  test.each<[unknown, string, string]>([
    [undefined, "condition", "a condition"],
    [null, "condition", "a condition"],
    ["idle", "condition", "a condition"],
    [{}, "condition.kind", "a kind of condition, one of queue, drop"],
    [{ kind: Object.create(null) }, "condition.kind", "a kind of condition, one of queue, drop"],
    [{ kind: "idel" }, "condition.kind", 'a kind of condition (did you mean "idle"?)'],
    [{ kind: "idle", op: ">" }, "condition.op", "a known key"],
    [{ kind: "queue", op: ">", packets: 1 }, "condition.queue", "the name of a queue"],
    [{ kind: "queue", queue: "ring em0", op: "<", packets: 1 }, "condition.op", 'one of ">", ">="'],
    [{ kind: "queue", queue: "ring em0", op: ">", packets: "1" }, "condition.packets", "an integer from 0"],
    [{ kind: "latency", percentile: 99, path: "all", above: 5, every: 1, after: 1 }, "condition.above", "picoseconds"],
    [{ kind: "queue", queue: "", op: ">", packets: 1 }, "condition.queue", WORDS],
    [{ kind: "queue", queue: "ring  em0", op: ">", packets: 1 }, "condition.queue", WORDS],
    [{ kind: "queue", queue: "ring > 3", op: ">", packets: 1 }, "condition.queue", WORDS],
    [{ kind: "drop", reason: "Ring Full", op: ">", packets: 1 }, "condition.reason", WORD],
    [{ kind: "drop", reason: "RingFull", on: " em0", op: ">", packets: 1 }, "condition.on", WORDS],
    [{ kind: "counter", counter: "a=b", op: ">", count: 1 }, "condition.counter", WORD],
  ])("%o has no text", (given, path, expected) => {
    const error = refusal(() => formatStop(given as StopCondition));
    expect(error.path).toBe(path);
    expect(error.expected).toContain(expected);
  });
});
