/** For every option of sources that wait for what they have asked for. */
import type { ClosedConfig } from "../../src/types.ts";
import { ownMac, station } from "../support/frames.ts";
import { type Cases, cases, messages, port, results, under } from "./case.ts";
import { bridge, router } from "./systems.ts";

const source = (own: Partial<ClosedConfig> = {}): ClosedConfig => ({ if: "em0", outstanding: 4, ...own });
const answer = { if: "em1" };
const drawn = { mean: "50us", law: "constant" } as const;
const routed = (own: Partial<ClosedConfig>) => router({ closed: [source(own)] });
const answered = routed({ answer });
const bridged = bridge({ closed: [source({ answer })] });

const completed = results(({ closed }) => closed![0]!.completed);
const response = results(({ closed }) => closed![0]!.response.mean);

export const CLOSED_CASES: Cases = cases(
  { base: routed({}), read: completed },
  under("virtual.closed[].", {
    if: { values: ["em0", "em2"], read: port("em0", "received"), goes: "down" },
    srcMac: { base: bridged, values: [undefined, ownMac(1)], goes: "down" },
    dstMac: { values: [undefined, station(99)], goes: "down" },
    srcIp: { values: ["198.18.0.1", "198.18.0.2"], read: messages("udp_thread 1") },
    dstIp: { values: ["198.19.0.1", "198.20.0.1"], read: port("em2", "if_opackets"), goes: "up" },
    start: { values: [0, "1ms"], goes: "down" },
    outstanding: { values: [1, 4], goes: "up" },
    think: { values: [0, "100us"], goes: "down" },
    "think.mean": { base: routed({ think: drawn }), values: ["50us", "100us"], goes: "down" },
    "think.law": { base: routed({ think: drawn }), values: ["constant", "exponential"] },
    timeout: { values: ["1s", "10us"], read: results(({ closed }) => closed![0]!.resent), goes: "up" },
    bytes: { values: [60, 1000], read: response, goes: "up" },
    flows: { values: [1, 2], read: messages("udp_thread 1") },
    stop: { values: [undefined, "1ms"], goes: "down" },
    count: { values: [undefined, 10], goes: "down" },
    "answer.if": { base: answered, values: ["em1", "em2"], goes: "down" },
    "answer.mac": { base: bridged, values: [undefined, ownMac(0)], goes: "down" },
    "answer.dstMac": { base: answered, values: [undefined, station(99)], goes: "down" },
    "answer.service": { base: answered, values: [0, "100us"], goes: "down" },
    "answer.service.mean": { base: routed({ answer: { ...answer, service: drawn } }), values: ["50us", "100us"], goes: "down" },
    "answer.service.law": { base: routed({ answer: { ...answer, service: drawn } }), values: ["constant", "exponential"] },
    "answer.bytes": { base: answered, values: [60, 1000], read: response, goes: "up" },
  }),
);
