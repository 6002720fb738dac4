import { IFF_NOCARRIER } from "../../assembly/abi.ts";
import { findBridge, findInterface, findPort, parseDestination } from "../config/find.ts";
import type { IpPrefix, RouteConfig, TraceChoice } from "../types.ts";
import { addRoute } from "../wasm/attach.ts";
import { nameOfRoute, onOrOff, routeNow, upOrDown } from "./change.ts";
import { readKnob, replacedBy, resolveRoute, writeKnob, writeMaxaddr, writePolling } from "./control.ts";
import { checkSwitch } from "./options.ts";
import { EngineState } from "./state.ts";
import { rechooseTrace } from "./trace.ts";

/** What can be changed between runs. Each change but that of the trace is listed (`changes`); what is refused, or was so already, is none. */
export abstract class ChangeableEngine extends EngineState {
  /** Does what is to be done at this moment. */
  protected abstract settle(): void;

  /**
   * Sets a knob by its BSD name, from the next message on: an integer in the unit and range that `KNOBS` gives; "kern.polling.NAME" is for all CPUs,
   * "kern.polling.N.NAME" for one. @throws ConfigError for an unknown knob or a value out of its range
   */
  setKnob(name: string, value: number): void {
    const before = [name, ...replacedBy(this.config, name)].map((one): [string, number] => [one, readKnob(this.config, one)]);
    writeKnob(this.running, this.config, name, value);
    for (const [one, from] of before) this.#changed(one, from, value);
  }

  /** Chooses anew what is recorded; undefined: nothing. @throws ConfigError in an engine without the option `trace` */
  setTrace(choice: TraceChoice | undefined): void {
    rechooseTrace(this.running, this.options, choice);
  }

  /**
   * ifconfig up or down, of an interface, vlan or bridge: down, it takes and sends nothing, and what waits in its output queue is dropped (InterfaceDown).
   * @throws ConfigError for an unknown name
   */
  setInterfaceUp(name: string, up: boolean): void {
    const port = findPort(this.config, name);
    checkSwitch("up", up);
    const from = this.isInterfaceUp(name);
    this.running.setInterfaceUp(port.index, up ? 1 : 0);
    this.#changed(port.name, upOrDown(from), upOrDown(up));
    this.exchange.read();
  }

  /** Whether an interface, vlan or bridge is up. @throws ConfigError for a name that there is not */
  isInterfaceUp(name: string): boolean {
    return this.running.interfaceUp(findPort(this.config, name).index) !== 0;
  }

  /**
   * ifconfig polling and -polling: an interface is polled by its CPU, or interrupts it. @returns false if it is so already, or the CPU cannot poll it, as
   * with kern.polling.enable 0. @throws ConfigError in an engine of another machine than the virtual one, for an unknown interface, and for one that has a
   * `vacation` or several rings
   */
  setPolling(name: string, on: boolean): boolean {
    const changed = writePolling(this.running, this.config, name, on);
    if (changed) this.#changed(`${findPort(this.config, name).name} polling`, onOrOff(!on), onOrOff(on));
    return changed;
  }

  /**
   * Plugs the cable of an interface in or out. Without it nothing arrives (Drop.WireLoss), and frames stay in ring and queue until those are full. @throws ConfigError for a vlan or bridge, or an
   * unknown name
   */
  setCarrier(name: string, up: boolean): void {
    const port = findInterface(this.config, name);
    checkSwitch("up", up);
    const exports = this.standing;
    const from = (exports.portFlags(port.index) & IFF_NOCARRIER) === 0;
    exports.setCarrier(port.index, up ? 1 : 0);
    this.#changed(`${port.name} carrier`, onOrOff(from), onOrOff(up));
    this.settle();
  }

  /**
   * Adds a route, or replaces the one to the same prefix. @throws ConfigError for an address, prefix or name that is none. @throws EngineError if the table
   * is full (`limits.routes`)
   */
  setRoute(route: RouteConfig & { if: string }): void {
    const resolved = resolveRoute(this.config, route);
    this.#routed(resolved.dst, () => addRoute(this.running, resolved));
  }

  /** Takes a route away: "198.51.100.0/24" or "default". @returns false if there was no route to exactly this prefix. @throws ConfigError if it is none */
  deleteRoute(dst: string): boolean {
    const prefix = parseDestination(dst);
    return this.#routed(prefix, () => this.running.rtdelete(prefix.address, prefix.length) !== 0);
  }

  #routed<T>(dst: IpPrefix, change: () => T): T {
    const from = routeNow(this.running, this.config, dst);
    const result = change();
    this.#changed(nameOfRoute(dst), from, routeNow(this.running, this.config, dst));
    return result;
  }

  /**
   * Takes a port out of its bridge; what it was the way to is forgotten. @returns false if it was no member. @throws ConfigError for an unknown bridge or
   * port
   */
  removeMember(bridge: string, port: string): boolean {
    const { index, name } = findPort(this.config, port);
    const removed = this.standing.bridgeRemoveMember(findBridge(this.config, bridge), index) !== 0;
    if (removed) this.#changed(`${bridge} member ${name}`, "in", "out");
    this.settle();
    return removed;
  }

  /** Puts a member that was removed back. @returns false if it had not been removed. @throws ConfigError for an unknown bridge or port */
  restoreMember(bridge: string, port: string): boolean {
    const { index, name } = findPort(this.config, port);
    const restored = this.running.bridgeRestoreMember(findBridge(this.config, bridge), index) !== 0;
    if (restored) this.#changed(`${bridge} member ${name}`, "out", "in");
    return restored;
  }

  /**
   * Lowers or raises the limit of a bridge's table: addresses, 1 up to what was configured. A lower one trims the table. @throws ConfigError for another
   * number, or an unknown bridge
   */
  setMaxaddr(bridge: string, maxaddr: number): void {
    const from = this.running.bridgeMaxaddr(findBridge(this.config, bridge));
    writeMaxaddr(this.running, this.config, bridge, maxaddr);
    this.#changed(`${bridge} maxaddr`, from, maxaddr);
  }

  #changed(what: string, from: number | string, to: number | string): void {
    if (from !== to) this.record.push({ time: this.now, what, from, to });
  }
}
