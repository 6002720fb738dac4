/** Packets of a protocol that the kernel has no handler for, with and without one in JavaScript. */
import type { Engine } from "../src/engine.ts";
import type { HandlerPacket } from "../src/types.ts";
import { CheckError } from "./support/checks.ts";
import type { Expectation, Workload } from "./support/contestant.ts";
import { type Drive, type EngineSetup, wholeRounds } from "./support/engine_contestant.ts";
import { etherFrame } from "./support/frames.ts";
import { IN_FLIGHT, interfaces, MBUFS, ownMac, PORTS, stationMac } from "./support/ports.ts";
import { recordsOf } from "./support/records.ts";

const ETHERTYPE_IPV6 = 0x86dd;

const workload = (name: string, sent: Expectation["sent"]): Workload => ({
  name,
  config: { mbufs: MBUFS, interfaces: interfaces() },
  system: undefined,
  input: recordsOf(
    Array.from({ length: IN_FLIGHT }, (_, i) => ({
      port: i % PORTS,
      data: etherFrame(ownMac(i % PORTS), stationMac(i), ETHERTYPE_IPV6),
    })),
  ),
  frames: IN_FLIGHT,
  learn: new Uint8Array(0),
  span: 0n,
  expect: sent === undefined ? {} : { sent },
});

/** Calls of the handler so far, by engine. */
const calls = new WeakMap<Engine, number>();

const attach = (handle: (packet: HandlerPacket) => void) => (engine: Engine) => {
  calls.set(engine, 0);
  engine.setHandler("ipv6", (packet) => {
    calls.set(engine, calls.get(engine)! + 1);
    handle(packet);
    return "taken";
  });
};

/** Whole rounds, after which the handler must have seen every packet. */
const counted: Drive = (engine, records, rounds) => {
  const before = calls.get(engine);
  const lap = wholeRounds(engine, records, rounds);
  const seen = before === undefined ? rounds * IN_FLIGHT : calls.get(engine)! - before;
  if (seen !== rounds * IN_FLIGHT) throw new CheckError(`handler: expected ${rounds * IN_FLIGHT} calls, but got ${seen}`);
  return lap;
};

export const packetHandlers = (): (EngineSetup & { workload: Workload })[] => {
  const silent = workload("handler", "none");
  return [
    { name: "no handler: dropped", drive: counted, workload: silent },
    { name: "a handler that takes the packet", drive: counted, workload: silent, attach: attach(() => {}) },
    {
      name: "a handler that sends the frame back",
      drive: counted,
      workload: workload("handler that answers", "all"),
      attach: attach((packet) => void packet.send(packet.interface, packet.frame)),
    },
  ];
};
