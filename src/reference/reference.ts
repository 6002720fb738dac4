/** The model from outside: frames in, frames out. */
import { PS_PER_SECOND } from "../../assembly/abi.ts";
import { ConfigError } from "../errors.ts";
import { KNOB_BY_NAME, KNOBS } from "../knobs.ts";
import type { IpPrefix, ResolvedConfig, ResolvedRoute } from "../types.ts";
import { sendArpUpdate } from "./arp_input.ts";
import { bridgeEnqueue } from "./bridge_output.ts";
import type { BridgeAddress } from "./bridge_table.ts";
import type { Counts } from "./counts.ts";
import { etherInputOncpu } from "./ether_demux.ts";
import { nicInput } from "./ether_input.ts";
import { type ArpEntry, type Flow, Host, type Message, type Sent } from "./host.ts";
import type { LockCounts } from "./locks.ts";
import type { Route } from "./route.ts";
import { Timers } from "./timers.ts";

export interface Reference {
  /** Takes one frame through the host at `time` (picoseconds, never going back) and returns what left because of it, in order. */
  receive(port: number, frame: Uint8Array, time: bigint): Sent[];
  /** Lets time pass: timers up to and at `time` run. */
  advance(time: bigint): void;
  counts(): Counts;
  locks(): LockCounts;
  setKnob(name: string, value: number): void;
  /** IFF_UP of an interface, vlan or bridge. */
  setInterfaceUp(port: number, up: boolean): void;
  /** Adds a route, or replaces that to the same prefix. */
  setRoute(route: ResolvedRoute): void;
  /** False if there is no route to exactly this prefix. */
  deleteRoute(dst: IpPrefix): boolean;
  /** Changes the size of a bridge's address table; `port` is the bridge's own. */
  setBridgeLimit(port: number, max: number): void;
  bridgeAddresses(port: number): BridgeAddress[];
  arpEntries(): Readonly<ArpEntry>[];
  flows(): readonly Readonly<Flow>[];
  routes(): readonly Route[];
}

/** The functional packet path in plain TypeScript: one CPU, one frame at a time, no queue that can be full. */
export function createReference(config: ResolvedConfig): Reference {
  const host = new Host(config);
  const timers = new Timers(host);
  const tableOf = (port: number) => host.bridges.find((bridge) => bridge.port.index === port)?.table;
  return {
    receive(port, frame, time) {
      checkArrival(host, port, time);
      timers.advance(time);
      nicInput(host, port, frame);
      serveMessages(host);
      return host.sent.splice(0);
    },
    advance(time) {
      checkArrival(host, 0, time);
      timers.advance(time);
    },
    counts: () => host.tally.counts([...host.arp.values()].filter((entry) => entry.held).length),
    locks: () => ({ ...host.locks.counts }),
    setKnob: (name, value) => setKnob(host, name, value),
    setInterfaceUp: (port, up) => void Object.assign(host.ports[port]!, { up }),
    setRoute: (route) => host.routes.set(route),
    deleteRoute: (dst) => host.routes.delete(dst),
    setBridgeLimit: (port, max) => tableOf(port)?.trim(max, host.seconds),
    bridgeAddresses: (port) => tableOf(port)?.addresses ?? [],
    arpEntries: () => [...host.arp.values()],
    flows: () => host.flows,
    routes: () => host.routes.all,
  };
}

function checkArrival(host: Host, port: number, time: bigint): void {
  const ports = host.ports.filter((one) => one.kind === "interface").length;
  if (!Number.isInteger(port) || port < 0 || port >= ports) throw new ConfigError("port", `the number of an interface, 0 to ${ports - 1}`, port);
  if (time < host.time) throw new ConfigError("time", `a time not before ${host.time / BigInt(PS_PER_SECOND)} s`, time);
}

function setKnob(host: Host, name: string, value: number): void {
  const knob = KNOB_BY_NAME.get(name);
  if (knob === undefined) throw new ConfigError(name, "a known knob", name);
  const { min, max } = KNOBS[knob as keyof typeof KNOBS];
  if (!Number.isInteger(value) || value < min || value > max) throw new ConfigError(name, `an integer from ${min} to ${max}`, value);
  host.setKnob(knob, value);
}

/** Messages are served in the order in which they were sent, whichever thread they are for, until none is left. */
function serveMessages(host: Host): void {
  for (let message = host.messages.shift(); message; message = host.messages.shift()) {
    const { thread, mpsafe } = message;
    host.cpu = thread.cpu;
    host.locks.service(thread, mpsafe, () => dispatch(host, message));
  }
}

function dispatch(host: Host, message: Message): void {
  if (message.kind === "input") etherInputOncpu(host, message.packet);
  else if (message.kind === "enqueue") bridgeEnqueue(host, message.port, message.packet);
  else sendArpUpdate(host);
  host.finishPending();
}
