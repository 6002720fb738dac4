import { expect, test } from "vitest";
import { Drop } from "../../../assembly/abi.ts";
import { DROP_MEANINGS } from "../../../src/report/drop_reasons.ts";
import { json, replayText } from "../../../src/report/index.ts";
import { port, sample, thread } from "./sample.ts";

/** Lines of a section, without its title, up to the empty line behind it. */
const section = (text: string, title: string): string[] => {
  const lines = text.split("\n");
  const start = lines.indexOf(title);
  expect(start, `no section ${title}`).toBeGreaterThan(-1);
  return lines.slice(start + 1, lines.indexOf("", start));
};

test("the conservation line is spelled out with its verdict", () => {
  expect(section(replayText(sample()), "Conservation").slice(0, 2)).toEqual([
    "  received 1,234 + generated 3 + cloned 0",
    "  = delivered 1,229 + forwarded 0 + bridged 1 + dropped 7 + queued 0   holds",
  ]);
  const broken = sample();
  broken.counters.conservation.holds = false;
  expect(replayText(broken)).toContain("queued 0   DOES NOT HOLD\n");
});

test("columns are aligned under their headings", () => {
  expect(section(replayText(sample()), "Interfaces").slice(0, 3)).toEqual([
    "  name  kind       arrived  in frames  in bytes  out frames  out bytes  dropped",
    "  em0   interface    1,234      1,230    73,800           0          0        5",
    "  em1   interface        0          0         0           1         60        0",
  ]);
});

test("each drop stands with its interface, reason and meaning; those of packets made here too", () => {
  expect(section(replayText(sample()), "Dropped")).toEqual([
    "  came in by  reason    packets  meaning",
    "  em0         NotForUs        4  the interface's address filter: for another station",
    "  em0         NoRoute         1  no route to the destination",
    "  made here   HostDown        2  the next hop does not answer ARP",
  ]);
});

test("no drops are one line", () => {
  const report = sample();
  report.counters.drops = {};
  report.counters.ports = [port("em0")];
  expect(replayText(report)).toContain("\nDropped: nothing\n");
});

test("every drop reason has a meaning", () => {
  const reasons = Object.keys(Drop).filter((key) => !/^\d+$/.test(key) && key !== "Count");
  expect(Object.keys(DROP_MEANINGS).sort()).toEqual(reasons.sort());
});

test("interrupt threads are added up, threads that did nothing left out", () => {
  expect(section(replayText(sample()), "Threads and the lock").slice(0, 3)).toEqual([
    "  thread          CPU  messages  BGL gets  releases  keeps  recursive  violations  waiting",
    "  netisr_cpu 0      0     1,230         7         7      0          0           0        3",
    "  interrupts (2)             42         0         0      0          0           0",
  ]);
});

test("flow caches in use are listed by CPU; none in use is one line", () => {
  expect(section(replayText(sample()), "Tables")).toEqual([
    "  table                 in use   of",
    "  addresses of bridge0       2  100",
    "  flow cache of CPU 1       17  256",
  ]);
  const report = sample();
  report.counters.flows = [0, 0];
  expect(section(replayText(report), "Tables").at(-1)).toBe("  flow cache of each CPU       0  256");
});

test("kernel counters are those that are not zero and stand nowhere else", () => {
  expect(section(replayText(sample()), "Kernel counters that are not zero")).toEqual([
    "  ips_total  1,230   ips_noroute    1",
    "  BSD names: ips_ IP.",
  ]);
  const report = sample();
  report.counters.stats = { generated: 1, ips_total: 0 };
  expect(replayText(report)).not.toContain("Kernel counters");
});

test("what was odd about a capture is said below it", () => {
  const report = sample();
  Object.assign(report.input.files[0]!, {
    cutShort: 1,
    wireBytes: 80_000,
    outOfOrder: 2,
    withoutTime: 3,
    outbound: 4,
    fault: "in.pcap: byte 9: broken",
  });
  expect(section(replayText(report), "Replayed").filter((line) => line.startsWith("  !"))).toEqual([
    "  ! 1 frame cut short by the capture: replayed as far as captured (in all 74,040 bytes of 80,000)",
    "  ! 2 frames stamped earlier than the frame before: given its time",
    "  ! 3 frames without a time: given that of the frame before",
    "  ! 4 frames marked as outbound: skipped (--outbound replays them, too)",
    "  ! the rest was not read: in.pcap: byte 9: broken",
  ]);
});

test("source addresses that decided are listed, up to a number, before the total", () => {
  const report = sample();
  report.input.files[0]!.interfaces = [];
  const station = (n: number) => ({ source: `02:00:00:00:01:${String(n).padStart(2, "0")}`, port: `p${n}`, frames: n, bytes: 60 * n });
  report.input.stations = [...Array.from({ length: 40 }, (_, n) => station(n)), { source: "others", port: "p40", frames: 1, bytes: 2 }];
  const lines = section(replayText(report), "Replayed");
  expect(lines[0]).toMatch(/^ {2}captured from +replayed into +matched by +frames +bytes$/);
  expect(lines[2]).toMatch(/^ {2}02:00:00:00:01:00 +p0 +source address +0 +0$/);
  expect(lines[33]).toMatch(/^ {2}02:00:00:00:01:31 /);
  expect(lines[34]).toBe("  ... and 9 addresses more (--json has all of them)");
  expect(lines[35]).toMatch(/^ {2}total +1,234 +74,040$/);
  report.input.stations = report.input.stations.slice(-1);
  expect(section(replayText(report), "Replayed")[2]).toMatch(/^ {2}all others +p40 +source address +1 +2$/);
});

test("passes, packing and standard input are named", () => {
  const report = sample();
  Object.assign(report.input, { passes: 3, periodNs: 1_500_000_000n });
  Object.assign(report.input.files[0]!, { file: "-", packing: "zstd" });
  const lines = section(replayText(report), "Replayed");
  expect(lines[1]).toBe("  standard input (zstd)");
  expect(lines.at(-1)).toBe("  3 passes, one every 1.500000000 s.");
});

test("a made-up bridge is called so, and says what to do if all frames came in by one port", () => {
  const report = sample();
  Object.assign(report.options, { config: null, as: "bridge" });
  const text = replayText(report);
  expect(text.split("\n")[0]).toBe("netisr 1.2.3 replay through a made-up bridge of 2 ports");
  expect(text).toContain("  ! All frames came in by one port, so");
  const [one] = report.input.files[0]!.interfaces;
  report.input.files[0]!.interfaces.push({ ...one!, index: 1, port: "em1" });
  expect(replayText(report)).not.toContain("All frames came in by one port");
});

test("outbound frames that were asked for are called so", () => {
  const report = sample();
  report.options.outbound = true;
  report.input.files[0]!.outbound = 2;
  expect(replayText(report)).toContain("  ! 2 frames marked as outbound: replayed as arrivals like all others\n");
});

test("the last line says what was written, where, and what was dropped beside it", () => {
  const report = sample();
  report.output = { file: "-", format: "pcapng", frames: 2, bytes: 120, dropped: 1, unwritten: 3, readerGone: true, stalled: false };
  const lines = replayText(report).trimEnd().split("\n");
  expect(lines.at(-2)).toBe("Wrote 2 frames (120 bytes) and 1 dropped frame to standard output");
  expect(lines.at(-1)).toBe("  3 dropped packets were not: made by this host, or received too long before.");
  expect(lines[2]).toBe("  STOPPED: nobody reads the output any more; what follows is what was done until then");
});

test("no line is longer than 100 columns, whatever names and numbers come", () => {
  const report = sample();
  const big = 999_999_999_999;
  report.options.config = "c".repeat(300);
  report.output = {
    file: "o".repeat(300),
    format: "pcapng",
    frames: big,
    bytes: big,
    dropped: big,
    unwritten: big,
    readerGone: true,
    stalled: false,
  };
  const [file] = report.input.files;
  Object.assign(file!, { file: "f".repeat(300), frames: big });
  Object.assign(file!.interfaces[0]!, { name: "n".repeat(300), port: "p".repeat(15), frames: big, bytes: big });
  report.counters.threads.push(thread("netisr_cpu 63", { messages: 99_999_999, gets: 99_999_999, cpu: 63, releases: 99_999_999 }));
  report.counters.stats = { arps_requests_received: big, ips_total: big };
  expect(
    replayText(report)
      .split("\n")
      .filter((line) => line.length > 100),
  ).toEqual([]);
});

test("control characters of names do not reach the terminal", () => {
  const report = sample();
  report.options.config = "a\u001b[2Jb\nc";
  report.input.files[0]!.interfaces[0]!.name = "x\u0007\u202ey";
  report.input.files[0]!.file = "f\u009b1m";
  const text = replayText(report);
  expect(text.replaceAll("\n", "")).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  expect(text).toContain("a?[2Jb?c");
});

test("an interrupted replay says so at the top", () => {
  expect(replayText({ ...sample(), interrupted: true }).split("\n")[2]).toBe("  INTERRUPTED: what follows is what was done until then");
});

test("JSON has every field, with times as strings of digits", () => {
  const parsed = JSON.parse(json(sample()));
  expect(parsed.input.firstNs).toBe("1795441342281902895");
  expect(parsed.counters.now).toBe("5478878301000");
  expect(Object.keys(parsed)).toEqual(Object.keys(sample()));
  expect(parsed.counters.conservation).toEqual(sample().counters.conservation);
});
