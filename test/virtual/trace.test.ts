import { describe, expect, test } from "vitest";
import type { FaultConfig, TraceRecord } from "../../src/types.ts";
import { bridge, busy, cost, packet, router, traced, US } from "./traced.ts";

/** One record as the lists below have it: when, what, and what about. */
const short = ({ time, kind, place, what, interface: port }: TraceRecord): [bigint, string, string] => [
  time,
  kind,
  [place, what, port].filter(Boolean).join(" "),
];

/** The second of two equal packets, half a millisecond after the first, when caches are filled and lines of locks are here. */
const way = async (to: "bridge" | "router", fields = {}): Promise<TraceRecord[]> => {
  const engine = await traced(to === "bridge" ? bridge() : router(), { trace: {} });
  engine.receive([0n, 500n * US].map((time) => ({ interface: "em0", data: packet(to, fields), time })));
  engine.run();
  return engine.trace().records.filter(({ cause }) => cause === 1);
};

const START = 500n * US;
/** The interrupt, one frame read, one message put; then the halted CPU switches to the thread: what every packet begins with. */
const QUEUED = START + cost("Interrupt", "RxFrame", "EtherInput", "EtherDispatch", "PutLocal", "LockGet", "LockRelease");
const SERVED = QUEUED + cost("Switch");
const ARRIVED: [bigint, string, string][] = [
  [START, "Arrival", "em0"],
  [START + cost("Interrupt"), "Taken", "ring em0"],
  [QUEUED, "Queued", "udp_thread 0"],
  [QUEUED, "Switch", "Service"],
  [SERVED, "Step", "Service"],
  [SERVED, "Taken", "udp_thread 0"],
];

describe("the way of a packet from wire to wire", () => {
  test("through the bridge: three serialized steps, no BGL", async () => {
    const records = await way("bridge");
    const input = SERVED + cost("Service", "EtherOncpu");
    const output = input + cost("BridgeLookup", "LockGet", "LockRelease");
    const queued = cost("IfqEnqueue", "LockGet", "LockGet", "LockRelease");
    const end = output + queued + cost("IfStart", "LockRelease");
    expect(records.map(short)).toEqual([
      ...ARRIVED,
      [input, "Got", "BridgeInput serializer bridge0"],
      [input, "Step", "BridgeInput"],
      [output, "Left", "serializer bridge0"],
      [output, "Got", "BridgeHandoff serializer em1"],
      [output, "Step", "BridgeHandoff"],
      [output, "Got", "BridgeHandoff queue em1"],
      [output, "Queued", "output em1"],
      [output, "Taken", "output em1"],
      [output + queued, "Left", "queue em1"],
      [end, "Left", "serializer em1"],
      [end, "Departure", "Bridged em1"],
    ]);
    expect(records.at(-1)).toMatchObject({ packet: "#1", cpu: 0, thread: "udp_thread 0", value: end - START });
    expect(records.at(-1)!.lock).toEqual({ service: "without", violation: false, handler: "none" });
    expect(records.filter(({ kind }) => kind === "Left").map(({ value }) => value)).toEqual([output - input, queued, end - output]);
  });

  test("by fastforward: the queue's lock, then the interface's serializer, no BGL", async () => {
    const records = await way("router");
    const output = SERVED + cost("Service", "EtherOncpu", "IpFlow", "EtherOutput");
    const queued = cost("IfqEnqueue", "LockGet", "LockGet", "LockGet", "LockRelease", "LockRelease");
    const end = output + queued + cost("IfStart", "LockRelease");
    expect(records.map(short)).toEqual([
      ...ARRIVED,
      [output, "Got", "IfqDispatch queue em1"],
      [output, "Step", "IfqDispatch"],
      [output, "Queued", "output em1"],
      [output, "Got", "IfqDispatch serializer em1"],
      [output, "Kept", "IfqDispatch queue em1"],
      [output, "Taken", "output em1"],
      [output + queued, "Left", "queue em1"],
      [end, "Left", "serializer em1"],
      [end, "Departure", "Fastforwarded em1"],
    ]);
  });

  test("by ip_forward: netisr_run gets the BGL at the end of the first step and gives it back at the last one's", async () => {
    const records = await way("router", { options: [1, 1, 1, 0] });
    const [got, left] = [
      records.find(({ what, kind }) => what === "BGL" && kind === "Got")!,
      records.find(({ what, kind }) => what === "BGL" && kind === "Left")!,
    ];
    const handler = SERVED + cost("Service", "EtherOncpu", "NetisrRun");
    expect(short(got)).toEqual([handler, "Got", "IpInput BGL"]);
    expect(got.lock).toEqual({ service: "without", violation: false, handler: "got" });
    const [step] = records.filter(({ place, kind }) => kind === "Step" && place === "IpInput");
    expect(step).toMatchObject({ time: handler, value: cost("IpInput", "IpOptions", "IpForward", "EtherOutput", "LockGet") });
    expect(left).toMatchObject({ time: records.at(-1)!.time, value: records.at(-1)!.time - handler });
    expect(short(records.at(-1)!)[2]).toBe("Forwarded em1");
  });

  test("to its loss: the reason, the interface, the time since it arrived", async () => {
    const engine = await traced(router(), { trace: {} });
    engine.receive([
      { interface: "em0", data: packet("router", { dst: "99.0.0.1" }), time: 0n },
      { interface: "em1", data: new Uint8Array(5), time: US },
    ]);
    engine.run();
    const drops = engine.trace().records.filter(({ kind }) => kind === "Drop");
    expect(drops.map((drop) => [drop.packet, drop.what, drop.interface, drop.cpu])).toEqual([
      ["#1", "Runt", "em1", -1],
      ["#0", "NoRoute", "em0", 0],
    ]);
    expect(drops[1]!.value).toBe(drops[1]!.time);
  });

  test("to its loss on the wire, by whose step it was sent", async () => {
    const config = bridge();
    const faults: FaultConfig[] = [{ kind: "loss", if: "em1", side: "tx", nth: 2 }];
    const engine = await traced({ ...config, virtual: { ...config.virtual, faults } }, { trace: {} });
    engine.receive([0n, 500n * US].map((time) => ({ interface: "em0", data: packet("bridge"), time })));
    engine.run();
    const ends = engine.trace().records.filter(({ kind }) => kind === "Drop" || kind === "Departure");
    expect(ends.map(({ kind, packet: name, what, thread }) => [kind, name, what, thread])).toEqual([
      ["Departure", "#0", "Bridged", "udp_thread 0"],
      ["Drop", "#1", "WireLoss", "udp_thread 0"],
    ]);
  });
});

/** Half a millisecond of more than two CPUs can carry. */
const run = async (trace: object | undefined, split = 1n, mode = 1): Promise<Awaited<ReturnType<typeof traced>>> => {
  const engine = await traced(router(busy, 2, mode), trace ? { trace } : {});
  for (let part = 1n; part <= split; part++) engine.run((500n * US * part) / split);
  return engine;
};

describe("what is recorded", () => {
  test("every n-th packet of each interface, from the first on, and nothing without a packet", async () => {
    const engine = await run({ every: 50 });
    const { records, lost } = engine.trace();
    const expected = engine.results().traffic.flatMap(({ interface: name, generated }) => {
      const count = Math.ceil(Number(generated.frames) / 50);
      return Array.from({ length: count }, (_, i) => `${name} #${50 * i}`);
    });
    expect(expected.length).toBeGreaterThan(8);
    expect(new Set(records.map(({ packet: name }) => name))).toEqual(new Set(expected));
    expect(records.every(({ cause }) => cause !== undefined)).toBe(true);
    expect(lost).toBe(0);
  });

  test("the packets of chosen flows, either address left out, with what they cause", async () => {
    const { records } = (await run({ flows: [{ src: "10.0.1.9" }] })).trace();
    expect(new Set(records.map(({ packet: name }) => name.split(" ")[0]))).toEqual(new Set(["em1"]));
    expect(records.filter(({ kind }) => kind === "Arrival").length).toBeGreaterThan(150);
    const none = (await run({ flows: [{ src: "10.0.1.9", dst: "10.0.1.9" }, { dst: "10.0.7.7" }] })).trace();
    expect(none.written).toBe(0);
    const other = await traced(router(), { trace: { flows: [{ src: "10.0.0.9" }] } });
    const noIp = packet("router").slice();
    noIp.set([0x88, 0xb5], 12);
    other.receive([noIp, packet("router")].map((data) => ({ interface: "em0", data, time: 0n })));
    other.run();
    expect(new Set(other.trace().records.map(({ packet: name }) => name))).toEqual(new Set(["#1"])); // what is not IP has no flow, whatever its bytes
    const expired = await traced(router(), { trace: { flows: [{ dst: "10.0.1.9" }] } });
    expired.receive([{ interface: "em0", data: packet("router", { ttl: 1 }), time: 0n }]);
    expired.run();
    const ends = expired.trace().records.filter(({ kind }) => kind === "Departure");
    expect(ends.map(({ what, interface: port }) => [what, port])).toEqual([["Originated", "em0"]]);
  });

  test("everything in a window of time, with what belongs to no packet", async () => {
    const [from, to] = [100n * US, 150n * US];
    const { records } = (await run({ from, to })).trace();
    const all = (await run({})).trace().records;
    expect(records).toEqual(all.filter(({ time }) => time >= from && time < to));
    expect(records.some(({ cause }) => cause === undefined)).toBe(true);
    expect(new Set(all.map(({ kind }) => kind))).toEqual(
      new Set([
        "Arrival",
        "Queued",
        "Taken",
        "Step",
        "Wait",
        "Spin",
        "Got",
        "Kept",
        "Left",
        "Switch",
        "Preempt",
        "Resume",
        "Ipi",
        "Served",
        "Interrupt",
        "Departure",
        "Drop",
      ]),
    );
  });

  test("each choice has what the whole trace has of it", async () => {
    const all = (await run({})).trace().records;
    const some = (await run({ every: 40 })).trace().records;
    expect(some.length).toBeGreaterThan(100);
    expect(some).toEqual(all.filter(({ cause }) => cause !== undefined && Number(BigInt(cause) & (2n ** 44n - 1n)) % 40 === 0));
  });

  test("chosen anew while it runs", async () => {
    const engine = await traced(router(busy, 2), { trace: { every: 1_000_000 } });
    engine.run(200n * US);
    engine.setTrace({ from: 210n * US, to: 220n * US });
    engine.run(300n * US);
    engine.setTrace(undefined);
    engine.run(500n * US);
    const { records } = engine.trace();
    expect(new Set(records.filter(({ time }) => time < 200n * US).map(({ packet: name }) => name))).toEqual(new Set(["em0 #0", "em1 #0"]));
    const later = records.filter(({ time }) => time >= 200n * US).map(({ time }) => time);
    expect(later.length).toBeGreaterThan(50);
    expect(later.every((time) => time >= 210n * US && time < 220n * US)).toBe(true);
  });

  test("chosen in the middle of packets: all of them from then on", async () => {
    for (let at = 200n * US; at < 210n * US; at += US) {
      const [some, all] = await Promise.all([{ to: 1n }, {}].map((trace) => traced(router(busy, 2), { trace })));
      const since = [some!, all!].map((engine) => {
        engine.run(at);
        const { written } = engine.trace();
        if (engine === some) engine.setTrace({ every: 2 });
        engine.run(at + 50n * US);
        return engine.trace().records.slice(written);
      });
      expect(since[0]!.length).toBeGreaterThan(50);
      expect(since[0]).toEqual(since[1]!.filter(({ cause }) => cause !== undefined && BigInt(cause) % 2n === 0n));
    }
  });

  test("of more records than there is room for the last ones, and how many were lost", async () => {
    const all = (await run({})).trace();
    const last = (await run({ records: 1000 })).trace();
    expect(last.records).toHaveLength(1000);
    expect([last.written, last.lost]).toEqual([all.written, all.written - 1000]);
    const whole = new Set(all.records.map((record) => JSON.stringify(record, (_, value) => (typeof value === "bigint" ? `${value}` : value))));
    expect(last.records.every((record) => whole.has(JSON.stringify(record, (_, value) => (typeof value === "bigint" ? `${value}` : value))))).toBe(
      true,
    );
    expect(last.records[0]!.time).toBeGreaterThan(300n * US);
  });
});

describe("records agree with what is measured", () => {
  test.each([0, 1, 2])("mode %i: gets, contended gets, holds and waits of each lock, departures and drops", async (mode) => {
    const engine = await run({}, 1n, mode);
    const { records } = engine.trace();
    const { locks, traffic, drops } = engine.results();
    const sum = (kind: string, name: string): bigint =>
      records.filter((one) => one.kind === kind && one.what === name).reduce((total, { value }) => total + value, 0n);
    const number = (kind: string, name: string): bigint => BigInt(records.filter((one) => one.kind === kind && one.what === name).length);
    for (const { name, gets, contended, hold, wait } of locks) {
      expect([name, number("Got", name), number("Wait", name), sum("Left", name)]).toEqual([name, gets, contended, hold]);
      expect([name, sum("Got", name) + sum("Kept", name)]).toEqual([name, wait]);
    }
    const sent = traffic.reduce((total, { carried }) => total + Number(carried.frames), 0);
    expect(records.filter(({ kind }) => kind === "Departure")).toHaveLength(sent);
    expect(records.filter(({ kind }) => kind === "Drop")).toHaveLength(drops.reduce((total, { packets }) => total + packets, 0));
  });
});

describe("a trace changes nothing", () => {
  test("fingerprint, steps and output are those without one, sampled or full, with any number of records", async () => {
    const state = async (trace: object | undefined): Promise<unknown[]> => {
      const engine = await run(trace, 1n, 0);
      const sent = engine.take().map(({ time, data, cause, interface: name }) => [time, [...data].join(), cause, name]);
      return [engine.fingerprint(), engine.results().steps, engine.results().events, sent];
    };
    const without = await state(undefined);
    for (const trace of [{}, { every: 7 }, { records: 1 }, { records: 100_000, flows: [{ dst: "10.0.1.9" }] }, { from: 100n * US, to: 101n * US }])
      expect(await state(trace)).toEqual(without);
  });

  test("and is the same in one run or in many", async () => {
    const one = (await run({})).trace();
    expect((await run({}, 777n)).trace()).toEqual(one);
  });

  test("and goes on after a snapshot is restored as if nothing had been", async () => {
    const engine = await run({ records: 3000 });
    const whole = engine.trace();
    const again = await traced(router(busy, 2), { trace: { records: 3000 } });
    again.run(123n * US);
    const snapshot = again.snapshot();
    again.run(300n * US);
    again.restore(snapshot);
    again.run(500n * US);
    expect(again.trace()).toEqual(whole);
    const smaller = await traced(router(busy, 2), { trace: { records: 2000 } });
    expect(() => smaller.restore(snapshot)).toThrow("other options");
  });
});
