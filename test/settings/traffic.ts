/** For every option of traffic: what of it is seen by the system that it comes to. */
import type { TrafficConfig } from "../../src/types.ts";
import { ownMac, station } from "../support/frames.ts";
import { toRouter } from "../support/lab.ts";
import { type Cases, carried, cases, drops, generated, generatedBytes, latency, longest, messages, port, stat, under } from "./case.ts";
import { bridge, load, router } from "./systems.ts";

const from = (more: Partial<TrafficConfig>, rate = 50_000) => router({ traffic: [load(rate, more)] });
const without = (key: keyof TrafficConfig, more: Partial<TrafficConfig>) => {
  const { [key]: _, ...rest } = load(50_000, more);
  return router({ traffic: [rest as TrafficConfig] });
};

const frames = [0n, 8n, 20n].map((us) => ({ time: us * 1_000_000n, data: toRouter() }));
const captured = (more = {}) => router({ traffic: [{ if: "em0", arrivals: "capture", capture: { frames, ...more } }] });

const scheduled = without("rate", { schedule: [{ at: 0, rate: 100_000 }] });
const bursty = from({ bursts: { on: "100us", off: "100us", onLaw: "constant", offLaw: "constant" } }, 100_000);
const batched = from({ batch: { frames: 4, law: "constant" } });
const mixed = from({ protocols: { udp: 1, tcp: 1 } });
/** Two flows from one port, whose other CPU they have if something else than the port is different. */
const twoFlows = from({ flows: 2, srcPort: 1024 });
const onCpu1 = messages("udp_thread 1");
const lan = bridge({ traffic: [load(50_000, { srcMac: station(100), dstMac: station(200) })] });
const toItself = bridge({ traffic: [load(50_000, { srcMac: station(100), dstMac: station(100) })] });
const { dstMac: _, ...toOwn } = load(50_000, { srcMac: station(0), flows: 2 });
const stations = bridge({ traffic: [toOwn, ...[1, 2].map((n) => load(10_000, { if: `em${n}`, srcMac: station(n), dstMac: station(0) }))] });

export const TRAFFIC_CASES: Cases = cases(
  { base: from({}), read: generated },
  under("virtual.traffic[].", {
    if: { values: ["em0", "em2"], read: port("em0", "received"), goes: "down" },
    arrivals: { base: (law) => (law === "capture" ? captured() : from({}, 40_000)), values: ["constant", "poisson", "capture"], read: latency },
    "capture.frames": { base: captured(), values: [frames, frames.slice(1)], goes: "down" },
    "capture.speed": { base: captured(), values: [1, 2], us: 10, goes: "up" },
    "capture.loops": { base: captured(), values: [1, 3, "forever"], goes: "up" },
    "capture.period": { base: captured({ loops: "forever" }), values: [undefined, "50us"], goes: "down" },
    "capture.from": { base: captured(), values: [0, "5us"], goes: "down" },
    rate: { values: [50_000, 100_000], goes: "up" },
    "schedule[].at": { base: scheduled, values: [0, "1ms"], goes: "down" },
    "schedule[].rate": { base: scheduled, values: [100_000, 200_000], goes: "up" },
    "schedule[].ramp": { base: scheduled, values: [0, "1ms"], goes: "down" },
    "bursts.on": { base: bursty, values: ["100us", "200us"], goes: "up" },
    "bursts.off": { base: bursty, values: ["100us", "200us"], goes: "down" },
    "bursts.onLaw": { base: bursty, values: ["constant", "exponential"] },
    "bursts.offLaw": { base: bursty, values: ["constant", "exponential"] },
    batch: { values: [1, 4], read: longest, goes: "up" },
    "batch.frames": { base: batched, values: [2, 8], read: longest, goes: "up" },
    "batch.law": { base: batched, values: ["constant", "geometric"], read: longest, goes: "up" },
    bytes: { values: [60, "imix", 1000], read: latency, goes: "up" },
    "bytes(shares)[].bytes": { base: from({ bytes: [{ bytes: 60, weight: 1 }] }), values: [60, 200], read: generatedBytes, goes: "up" },
    "bytes(shares)[].weight": {
      base: from({ bytes: [60, 200].map((bytes) => ({ bytes, weight: 1 })) }),
      values: [1, 5],
      read: generatedBytes,
      goes: "down",
    },
    "bytes(range).from": { base: from({ bytes: { from: 60, to: 900 } }), values: [60, 500], read: generatedBytes, goes: "up" },
    "bytes(range).to": { base: from({ bytes: { from: 60, to: 900 } }), values: [900, 1500], read: generatedBytes, goes: "up" },
    "bytes(lengths).lengths": { base: from({ bytes: { lengths: [60] } }), values: [[60], [60, 1000]], read: generatedBytes, goes: "up" },
    "bytes(lengths).choice": { base: from({ bytes: { lengths: [60, 200, 1000] } }), values: ["turn", "lot"], read: generatedBytes },
    flows: { values: [1, 16], read: onCpu1 },
    choice: { values: ["turn", "lot"], read: onCpu1 },
    "choice.zipf": { base: from({ choice: { zipf: 0 } }), values: [0, 3], read: onCpu1 },
    "protocols.udp": { base: mixed, values: [1, 5], read: messages("tcp_thread 0"), goes: "down" },
    "protocols.tcp": { base: mixed, values: [1, 5], read: messages("tcp_thread 0"), goes: "up" },
    "protocols.icmp": { base: mixed, values: [0, 2], read: messages("tcp_thread 0"), goes: "down" },
    fragments: { values: [0, 0.5], read: onCpu1 },
    broadcast: { values: [0, 0.5], read: carried, goes: "down" },
    start: { values: [0, "1ms"], goes: "down" },
    stop: { values: [undefined, "1ms"], goes: "down" },
    count: { values: [undefined, 10], goes: "down" },
    srcMac: { base: lan, values: [station(100), ownMac(1)], read: drops("BridgeOwnSource"), goes: "up" },
    srcMacs: { base: lan, values: [1, 8], read: stat("brc_learned"), goes: "up" },
    dstMac: { base: lan, values: [station(200), station(100)], read: drops("BridgeSamePort"), goes: "up" },
    dstMacs: { base: toItself, values: [1, 8], read: drops("BridgeSamePort"), goes: "down" },
    dstStations: { base: stations, values: [undefined, "others", ["em2"]], read: port("em2", "if_opackets"), goes: "up" },
    srcIp: { base: twoFlows, values: ["198.18.0.1", "198.18.0.2"], read: onCpu1 },
    srcIps: { base: twoFlows, values: [1, 2], read: onCpu1 },
    dstIp: { base: twoFlows, values: ["20.1.0.1", "20.2.0.1"], read: port("em1", "if_opackets"), goes: "down" },
    dstIps: { base: twoFlows, values: [1, 2], read: onCpu1 },
    srcPort: { base: twoFlows, values: [1024, 1025], read: onCpu1 },
    srcPorts: { base: twoFlows, values: [1, 2], read: onCpu1 },
    dstPort: { base: twoFlows, values: [9, 10], read: onCpu1 },
    dstPorts: { base: twoFlows, values: [1, 2], read: onCpu1 },
  }),
);
