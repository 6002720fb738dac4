/** `--at TIME:PORT=...`: what ifconfig does with an interface, vlan or bridge. */
import { whyNotPolled } from "../../engine/control.ts";
import { knownWord } from "../../suggest.ts";
import type { ResolvedConfig, ResolvedPort } from "../../types.ts";
import type { Change } from "./arguments.ts";
import type { Action } from "./changes.ts";
import { wrong } from "./wrong_change.ts";

/** What can be said of a port, by its kind. */
const EXPECTED = {
  interface: "up, down, polling, -polling, carrier or -carrier",
  vlan: "up or down",
  bridge: "up, down, deletem MEMBER, addm MEMBER or maxaddr N",
} as const satisfies Record<ResolvedPort["kind"], string>;

/** @throws Failure */
export const portChange = (change: Change, port: ResolvedPort, config: ResolvedConfig): Action => {
  const { what, value } = change;
  if (value === "up" || value === "down") return { apply: (engine) => engine.setInterfaceUp(what, value === "up"), unless: `it is ${value} already` };
  if (port.kind === "interface") {
    if (value === "polling" || value === "-polling") return pollingChange(change, port, config);
    if (value === "carrier" || value === "-carrier")
      return {
        apply: (engine) => engine.setCarrier(what, value === "carrier"),
        unless: `its carrier is ${value === "carrier" ? "on" : "off"} already`,
      };
  }
  const bridge = config.bridges.find((one) => one.port === port.index);
  const [verb, operand, ...rest] = value.split(/ +/);
  if (bridge && operand !== undefined && rest.length === 0) {
    if (verb === "maxaddr") return maxaddrChange(change, operand, bridge.maxaddr);
    if (verb === "addm" || verb === "deletem") {
      const members = bridge.members.map((member) => config.ports[member.port]!.name);
      return memberChange(change, verb, operand, members);
    }
  }
  throw wrong(change, EXPECTED[port.kind], value);
};

const pollingChange = (change: Change, port: ResolvedPort, config: ResolvedConfig): Action => {
  const { what, value } = change;
  const why = value === "polling" ? whyNotPolled(config, port) : undefined;
  if (why !== undefined) throw wrong(change, `-polling, as ${why}`, value);
  const on = value === "polling";
  return { apply: (engine) => void engine.setPolling(what, on), unless: whyPollingStays(on) };
};

export const whyPollingStays = (on: boolean): string =>
  on ? "it is polled already, or its CPU does not poll (kern.polling.enable)" : "it is not polled";

const maxaddrChange = (change: Change, operand: string, most: number): Action => {
  const to = /^\d{1,7}$/.test(operand) ? Number(operand) : 0;
  if (to < 1 || to > most) throw wrong(change, `maxaddr and an integer from 1 to ${most}`, operand);
  return { apply: (engine) => engine.setMaxaddr(change.what, to), unless: `it is ${to} already` };
};

const memberChange = (change: Change, verb: "addm" | "deletem", operand: string, members: string[]): Action => {
  const { what } = change;
  if (!members.includes(operand)) throw wrong(change, knownWord(`${verb} and a member that ${what} is configured with`, operand, members), operand);
  return verb === "addm"
    ? { apply: (engine) => void engine.restoreMember(what, operand), unless: "it is a member already" }
    : { apply: (engine) => void engine.removeMember(what, operand), unless: "it is out already" };
};
