/** For every option of TCP. */
import type { TcpConfig } from "../../src/types.ts";
import { ownMac, station } from "../support/frames.ts";
import { type Cases, cases, messages, port, results, sum, under } from "./case.ts";
import { bridge, router } from "./systems.ts";

type Own = Partial<Omit<TcpConfig, "receiver">> & { receiver?: Partial<TcpConfig["receiver"]> };
const source = ({ receiver, ...own }: Own): TcpConfig => ({ if: "em0", ...own, receiver: { if: "em1", ...receiver } });
const routed = (own: Own) => router({ tcp: [source(own)] });
const bridged = bridge({ tcp: [source({})] });
/** Almost nothing arrives. */
const lost: Own = { rto: "2ms", rtoMin: "2ms", receiver: { loss: 0.999 } };

const acked = results(({ tcp }) => sum(tcp!.map((one) => one.acked)));
const segments = results(({ tcp }) => sum(tcp!.map((one) => one.segments)));
const timeouts = results(({ tcp }) => tcp![0]!.timeouts);

export const TCP_CASES: Cases = cases(
  { base: routed({}), read: acked, us: 10_000 },
  under("virtual.tcp[].", {
    if: { values: ["em0", "em2"], read: port("em0", "received"), goes: "down" },
    srcMac: { base: bridged, values: [undefined, ownMac(1)], goes: "down" },
    dstMac: { values: [undefined, station(99)], goes: "down" },
    srcIp: { values: ["198.18.0.1", "198.18.0.2"], read: messages("tcp_thread 1") },
    dstIp: { values: ["198.19.0.1", "198.20.0.1"], read: port("em2", "if_opackets"), goes: "up" },
    start: { values: [0, "5ms"], goes: "down" },
    connections: { values: [1, 4], read: results(({ tcp }) => tcp!.filter((one) => one.acked > 0n).length), goes: "up" },
    stagger: { base: routed({ connections: 2 }), values: [0, "5ms"], read: results(({ tcp }) => tcp![1]!.acked), goes: "down" },
    bytes: { values: [undefined, 14_600], goes: "down" },
    mss: { base: routed({ bytes: 14_600 }), values: [1460, 500], read: segments, goes: "up" },
    initialWindow: { values: [1, 10], us: 300, goes: "up" },
    ssthresh: { values: [undefined, 2920], us: 1500, goes: "down" },
    rto: { base: routed({ ...lost, rtoMin: "1ms" }), values: ["2ms", "5ms"], read: timeouts, goes: "down" },
    rtoMin: { base: routed({ rto: "2ms", receiver: { loss: 0.3 } }), values: ["1ms", "10ms"], read: timeouts, goes: "down", us: 50_000 },
    rtoMax: { base: routed(lost), values: ["2ms", "60s"], read: timeouts, goes: "down", us: 30_000 },
    "receiver.if": { values: ["em1", "em2"], goes: "down" },
    "receiver.mac": { base: bridged, values: [undefined, ownMac(0)], goes: "down" },
    "receiver.dstMac": { values: [undefined, station(99)], goes: "down" },
    "receiver.window": { values: [65_535, 2920], goes: "down" },
    "receiver.every": { values: [1, 2], read: port("em1", "received"), goes: "down" },
    "receiver.ackDelay": { base: routed({ receiver: { every: 64, window: 14_600 } }), values: ["100ms", "1ms"], goes: "up" },
    "receiver.loss": { values: [0, 0.1], read: results(({ tcp }) => tcp![0]!.lost), goes: "up" },
  }),
);
