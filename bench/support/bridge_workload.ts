/** A learning bridge of four ports. */
import { BROADCAST } from "../../src/reference/ethernet.ts";
import { Random } from "../../test/model/random.ts";
import type { Workload } from "./contestant.ts";
import { ETHERTYPE_EXPERIMENT, etherFrame, udpFrame } from "./frames.ts";
import { IN_FLIGHT, interfaces, loopSystem, MBUFS, PORTS, stationMac } from "./ports.ts";
import { type Frame, recordsOf } from "./records.ts";

export interface BridgeOptions {
  name?: string;
  stations: number;
  /** Records of a round. Default 4,096. */
  frames?: number;
  /** Different frames among them: they repeat after so many. Default: all. */
  distinct?: number;
  /** Posted receive buffers. Default 4,096. */
  inFlight?: number;
}

/** First of the stations' addresses, 10.1.0.0. The bridge does not look at them. */
const NETWORK = 0x0a010000;

/**
 * Every station sends a broadcast first, so that the bridge knows them all. Then frame i comes in by port i mod 4, from a station drawn from those behind
 * it, for a station drawn from those behind the other ports. Station n is behind port n mod 4.
 */
export const bridgeWorkload = ({
  name = "bridge",
  stations,
  frames = IN_FLIGHT,
  distinct = frames,
  inFlight = IN_FLIGHT,
}: BridgeOptions): Workload => {
  const random = new Random(1);
  const perPort = stations / PORTS;
  const drawn = Array.from({ length: distinct }, (_, i): Frame => {
    const port = i % PORTS;
    const out = (port + 1 + random.below(PORTS - 1)) % PORTS;
    const from = random.below(perPort) * PORTS + port;
    const to = random.below(perPort) * PORTS + out;
    const data = udpFrame({ dmac: stationMac(to), smac: stationMac(from), dst: NETWORK + to, src: NETWORK + from, id: i & 0xffff });
    return { port, data };
  });
  const learn = Array.from(
    { length: stations },
    (_, n): Frame => ({
      port: n % PORTS,
      data: etherFrame(BROADCAST, stationMac(n), ETHERTYPE_EXPERIMENT),
    }),
  );
  const ports = interfaces(inFlight);
  return {
    name,
    config: {
      mbufs: MBUFS,
      interfaces: ports,
      bridges: [{ name: "bridge0", members: ports.map((port) => ({ if: port.name })), maxaddr: stations }],
    },
    system: { ...loopSystem(inFlight), kind: "bridge", maxaddr: stations, routes: [], neighbours: [] },
    input: recordsOf(Array.from({ length: frames }, (_, i) => drawn[i % distinct]!)),
    frames,
    learn: recordsOf(learn),
    span: 0n,
    expect: { sent: "all", noFloods: true },
  };
};
