/** Small networks that are ready to receive frames. What a lab is asked to do answers with what left because of it, so that nothing has to be subtracted. */
import { describe } from "vitest";
import { PS_PER_MS, PS_PER_SECOND } from "../../assembly/abi.ts";
import { Engine } from "../../src/engine.ts";
import type {
  BridgeConfig,
  BridgeMemberConfig,
  Counters,
  Departure,
  EngineConfig,
  EngineOptions,
  InterfaceConfig,
  ThreadCounters,
} from "../../src/types.ts";
import { loadEngine } from "../../src/wasm/load_node.ts";
import { type Build, builds, TIMELESS } from "./engines.ts";
import { ownMac, station } from "./frames.ts";
import { type IpFields, ipFrame } from "./packets.ts";

export { ownMac };

/** The builds that every rule of the path is tested on: the instant machine with its assertions, the one that makes every place wait, and the one with time. */
export const MACHINES = ["debug", "stutter", "virtual"] as const satisfies Build[];
const modules = new Map<Build, WebAssembly.Module>();
for (const build of [...MACHINES, "release"] as const) modules.set(build, await loadEngine(builds[build]));

/** Fewer than by default: making many small engines is most of the work of these tests. */
const MBUFS = 512;

/** Picoseconds. Fractions of a second to the millisecond. */
export const seconds = (time: number): bigint => BigInt(Math.round(time * 1000)) * BigInt(PS_PER_MS);

/** Counts that changed, by name. */
export interface Changes {
  stats: Record<string, number>;
  drops: Record<string, number>;
  paths: Record<string, number>;
  locks: Record<string, number>;
  /** By name of the thread, with the high-water mark left out. */
  threads: Record<string, Partial<ThreadCounters>>;
  /** By name of the port. */
  ports: Record<string, Record<string, number>>;
}

export class Lab {
  readonly engine: Engine;

  constructor(engine: Engine) {
    this.engine = engine;
  }

  /** Takes a frame in, at `time` seconds or at once, and runs. @returns what was sent */
  sent(port: string, data: Uint8Array, time?: number): Departure[] {
    this.engine.receive([{ interface: port, data, time: time === undefined ? this.engine.now : seconds(time) }]);
    this.engine.run();
    return this.engine.take();
  }

  /** The same. @returns the names of the interfaces by which something left, in alphabetical order */
  receive(port: string, data: Uint8Array, time?: number): string[] {
    return names(this.sent(port, data, time));
  }

  /** Takes several frames in at one moment, so that one interrupt finds them all. @returns what was sent */
  burst(port: string, frames: Iterable<Uint8Array>): Departure[] {
    this.engine.receive(Array.from(frames, (data) => ({ interface: port, data, time: this.engine.now })));
    this.engine.run();
    return this.engine.take();
  }

  /** Lets the clock go to `time` seconds. @returns what was sent meanwhile */
  until(time: number): Departure[] {
    this.engine.run(seconds(time));
    return this.engine.take();
  }

  /** Seconds of engine time. */
  get now(): number {
    return Number(this.engine.now) / PS_PER_SECOND;
  }

  /** What `action` counted. Zeros are left out. */
  changes(action: () => unknown): Changes {
    const before = this.engine.counters();
    action();
    return difference(before, this.engine.counters());
  }

  /** Changes of one thread. */
  thread(name: string, action: () => unknown): Partial<ThreadCounters> {
    return this.changes(action).threads[name] ?? {};
  }

  stat(name: string): number {
    return this.engine.counters().stats[name]!;
  }

  set(knob: string, value: number): void {
    this.engine.setKnob(knob, value);
  }
}

export const names = (sent: readonly Departure[]): string[] => sent.map((departure) => departure.interface).sort();

const minus = (after: Record<string, number>, before: Record<string, number>): Record<string, number> =>
  Object.fromEntries(
    Object.entries(after)
      .map(([name, n]): [string, number] => [name, n - (before[name] ?? 0)])
      .filter(([, n]) => n !== 0),
  );

const countsOf = ({ name: _name, cpu: _cpu, highWater: _highWater, ...counts }: ThreadCounters): Record<string, number> => counts;

const withoutEmpty = (rows: [string, Record<string, number>][]): Record<string, Record<string, number>> =>
  Object.fromEntries(rows.filter(([, row]) => Object.keys(row).length > 0));

const difference = (before: Counters, after: Counters): Changes => ({
  stats: minus(after.stats, before.stats),
  drops: minus(after.drops, before.drops),
  paths: minus(after.paths, before.paths),
  locks: minus(after.locks, before.locks),
  threads: withoutEmpty(after.threads.map((thread, i) => [thread.name, minus(countsOf(thread), countsOf(before.threads[i]!))])),
  ports: withoutEmpty(after.ports.map((port, i) => [port.name, minus(port.counters, before.ports[i]!.counters)])),
});

/** Changes to a ready-made network. */
export interface LabOptions extends Partial<Omit<EngineConfig, "interfaces" | "bridges">> {
  /** Keys of single interfaces, by name. */
  ports?: Record<string, Partial<InterfaceConfig>>;
  options?: EngineOptions;
}
export interface BridgeLabOptions extends LabOptions {
  bridge?: Partial<BridgeConfig>;
  /** Flags of single members, by name. */
  members?: Record<string, Partial<BridgeMemberConfig>>;
}

const interfacesOf = (
  portNames: string[],
  { ports = {} }: LabOptions,
  more: (index: number) => Partial<InterfaceConfig> = () => ({}),
): InterfaceConfig[] => portNames.map((name, index) => ({ name, mac: ownMac(index), ...more(index), ...ports[name] }));

const rest = ({ ports: _ports, options: _options, ...config }: LabOptions): Partial<EngineConfig> => config;

/** Networks on one build of the engine. */
export class Labs {
  readonly build: Build;

  constructor(build: Build) {
    this.build = build;
  }

  of(config: EngineConfig, options: EngineOptions = {}): Lab {
    return new Lab(Engine.make(modules.get(this.build)!, { mbufs: MBUFS, virtual: TIMELESS, ...config }, options));
  }

  /** The bridge br0 over the interfaces of these names. */
  bridgeOf(portNames: string[], { bridge, members = {}, ...options }: BridgeLabOptions = {}): Lab {
    const interfaces = interfacesOf(portNames, options);
    const all = portNames.map((name) => ({ if: name, ...members[name] }));
    return this.of({ interfaces, bridges: [{ name: "br0", members: all, ...bridge }], ...rest(options) }, options.options);
  }

  /**
   * A router: em N has 10.0.N.1/24 and forwards 20.N.0.0/16 to the next router, 10.0.N.2 with the address `station(N)`, which it knows without ARP. One key
   * per interface: em0 to em `count - 1`.
   */
  routerOf(count: number, options: LabOptions = {}): Lab {
    const numbers = Array.from({ length: count }, (_, n) => n);
    const { sysctl, ...others } = rest(options);
    const config: EngineConfig = {
      interfaces: interfacesOf(
        numbers.map((n) => `em${n}`),
        options,
        (n) => ({ ip: [`10.0.${n}.1/24`] }),
      ),
      routes: numbers.map((n) => ({ dst: `20.${n}.0.0/16`, via: `10.0.${n}.2`, if: `em${n}` })),
      arp: numbers.map((n) => ({ if: `em${n}`, ip: `10.0.${n}.2`, mac: station(n) })),
      ...others,
      sysctl: { "net.inet.ip.forwarding": 1, ...sysctl },
    };
    return this.of(config, options.options);
  }
}

/** A packet as the next router behind em `port` sends it to `routerOf`. */
export const toRouter = (fields: IpFields = {}, port = 0): Uint8Array => ipFrame({ dst: ownMac(port), src: station(port) }, fields);

/** Describes rules of the path, once for each machine. */
export const onEachMachine = (rules: (labs: Labs) => void): void => {
  describe.each(MACHINES)("on the %s build", (build) => rules(new Labs(build)));
};
