/**
 * Hosts on which no packet changes what happens to another, so that several CPUs must do with every frame what one does, in whatever order they work:
 * nothing is down or gets old, bridges have seen every station, ARP entries are permanent, ICMP errors have no limit, receive rings have room.
 */
import { PS_PER_MS } from "../../assembly/abi.ts";
import { parseIp } from "../../src/addresses.ts";
import type { Engine } from "../../src/engine.ts";
import type { Departure, EngineConfig } from "../../src/types.ts";
import { makeEngine } from "../support/engines.ts";
import { arpEntry, FOREIGN, KINDS, type Kind, randomConfig, STATIONS } from "./configurations.ts";
import { type Frame, randomFrame } from "./frames.ts";
import { Random } from "./random.ts";
import { numbered } from "./variations.ts";
import { etherFrame, withTag } from "./wire.ts";
import { type Station, type World, worldOf } from "./world.ts";

export interface Settled {
  seed: number;
  kind: Kind;
  config: EngineConfig;
  /** Frames that arrive at the same time. The first ones show the stations to the bridges, one by one. */
  batches: Frame[][];
}

const MS = BigInt(PS_PER_MS);
const BROADCAST = 0xffffffffffffn;
/** A frame that no protocol takes. */
const HELLO = 0x88b5;

export async function settledCase(seed: number, cpus: number, kind: Kind = KINDS[seed % KINDS.length]!): Promise<Settled> {
  const r = new Random(seed ^ 0x5e771ed);
  const config = settle(randomConfig(r, kind, { cpus }));
  const world = worldOf(r, config, true);
  const hellos = world.stations.map((station) => [hello(station)]);
  const batches = Array.from({ length: 5 }, () => batchOf(r, world, r.from(8, 24)));
  return withoutQuestions({ seed, kind, config, batches: [...hellos, ...batches] });
}

function settle(config: EngineConfig): EngineConfig {
  const cpus = config.cpus!;
  config.mbufs = 4000;
  config.interfaces = config.interfaces.map((port, n) => ({
    ...port,
    up: true,
    monitor: false,
    noarp: false,
    staticarp: false,
    rxRing: 64,
    cpu: n % cpus,
  }));
  config.vlans = config.vlans!.map((vlan) => ({ ...vlan, up: true }));
  config.bridges = config.bridges!.map((bridge) => ({ ...bridge, up: true, monitor: false, timeout: 0 }));
  const ports = [...config.interfaces, ...config.vlans, ...config.bridges].filter(({ ip }) => ip);
  const subnetsOf = (port: { ip?: string[] }) => port.ip!.map((own) => (parseIp(own.split("/")[0]!)! >>> 16) & 255);
  const subnets = [...ports.flatMap(subnetsOf), ...config.interfaces.map((_, n) => FOREIGN + n)];
  config.arp = ports.flatMap(({ name }) => subnets.flatMap((subnet) => STATIONS.map((host) => arpEntry(name, subnet, host))));
  Object.assign(config.sysctl!, { "net.link.bridge.transparent": 0, "net.inet.icmp.icmplim": 0 });
  return config;
}

function hello({ interface: port, tag, mac }: Station): Frame {
  const data = etherFrame(BROADCAST, mac, HELLO, new Uint8Array(46));
  return { interface: port, data: tag === undefined ? data : withTag(data, tag) };
}

/** Half of the frames belong to the flow of another one in the batch, and differ from it by a number. */
function batchOf(r: Random, world: World, size: number): Frame[] {
  const frames: Frame[] = [];
  while (frames.length < size) frames.push(frames.length > 0 && r.percent(50) ? again(r.pick(frames), frames.length) : randomFrame(r, world));
  return frames;
}

const again = ({ interface: port, data }: Frame, number: number): Frame => ({ interface: port, data: numbered(data, number) });

/** Gives each batch to the engine at a millisecond of its own and runs it to the end of its work. */
export function runBatches(engine: Engine, batches: readonly Frame[][]): Departure[] {
  for (const [index, frames] of batches.entries()) {
    const time = BigInt(index) * MS;
    engine.receive(frames.map((frame) => ({ ...frame, time })));
    engine.run(time);
  }
  return engine.take();
}

/** Without the frames that make the host ask for an address after all: for one that is no station's. */
async function withoutQuestions(one: Settled): Promise<Settled> {
  const engine = await makeEngine("release", one.config, { burst: 1 });
  const causes = new Set(
    runBatches(engine, one.batches)
      .filter(isQuestion)
      .map(({ cause }) => cause),
  );
  engine.dispose();
  if (causes.size === 0) return one;
  let cause = 0;
  const batches = one.batches.map((frames) => frames.filter(() => !causes.has(cause++)));
  return withoutQuestions({ ...one, batches });
}

const isQuestion = ({ path, data }: Departure): boolean =>
  path === "Originated" && /^(8100....)*0806.{12}0001/.test(Buffer.from(data.subarray(12)).toString("hex"));
