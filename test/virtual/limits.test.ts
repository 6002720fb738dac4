import { describe, expect, test } from "vitest";
import { figuresOf, limitOf, type RunReport } from "../../src/report/index.ts";
import { MS, makeSystem, type SystemOptions } from "../support/systems.ts";
import { netisr } from "../unit/cli/support.ts";

// What the report says limits systems of which that is known from how they are made.

type Limit = RunReport["limit"];

/** A line of the report has no room for more behind "limited by". */
const LINE = 67;

/** A made-up system; without options 4 CPUs and interfaces, 256 flows, mode 1. */
const ran = async (...argv: string[]): Promise<RunReport> => JSON.parse((await netisr(["run", ...argv, "--json"])).out) as RunReport;
const cli = (argv: string) => async (): Promise<Limit> => (await ran(...argv.split(" "))).limit;
const BGL_MODE = "--set net.netisr.mpsafe_thread=0";

/** Flows on CPUs 0 to n - 1, interrupts, which are MPSAFE, on n to 2n - 1. */
const made =
  (options: Partial<SystemOptions>, until = 4n * MS) =>
  async (): Promise<Limit> => {
    const engine = await makeSystem({ n: 2, mode: 1, as: "fast", rate: 1_000_000, ...options });
    engine.run(until);
    return limitOf(figuresOf(engine.results(), engine.config, engine.counters()));
  };

describe.each<[string, [what: string, by: Limit["by"], text: RegExp, () => Promise<Limit>][]]>([
  [
    "CPUs",
    [
      ["one CPU that is offered twice what it can", "CPU", /^CPU 0 \(busy 99\.. %\): lost/, cli("--cpus 1 --rate 1Mpps")],
      ["one CPU that only serves interrupts", "CPU", /^interrupts \(99\.. %/, cli("--cpus 1 --rate 4Mpps")],
      ["4 CPUs that are offered more than 1.5 Mpps", "CPU", /^CPUs 0, 1, 2, 3 \(busy 97/, cli("--rate 2Mpps --time 50ms")],
      ["4 CPUs, just as much as they can", "CPU", /^CPUs 0, 1, 2, 3 \(busy 94.2 %\): lost 1.0 %, QueueFull$/, cli("--rate 1.5Mpps --time 100ms")],
      ["8 CPUs for 11 flows: that with most of them", "CPU", /^CPU 1 \(busy 99/, cli("--cpus 8 --flows 11 --rate 3Mpps")],
      [
        "one of 4 CPUs that a device keeps busy",
        "CPU",
        /^CPU 0 \(busy 99.9 %, 9.* % by interrupts\)/,
        cli("--rate 500kpps --work disk:cpu=0,class=interrupt,rate=20kHz,work=40us"),
      ],
      // Interrupt threads have their serializers all the time then, which nobody else needs.
      ["interrupts on CPUs of their own, and flows on others", "CPU", /^CPUs 0, 1, 2, 3 \(busy 98/, made({ rate: 3_000_000 })],
    ],
  ],
  [
    "locks",
    [
      ["mode 0, 4 CPUs", "BGL", /^the BGL \(taken 99/, made({ n: 4, mode: 0 })],
      ["mode 0, 8 CPUs", "BGL", /^the BGL \(taken 99/, made({ n: 8, mode: 0 })],
      ["mode 0, interrupts on the same CPUs", "BGL", /^the BGL \(taken 9.* %\): lost .* NoMbufs$/, cli(`--rate 1.5Mpps ${BGL_MODE}`)],
      ["mode 1 without a flow cache", "BGL", /^the BGL \(taken 9/, made({ n: 4, as: "slow" })],
      [
        "system calls that hold the BGL",
        "BGL",
        /^the BGL \(taken 100.0 %\): 2.3 % still waiting$/,
        cli(`--rate 500kpps ${BGL_MODE} --work syscall:cpus=all,class=user,rate=5kHz,hold=40us`),
      ],
      ["users who wait for mode 0", "BGL", /^the BGL \(taken 99.. %\)$/, cli(`--closed 256 ${BGL_MODE}`)],
      ["a bridge, 2 CPUs", "serializer", /^serializer bridge0 /, made({ as: "bridge" })],
      ["a bridge, 4 CPUs", "serializer", /^serializer bridge0 /, made({ n: 4, as: "bridge" })],
      ["a bridge, 8 CPUs", "serializer", /^serializer bridge0 /, made({ n: 8, as: "bridge" })],
      ["a bridge, interrupts on the same CPUs", "serializer", /^serializer bridge0 .* NoMbufs$/, cli("--as bridge")],
      [
        "4 CPUs that send by one interface",
        "queue lock",
        /^the lock of output queue em4 \(taken 9.* %\): 6.* % still waiting$/,
        made({ n: 4, rate: 500_000, oneOutput: true }),
      ],
    ],
  ],
  [
    "links, rings and queues",
    [
      ["a link of 100 Mbit/s", "link", /^the link of em2 \(at 99/, made({ rate: 200_000, oneOutput: true, wire: { rate: "100Mbps" } })],
      ["four of them", "link", /^the links of em0, em1, em2, em3 \(at 97.* QueueFull$/, cli("--link 100Mbps")],
      ["links that have room but for bursts", "link", /^the link of em2 \(at 75.4 %\) in bursts/, cli("--link 100Mbps --rate 1.6M --bursts 2ms:5ms")],
      ["a receive ring of 8 slots", "ring", /^receive rings em0, em1 at times: lost 3.* RingFull$/, made({ rate: 500_000, rxRing: 8 })],
      [
        "polling that has not come to its full burst",
        "polling",
        /^what polling takes at a time \(burst 44\): lost 89.9 %, RingFull$/,
        cli("--polling --cpus 1"),
      ],
      ["polling, 100 ms of it", "polling", /^what polling takes at a time \(burst 150\): lost /, cli("--polling --cpus 1 --time 200ms --rate 700k")],
      // 100 frames a time.
      ["one of 64, looked at every 500 us", "ring", /^receive rings em0, em1 /, made({ rate: 200_000, rxRing: 64, wire: { delay: "500us" } })],
      ["4 Mpps in bursts for CPUs that can do 1.5", "queue", /^output queues em0, .* in bursts: lost 6/, cli("--rate 4Mpps --bursts 100us:300us")],
    ],
  ],
  [
    "faults",
    [
      ["mbufs that are gone", "fault", /^the fault mbufs pool: lost 3.0 %, NoMbufs$/, cli("--fault mbufs:count=100000,from=5ms,to=8ms --time 20ms")],
      ["a receive ring without slots", "fault", /^the fault ring em0: lost 1.4 %, RingFull$/, cli("--fault ring:if=em0,from=5ms,to=6ms")],
      ["an output queue without room", "fault", /^the fault queue em0: lost 1.4 %, QueueFull$/, cli("--fault queue:if=em0,for=100us,every=2ms")],
      ["a link that goes, so that more does not come", "unknown", /: dropped 6.1 %, WireLoss$/, cli("--fault flap:if=em2,from=5ms,to=8ms")],
      ["a cable that is out", "cable", /^the cable of em1 \(out 75.0 %\): lost 18.1 %, QueueFull$/, cli("--time 40ms --at 10ms:em1=-carrier")],
      [
        "two of them, for part of the time",
        "cable",
        /^the cables of em1, em2 \(out 50.0 %\): lost .*, QueueFull$/,
        cli("--time 40ms --at 10ms:em1=-carrier --at 10ms:em2=-carrier --at 30ms:em1=carrier --at 30ms:em2=carrier"),
      ],
      ["a CPU that stands still all the time", "fault", /^the fault stall CPU 0: lost 9.*$/, cli("--fault stall:cpu=0")],
      ["a CPU that stands still", "fault", /^the fault stall CPU 1: lost 15.0 %, RingFull$/, cli("--fault stall:cpu=1,for=1ms,every=5ms")],
      [
        "two that do",
        "fault",
        /^the fault stall CPU 1 and 1 more: lost 14.7 %, RingFull$/,
        cli("--fault stall:cpu=1,for=1ms,every=5ms --fault stall:cpu=2,for=1ms,every=5ms"),
      ],
      [
        "interrupts that are lost as flows begin",
        "nothing",
        /^nothing lasting: 0.6 % lost \(QueueFull\) by faults or as flows began$/,
        cli("--fault lostInterrupts:if=em0,p=0.1,watchdog=2ms"),
      ],
      [
        "holders of the BGL who stand still",
        "fault",
        /^the fault holder BGL: lost .*$/,
        cli(`--fault holder:lock=BGL,nth=3000,stall=2ms --time 50ms --rate 400kpps ${BGL_MODE}`),
      ],
      [
        "holders of a serializer who stand still",
        "fault",
        /^the fault holder serializer bridge0: lost .*$/,
        cli("--as bridge --rate 300kpps --fault holder:lock=serializer,if=bridge0,nth=2000,stall=2ms"),
      ],
      ["a fault in a system whose CPUs are full", "CPU", /^CPUs 0, 1, 2, 3 \(busy 97/, cli("--rate 3Mpps --fault stall:cpu=1,for=100us,every=5ms")],
      [
        "a wire that loses more",
        "unknown",
        /: dropped 9.0 %, WireLoss$/,
        cli("--rate 200kpps --fault ring:if=em0,for=100us,every=9ms --fault loss:if=em0,p=0.4"),
      ],
      [
        "a moment's stall in one that its bridge limits",
        "serializer",
        /^serializer bridge0 /,
        cli("--as bridge --fault stall:cpu=1,from=5ms,for=1us"),
      ],
      ["a mbuf that is gone in one", "serializer", /^serializer bridge0 /, cli("--as bridge --fault mbufs:count=1")],
      [
        "two interrupts too many for CPUs that lose anyway",
        "CPU",
        /^CPUs 0, 1, 2, 3 \(busy 9/,
        cli("--rate 1.5Mpps --time 100ms --fault storm:if=em0,rate=100,from=5ms,to=20ms"),
      ],
      [
        "a fault of no consequence",
        "nothing",
        /^nothing: all is carried; the fullest is CPU 3 \(25.0 %\)$/,
        cli("--rate 200kpps --fault stall:cpu=1,for=10us,every=5ms"),
      ],
    ],
  ],
  [
    "nothing",
    [
      ["light load", "nothing", /^nothing: all is carried; the fullest is CPU 3 \(25.0 %\)$/, cli("--rate 200kpps")],
      ["the made-up router, 20 ms", "nothing", /^nothing lasting: 0.4 % lost \(QueueFull\) in bursts or as flows began$/, cli("--time 20ms")],
      ["20 ms with another seed", "nothing", /^nothing lasting: 1.3 % lost/, cli("--seed 2")],
      ["2 ms of it", "nothing", /^nothing lasting: 3.4 % lost \(QueueFull\) in bursts or as flows began$/, cli("--time 2ms")],
      ["100 ms of it", "nothing", /^nothing: all is carried but 71; the fullest is CPU 3/, cli("--time 100ms")],
      ["1.2 Mpps", "nothing", /^nothing lasting: 0.2 % lost/, cli("--rate 1.2Mpps --time 100ms")],
      ["1.4 Mpps", "nothing", /^nothing: all is carried but 0.4 %; the fullest is CPU 2 \(92.3 %\)$/, cli("--rate 1.4Mpps --time 100ms")],
      ["mode 0 with as much as it can", "nothing", /^nothing: all is carried; the fullest is the BGL \(97/, cli(`--rate 500kpps ${BGL_MODE}`)],
      ["a link with 93 % of its rate", "nothing", /the link of em2 \(93.1 %\)$/, made({ rate: 70_000, oneOutput: true, wire: { rate: "100Mbps" } })],
      ["8 users who wait for answers", "nothing", /^nothing: loops wait for round trips; /, cli("--closed 8 --think 20us")],
      [
        "users whose requests or answers get lost",
        "unknown",
        /: dropped 47.4 %, WireLoss$/,
        cli("--closed 64 --time 20ms --fault loss:if=em0,p=0.5 --fault loss:if=em1,p=0.5 --fault loss:if=em2,p=0.5 --fault loss:if=em3,p=0.5"),
      ],
      ["an interface that is down", "unknown", /: dropped 37.9 %, InterfaceDown$/, cli("--at 5ms:em0=down")],
      ["a wire that loses frames", "unknown", /: dropped 3.4 %, WireLoss$/, cli("--fault loss:if=em0,p=0.1")],
    ],
  ],
])("%s", (_, systems) => {
  test.each(systems)("%s: %s", async (_what, by, text, limit) => {
    const said = await limit();
    expect(said).toEqual({ by, text: expect.stringMatching(text) });
    expect(said.text.length).toBeLessThanOrEqual(LINE);
  });
});

/** Packets lost in each part of a run. */
const lostIn = async (argv: string): Promise<number[]> =>
  (await ran(...argv.split(" "))).series.map(({ drops }) => drops.reduce((sum, { packets }) => sum + packets, 0));

test("what was lost as flows began was lost in the first two milliseconds; what CPUs lose at 1.5 Mpps, at all times", async () => {
  const [first, second, ...later] = await lostIn("--time 20ms --every 1ms");
  expect(first! + second!).toBe(71);
  expect(later.every((packets) => packets === 0)).toBe(true);
  for (const packets of await lostIn("--rate 1.5Mpps --time 100ms --every 20ms")) expect(packets).toBeGreaterThan(50);
});
