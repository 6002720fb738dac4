/** For the settings of the engine as a whole: values, and the number that each of them leads to. */
import { Region, Stop } from "../../assembly/abi.ts";
import type { EngineConfig, EngineOptions, LimitsConfig } from "../../src/types.ts";
import { arp, BROADCAST, frame, IPV6, station } from "../support/frames.ts";
import { type Lab, type Labs, names, ownMac, toRouter } from "../support/lab.ts";
import { ICMP, icmp, readIcmp, udp } from "../support/packets.ts";
import { type SettingCase, values } from "./settings_case.ts";

const broadcast = frame({ dst: BROADCAST, src: station(1) });
const interfaces = [0, 1, 2].map((n) => ({ name: `em${n}`, mac: ownMac(n) }));
const FOREVER = 2n ** 64n - 1n;

/** How often the engine stops because its output area is full, for 200 frames that leave. */
const stops = (lab: Lab): number => {
  const big = toRouter({ payload: udp({ data: Array(1400).fill(7) }) });
  lab.engine.receive(Array.from({ length: 100 }, () => ({ interface: "em0", data: big })));
  let full = 0;
  while (lab.engine.exports.run(FOREVER) === Stop.OutputFull) {
    full++;
    lab.engine.exports.outputTake();
  }
  return full;
};

export const LIMIT_CASES: Record<keyof LimitsConfig, SettingCase> = {
  routes: {
    numbers: values([8, 4], [1024, 10]),
    measure: (labs, routes: number) => {
      const lab = labs.routerOf(2, { limits: { routes } });
      let added = 0;
      try {
        for (; added < 10; added++) lab.engine.setRoute({ dst: `30.${added}.0.0/16`, via: "10.0.1.2", if: "em1" });
      } catch {}
      return added;
    },
  },
  arp: {
    numbers: values([16, 16], [32, 20]),
    measure: (labs, entries: number) => {
      const lab = labs.of({ interfaces: [{ name: "em0", mac: ownMac(0), ip: ["10.0.0.1/24"] }], limits: { arp: entries } });
      for (let n = 0; n < 20; n++) lab.receive("em0", arp({ senderMac: station(n), sender: `10.0.0.${n + 50}`, target: "10.0.0.1" }));
      return lab.stat("arps_created");
    },
  },
  input: {
    numbers: values([69_632, 69_632], [262_144, 262_144]),
    measure: (labs, input: number) => labs.of({ interfaces, limits: { input } }).engine.exports.inputRoom(),
  },
  output: {
    numbers: values([69_632, 2], [262_144, 0]),
    measure: (labs, output: number) => stops(labs.routerOf(2, { limits: { output, input: 262_144 } })),
  },
};

export const ENGINE_CASES: Record<Exclude<keyof EngineConfig, "interfaces" | "bridges" | "vlans" | "limits" | "virtual">, SettingCase> = {
  cpus: {
    numbers: values([1, 1], [4, 4]),
    measure: (labs, cpus: number) => {
      const lab = labs.routerOf(2, { cpus });
      const all = Array.from({ length: 8 }, (_, sport) => toRouter({ payload: udp({ sport }) }));
      const { threads } = lab.changes(() => lab.burst("em0", all));
      return Object.keys(threads).filter((name) => name.startsWith("udp_thread")).length;
    },
  },
  mbufs: {
    numbers: values([2048, 0], [16, 24]),
    measure: (labs, mbufs: number) => {
      const lab = labs.routerOf(2, { mbufs });
      lab.engine.setCarrier("em1", false);
      for (let n = 0; n < 40; n++) lab.receive("em0", toRouter());
      return lab.engine.counters().drops.NoMbufs ?? 0;
    },
  },
  // The instant machine draws nothing; the stutter machine draws its refusals, and so the order of the CPUs.
  seed: {
    numbers: values([1, 1], [2, 2]),
    measure: (labs, seed: number) => (labs.build === "stutter" ? orderOf(labs, seed) : labs.of({ interfaces, seed }).engine.config.seed),
  },
  routes: {
    numbers: values([[], 0], [[{ dst: "default", via: "10.0.1.9" }], 1]),
    measure: (labs, routes: EngineConfig["routes"]) =>
      labs
        .routerOf(2, { routes: routes! })
        .receive("em0", toRouter())
        .filter((port) => port === "em1").length,
  },
  arp: {
    numbers: values([[], 1], [[{ if: "em1", ip: "10.0.1.2", mac: station(1) }], 0]),
    measure: (labs, entries: EngineConfig["arp"]) => {
      const lab = labs.routerOf(2, { arp: entries! });
      lab.receive("em0", toRouter());
      return lab.stat("arps_requests_sent");
    },
  },
  sysctl: {
    numbers: values([{}, 1], [{ "net.inet.ip.forwarding": 0 }, 0]),
    measure: (labs, sysctl: Record<string, number>) => labs.routerOf(2, { sysctl }).receive("em0", toRouter()).length,
  },
  handlers: {
    numbers: values([{}, 1], [{ ipv6: { mpsafe: true } }, 0]),
    measure: (labs, handlers: EngineConfig["handlers"]) => {
      const lab = labs.of({ interfaces, handlers: handlers! });
      lab.engine.setHandler("ipv6", () => "taken");
      return lab.thread("netisr_cpu 0", () => lab.receive("em0", frame({ dst: BROADCAST, src: station(1), type: IPV6 }))).gets ?? 0;
    },
  },
};

/** A number for the order in which packets of four CPUs leave. */
const orderOf = (labs: Labs, seed: number): number => {
  const order = (drawn: number): string => {
    const lab = labs.routerOf(5, { cpus: 4, seed: drawn });
    return lab
      .burst(
        "em0",
        [1, 2, 3, 4].map((n) => toRouter({ dst: `20.${n}.0.9`, payload: udp({ sport: n }) })),
      )
      .map((left) => left.interface)
      .join();
  };
  const all = [...new Set(Array.from({ length: seed === 1 ? 1 : 20 }, (_, n) => order(n + 1)))];
  return all.length > 1 ? 2 : 1;
};

export const OPTION_CASES: Record<Exclude<keyof EngineOptions, "wasm" | "machine" | "trace">, SettingCase> = {
  burst: {
    numbers: values([64, 1], [4, 3]),
    measure: (labs, burst: number) => {
      const lab = labs.of({ interfaces }, { burst });
      return lab.changes(() => lab.burst("em0", Array(10).fill(broadcast))).ports.em0!.interrupts!;
    },
  },
  collect: {
    numbers: values([true, 1], [false, 0]),
    measure: (labs, collect: boolean) => names(labs.routerOf(2, { options: { collect } }).sent("em0", toRouter())).length,
  },
  drops: {
    numbers: values([false, 0], [true, 1]),
    measure: (labs, drops: boolean) => {
      const { engine } = labs.routerOf(1, { options: { drops } });
      engine.receive([{ interface: "em0", data: toRouter({ dst: "30.0.0.1" }) }]);
      engine.run();
      return engine.takeDrops().length;
    },
  },
  epochMs: {
    numbers: values([0, 1000], [3_600_000, 3_601_000]),
    measure: (labs, epochMs: number) => {
      const lab = labs.routerOf(1, { options: { epochMs } });
      const request = toRouter({ dst: "10.0.0.1", protocol: ICMP, payload: icmp({ type: 13, rest: Array(16).fill(0) }) });
      const [received] = new Uint32Array(
        Uint8Array.from(
          readIcmp(lab.sent("em0", request, 1)[0]!.data)
            .rest.slice(4, 8)
            .reverse(),
        ).buffer,
      );
      return received!;
    },
  },
  memoryLimit: {
    numbers: values([2 ** 30, 1], [65_536, 0]),
    measure: (labs, memoryLimit: number) => {
      try {
        return labs.of({ interfaces }, { memoryLimit }).engine.memory.total <= memoryLimit ? 1 : -1;
      } catch {
        return 0;
      }
    },
  },
  onPlan: {
    numbers: values([false, 0], [true, Region.Count]),
    measure: (labs, wanted: boolean) => {
      let regions = 0;
      labs.of({ interfaces }, wanted ? { onPlan: (plan) => (regions = plan.regions.length) } : {});
      return regions;
    },
  },
};
