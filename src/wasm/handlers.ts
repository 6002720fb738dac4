import { GUARD, HEADROOM, Region } from "../../assembly/abi.ts";
import { isReadable, shownForBytes } from "../bytes.ts";
import { findPort } from "../config/find.ts";
import { ConfigError } from "../errors.ts";
import type { HandlerVerdict, PacketHandler, ProtocolName, ResolvedConfig } from "../types.ts";
import { ISR_BY_NAME } from "./attach.ts";
import type { EngineExports } from "./exports.ts";
import { type HostCalls, openWayOut } from "./way_out.ts";

const PASS = 0;
const REFUSED = 2;
const VERDICTS = new Map<HandlerVerdict, number>([
  ["pass", PASS],
  ["taken", 1],
  ["refused", REFUSED],
]);

/** Bytes of addresses and EtherType. */
const ETHER_HEADER = 14;

/** @throws ConfigError for what is no verdict, such as the promise of an async handler */
const codeOf = (name: ProtocolName, verdict: HandlerVerdict): number => {
  const code = VERDICTS.get(verdict);
  if (code === undefined)
    throw new ConfigError(`handler of ${name}`, `one of ${[...VERDICTS.keys()].map((known) => `"${known}"`).join(", ")} as its verdict`, verdict);
  return code;
};

/** The embedder's protocol handlers, as the module calls them. What one throws is kept, and its packet is refused. */
export class HostHandlers implements HostCalls {
  readonly #packets = new Map<number, { name: ProtocolName; handler: PacketHandler }>();
  readonly #scheduled = new Map<number, () => void>();
  readonly #exports: EngineExports;
  readonly #config: ResolvedConfig;
  /** The first error that a handler threw since it was last asked for. */
  #thrown: { error: unknown } | undefined;
  #open = false;

  constructor(exports: EngineExports, config: ResolvedConfig) {
    this.#exports = exports;
    this.#config = config;
  }

  /** Lets the module call handlers. Before there is one it has no reason to, unless its state is that of an engine which had one. */
  open(): void {
    if (!this.#open) openWayOut(this.#exports, this);
    this.#open = true;
  }

  setPacketHandler(name: ProtocolName, handler: PacketHandler): void {
    this.open();
    this.#packets.set(ISR_BY_NAME[name], { name, handler });
    this.register();
  }

  /** Lets the module know of all handlers: also when its memory has become that of an engine which had others. */
  register(): void {
    for (const [isr, { name }] of this.#packets) this.#exports.attachProtocol(isr, this.#config.handlers[name].mpsafe ? 1 : 0, 1);
  }

  setScheduled(name: ProtocolName, work: () => void): void {
    this.open();
    this.#scheduled.set(ISR_BY_NAME[name], work);
  }

  /** True while the engine runs, that is: while a handler may be on the stack. */
  inside = false;

  during<T>(work: () => T): T {
    this.inside = true;
    try {
      return work();
    } finally {
      this.inside = false;
    }
  }

  /** Throws what a handler threw, if one did. */
  rethrow(): void {
    const thrown = this.#thrown;
    this.#thrown = undefined;
    if (thrown) throw thrown.error;
  }

  hostPacket = (isr: number, frame: number, length: number, port: number): number => {
    const entry = this.#packets.get(isr);
    if (!entry) return PASS;
    const bytes = new Uint8Array(this.#exports.memory.buffer, frame, length);
    const packet = { frame: bytes, interface: this.#config.ports[port]!.name, protocol: entry.name, send: this.#send };
    try {
      return codeOf(entry.name, entry.handler(packet));
    } catch (error) {
      this.#thrown ??= { error };
      return REFUSED;
    }
  };

  hostScheduled = (isr: number): void => {
    try {
      this.#scheduled.get(isr)?.();
    } catch (error) {
      this.#thrown ??= { error };
    }
  };

  #send = (interfaceName: string, frame: Uint8Array): boolean => {
    if (!isReadable(frame)) throw new ConfigError("frame", "a Uint8Array", shownForBytes(frame));
    const port = findPort(this.#config, interfaceName);
    const exports = this.#exports;
    const most = exports.regionBytes(Region.Scratch) - HEADROOM - GUARD; // clusterRoom in assembly/kern/mbuf.ts
    if (frame.length < ETHER_HEADER || frame.length > most)
      throw new ConfigError("frame", `a frame of ${ETHER_HEADER} to ${most} bytes`, `one of ${frame.length}`);
    new Uint8Array(exports.memory.buffer, exports.regionBase(Region.Scratch), frame.length).set(frame);
    return exports.hostAnswer(port.index, frame.length) !== 0;
  };
}
