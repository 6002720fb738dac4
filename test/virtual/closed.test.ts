import { describe, expect, test } from "vitest";
import type { Engine } from "../../src/engine.ts";
import type { ClosedResult } from "../../src/types.ts";
import { makeEngine } from "../support/engines.ts";
import { brokenIdentities } from "../support/identities.ts";
import { type BedOptions, bedConfig, MS, makeBed, SECOND, US } from "./closed_beds.ts";

const NEVER_SENT_AGAIN = "100s";

/** The first source's results; identities of every run are looked at, too. */
const resultOf = (engine: Engine): ClosedResult => {
  expect(brokenIdentities(engine)).toEqual([]);
  const result = engine.results().closed![0]!;
  // Each user thinks or waits, at any time: in all as long as the run lasts, to the picosecond.
  expect(result.waiting + result.thinking).toBe(BigInt(result.outstanding) * engine.now);
  expect(result.inFlight + result.idle).toBe(BigInt(result.outstanding));
  expect(result.completed + result.inFlight + result.resent).toBe(result.requests);
  expect(result.response.count).toBe(result.completed);
  return result;
};

describe("constant times", () => {
  test("one user: response is the service, and a request comes every think and response", async () => {
    const engine = await makeBed({ service: 1000, closed: [{ think: "4us", timeout: NEVER_SENT_AGAIN }] });
    engine.run(1000n * US);
    const { completed, response, throughput, requests } = resultOf(engine);
    expect([requests, completed]).toEqual([200n, 200n]); // arrivals at 4, 9, ... 999; completions at 5, 10, ... 1000 us
    expect([response.min, response.max, response.mean]).toEqual([US, US, US]);
    expect(throughput).toBe(200_000);
  });

  test("several users form a queue once, and then come one after the other", async () => {
    const engine = await makeBed({ service: 1000, closed: [{ outstanding: 3, think: "5us", timeout: NEVER_SENT_AGAIN }] });
    engine.run(1000n * US);
    const { completed, response } = resultOf(engine);
    // At 5 us all three; they leave at 6, 7, 8 and come back at 11, 12, 13, ...: 166, 166 and 166 complete.
    expect(completed).toBe(498n);
    expect([response.min, response.max, response.sum]).toEqual([US, 3n * US, 498n * US + 3n * US]);
  });

  test("more users than the server can serve: it is never idle, and response is n services less thinking", async () => {
    const engine = await makeBed({ service: 1000, closed: [{ outstanding: 20, think: "5us", timeout: NEVER_SENT_AGAIN }] });
    engine.run(5005n * US);
    const { completed, response } = resultOf(engine);
    expect(completed).toBe(5000n);
    expect(response.quantile(0.5) / 1000n).toBeGreaterThanOrEqual((15n * US - 15_000n) / 1000n);
    expect(response.max).toBe(20n * US); // those of the first round
  });

  test("propagation and the link's time belong to the response, the far end's service and the way back as well", async () => {
    const wire = { rate: "1Gbps", propagation: "10us" } as const;
    const oneWay = await makeBed({ service: 1000, wire, closed: [{ bytes: 101, think: "4us", timeout: NEVER_SENT_AGAIN }] });
    oneWay.run(1000n * US);
    expect(resultOf(oneWay).response).toMatchObject({ min: 12n * US, max: 12n * US });

    const answer = { if: "em1", service: "30us", bytes: 226 };
    const both = await makeBed({ service: 1000, wire, closed: [{ bytes: 101, think: "4us", timeout: NEVER_SENT_AGAIN, answer }] });
    both.run(1000n * US);
    const { response, answers, completed } = resultOf(both);
    expect(response).toMatchObject({ min: (12n + 30n + 1n + 2n + 10n) * US, max: 55n * US });
    expect([answers, completed]).toEqual([17n, 16n]); // at 59, 118, ... 944; the last answer arrives at 990
  });
});

describe("where a request ends", () => {
  test("through a bridge that does not know the stations yet, and back", async () => {
    const engine = await makeBed({ as: "bridge", service: 100, closed: [{ outstanding: 4, flows: 4, think: "1us", answer: { if: "em1" } }] });
    engine.run(MS);
    const { completed, late, resent, answers } = resultOf(engine);
    expect(completed).toBeGreaterThan(500n);
    expect([late, resent]).toEqual([0n, 0n]);
    expect(answers - completed).toBeLessThanOrEqual(4n);
    const { paths } = engine.counters();
    expect(paths.Bridged).toBe(Number(engine.results().traffic[0]!.carried.frames + engine.results().traffic[1]!.carried.frames));
  });

  test("in fragments, when the last bit of the last one is out", async () => {
    const config = bedConfig({ wire: { rate: "8Mbps" }, closed: [{ bytes: 1014, think: "4us", timeout: NEVER_SENT_AGAIN }] });
    const interfaces = config.interfaces.map((port) => (port.name === "em1" ? { ...port, mtu: 576 } : port));
    const engine = await makeEngine("virtual", { ...config, interfaces }, { collect: false });
    engine.run(11_000n * US);
    // A byte takes a microsecond: 552 and 428 of payload, each with 34 of headers and 24 of the link.
    const { completed, response } = resultOf(engine);
    expect([completed, response.min, response.max]).toEqual([10n, 1096n * US, 1096n * US]);
    expect(engine.counters().paths.Forwarded).toBe(20);
  });

  test("delivered to this host, at the end of the step that does it", async () => {
    const closed = [{ think: "4us", dstIp: "10.0.0.1", timeout: NEVER_SENT_AGAIN }];
    const engine = await makeBed({ service: 1000, sysctl: { "net.inet.udp.blackhole": 1 }, closed });
    engine.run(1000n * US);
    const { completed, response } = resultOf(engine);
    expect(engine.counters().paths.Delivered).toBe(200);
    expect(completed).toBe(200n);
    expect([response.min, response.max]).toEqual([US, US]);
  });

  test("a request that is dropped is sent again after the timeout, until it is complete", async () => {
    const closed = [{ outstanding: 50, think: "10us", timeout: "1ms", count: 1000 }];
    const engine = await makeBed({ service: 1000, rxRing: 8, closed });
    expect(engine.run()).toBe("idle");
    const { completed, resent, late, requests, response } = engine.results().closed![0]!;
    expect(brokenIdentities(engine)).toEqual([]);
    const { RingFull } = engine.counters().drops;
    expect(RingFull).toBeGreaterThan(40);
    expect([completed, resent, late, requests]).toEqual([1000n, BigInt(RingFull!), 0n, 1000n + BigInt(RingFull!)]);
    expect(response.max).toBeGreaterThan(MS);
  });

  test("one that is only slow is sent again too, and what comes late is not taken for the second one", async () => {
    const engine = await makeBed({ service: 3_000, closed: [{ outstanding: 2, think: "1us", timeout: "5us", count: 2 }] });
    engine.run();
    // Both arrive at 1 us. The first is out at 4 us, the second at 7: given up at 6 us, and sent again; that is out at 10 us.
    const { completed, resent, late, response } = engine.results().closed![0]!;
    expect([completed, resent, late]).toEqual([2n, 1n, 1n]);
    expect([response.min, response.max]).toEqual([3n * US, 9n * US]);
  });
});

describe("a request that is out of the path in time, and 3 us later at the far end", () => {
  const wire = { propagation: "3us" } as const;

  test("is late if it has been given up by then", async () => {
    // It leaves after 1 us and would be there after 4 us. It is sent at 4, 7, 10, ... 103 us, and is out 1 us later each time.
    const engine = await makeBed({ service: 1000, wire, closed: [{ think: "4us", timeout: "3us" }] });
    engine.run(105n * US);
    const { requests, late, resent, completed, inFlight } = resultOf(engine);
    expect([requests, late, resent, completed, inFlight]).toEqual([34n, 34n, 33n, 0n, 1n]);
  });

  test("is complete if it is there at the end of its time", async () => {
    const engine = await makeBed({ service: 1000, wire, closed: [{ think: "4us", timeout: "4us" }] });
    engine.run(81n * US);
    const { requests, late, resent, completed, response } = resultOf(engine);
    expect([requests, late, resent, completed, response.max]).toEqual([10n, 0n, 0n, 10n, 4n * US]);
  });
});

describe("M/M/1 with so many users (machine repairman)", () => {
  const SERVICE = 1000;
  const THINK = 10_000;
  /** Throughput per mean service, and from that, by the response-time law, the response. */
  const utilisation = (users: number): number => {
    let [term, sum] = [1, 1];
    for (let k = 1; k <= users; k++) {
      term *= ((users - k + 1) * SERVICE) / THINK;
      sum += term;
    }
    return 1 - 1 / sum;
  };

  test.each([5, 10, 20])("%i users: throughput and response are those of theory", async (users) => {
    const think = { mean: THINK, law: "exponential" } as const;
    const closed = [{ outstanding: users, think, timeout: NEVER_SENT_AGAIN }];
    const engine = await makeBed({ build: "virtualRelease", service: SERVICE, law: "exponential", closed });
    engine.run(10n * MS);
    const parts = Array.from({ length: 50 }, () => {
      const before = engine.results().closed![0]!;
      engine.run(engine.now + 10n * MS);
      const after = engine.results().closed![0]!;
      const completed = Number(after.completed - before.completed);
      return { rate: completed / 10e6, response: Number(after.response.sum - before.response.sum) / completed / 1000 };
    });
    const mean = (values: number[]): number => values.reduce((sum, one) => sum + one, 0) / values.length;
    const error = (values: number[]): number => Math.sqrt(mean(values.map((one) => (one - mean(values)) ** 2)) / (values.length - 1));
    const rates = parts.map(({ rate }) => rate);
    const responses = parts.map(({ response }) => response);
    const theory = utilisation(users) / SERVICE; // per ns
    expect(Math.abs(mean(rates) - theory)).toBeLessThan(4 * error(rates));
    expect(error(rates)).toBeLessThan(0.02 * theory);
    expect(Math.abs(mean(responses) - (users / theory - THINK))).toBeLessThan(4 * error(responses));

    // X = n / (R + Z), with what was measured of all three.
    const { completed, response, waiting, thinking, throughput } = resultOf(engine);
    const z = Number(thinking) / Number(completed);
    expect(throughput / (users / ((Number(response.mean) + z) / 1e12))).toBeCloseTo(1, 3);
    expect(Number(waiting) / Number(response.sum)).toBeCloseTo(1, 3);
    expect(z / 1000 / THINK).toBeCloseTo(1, 1);
  });
});

describe("the run", () => {
  const options: BedOptions = {
    service: 700,
    law: "exponential",
    rxRing: 64,
    cpus: 2,
    closed: [
      {
        outstanding: 30,
        flows: 16,
        think: { mean: "20us", law: "exponential" },
        timeout: "40us",
        answer: { if: "em1", service: { mean: "5us", law: "exponential" } },
      },
      { if: "em1", outstanding: 10, dstIp: "198.18.0.9", srcIp: "198.19.0.9", think: "3us", timeout: "300us" },
    ],
    virtual: { traffic: [{ if: "em0", arrivals: "poisson", rate: 200_000, dstIp: "198.19.0.7" }] },
  };
  const END = 5n * MS;
  const seen = (engine: Engine): unknown => [engine.fingerprint(), { ...engine.results(), events: 0n }];

  test("how it is split changes nothing, nor does looking", async () => {
    const whole = await makeBed(options);
    whole.run(END);
    expect(whole.results().closed!.every(({ completed }) => completed > 500n)).toBe(true);
    expect(whole.results().closed![0]!.resent).toBeGreaterThan(0n);
    const split = await makeBed(options);
    for (let i = 1n; i <= 97n; i++) {
      split.run((END * i) / 97n);
      expect(brokenIdentities(split)).toEqual([]);
      split.sample();
    }
    expect(seen(split)).toEqual(seen(whole));
  });

  test("what the host is shown changes nothing", async () => {
    const [shown, hidden] = [await makeBed(options, { collect: true, drops: true }), await makeBed(options)];
    shown.run(END);
    hidden.run(END);
    expect(shown.results().closed).toEqual(hidden.results().closed);
    expect(shown.take().length).toBe(Number(shown.results().traffic.reduce((sum, { carried }) => sum + carried.frames, 0n)));
  });

  test("a snapshot has all of it", async () => {
    const engine = await makeBed(options);
    engine.run(MS);
    const snapshot = engine.snapshot();
    engine.run(END);
    const after = seen(engine);
    engine.restore(snapshot);
    engine.run(END);
    expect(seen(engine)).toEqual(after);
  });

  test("`run` without a time is refused as long as the loop has no end", async () => {
    const engine = await makeBed({ closed: [{ think: "1us" }] });
    expect(() => engine.run()).toThrow("a time, as the closed loop at em0 never ends");
    const ends = await makeBed({ closed: [{ think: "1us", stop: "10ms" }] });
    expect(ends.run()).toBe("idle");
    expect(ends.results().closed![0]!.completed).toBe(9_999n);
  });

  test("the sample counts what was made", async () => {
    const engine = await makeBed({ closed: [{ think: "1us" }] });
    engine.run(SECOND / 100n);
    expect(engine.sample().generated).toBe(Number(engine.results().closed![0]!.requests));
  });
});
