/** What a system under load (busy_systems.ts) has beside its packets: work of the kernel, an interface without interrupts, users or a connection that wait for answers. */
import type { EngineConfig, FaultConfig, VirtualConfig } from "../../src/types.ts";
import type { Random } from "../model/random.ts";
import { station } from "./frames.ts";

const COMPANIES = ["alone", "work", "polling", "vacation", "closed", "tcp"] as const;
export type Company = (typeof COMPANIES)[number];

/** Faults of an interrupt, which those interfaces have not got. */
const OF_INTERRUPTS: readonly FaultConfig["kind"][] = ["lostInterrupts", "duplicatedInterrupts", "storm"];

/** Times of polling and kernel work are a few per cent of a load, which lasts for a millisecond or so. */
const HZ = 30_000;

type Maker = (random: Random, end: bigint) => { virtual: Partial<VirtualConfig>; sysctl?: Record<string, number> };

/** A far end's answers arrive as those of the stations that a bridge or a router knows behind em1. */
const ends = { if: "em0", srcMac: station(7), srcIp: "20.0.0.77", dstIp: "20.1.0.77" };
const farEnd = { if: "em1", mac: station(1007) };

const MAKERS: Record<Company, Maker> = {
  alone: () => ({ virtual: {} }),
  work: (random, end) => {
    const stop = `${end}ps`;
    const hold = { value: `${random.from(1, 8)}us`, law: "exponential" } as const;
    return {
      virtual: {
        work: [
          {
            name: "tick",
            cpus: "all",
            class: random.pick(["interrupt", "soft"] as const),
            interval: "40us",
            arrivals: "constant",
            work: "2us",
            stop,
          },
          { name: "call", class: "user", think: "20us", outside: "2us", hold, stop },
        ],
      },
    };
  },
  polling: (random) => ({
    virtual: { interfaces: { [`em${random.below(4)}`]: { polling: true } } },
    sysctl: { "kern.polling.pollhz": HZ, "kern.polling.user_frac": random.below(80) },
  }),
  vacation: (random) => ({
    virtual: {
      interfaces: { [`em${random.below(4)}`]: { vacation: { value: `${random.from(2, 60)}us`, law: random.pick(["constant", "exponential"]) } } },
    },
  }),
  closed: (random, end) => ({
    virtual: {
      closed: [
        {
          ...ends,
          outstanding: random.from(1, 20),
          think: { mean: "10us", law: "exponential" },
          timeout: "100us",
          answer: farEnd,
          stop: `${end}ps`,
        },
      ],
    },
  }),
  tcp: (random) => ({
    virtual: { tcp: [{ ...ends, bytes: random.from(1, 40) * 1000, rto: "300us", rtoMin: "100us", rtoMax: "10ms", receiver: farEnd }] },
  }),
};

/** Adds one of them, by lot, to a system. A fault of interrupts finds them: the interface that it is about has some. */
export const inCompany = (config: EngineConfig, random: Random, end: bigint, fault: FaultConfig): { config: EngineConfig; company: Company } => {
  const company = random.pick(COMPANIES.filter((one) => !(OF_INTERRUPTS.includes(fault.kind) && (one === "polling" || one === "vacation"))));
  const { virtual, sysctl } = MAKERS[company](random, end);
  const interfaces = { ...config.virtual?.interfaces, ...virtual.interfaces };
  return {
    company,
    config: { ...config, sysctl: { ...config.sysctl, ...sysctl }, virtual: { ...config.virtual, ...virtual, interfaces } },
  };
};
