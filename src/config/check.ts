/** Runs the checks of a configuration's entries against each other, in the order of the document. */
import { pollingKnobOf } from "../knobs.ts";
import { bridgeChecks } from "./check_bridges.ts";
import { interfaceChecks, vlanChecks } from "./check_ports.ts";
import { arpChecks, checkRouteCount, limitChecks, routeChecks } from "./check_routes.ts";
import { virtualChecks } from "./check_virtual.ts";
import type { Context } from "./context.ts";
import { checkEach, checkEntry } from "./in_order.ts";
import { refuse } from "./path.ts";
import type { Shape } from "./shape.ts";

/** Throws the ConfigError of the first entry that does not go with the others. */
export const checkAll = (context: Context): void => {
  const { shape } = context;
  const sections: Partial<Record<keyof Shape, () => void>> = {
    interfaces: () => checkEach(shape.interfaces, interfaceChecks(context), ["interfaces"]),
    vlans: () => checkEach(shape.vlans, vlanChecks(context), ["vlans"]),
    bridges: () => checkEach(shape.bridges, bridgeChecks(context), ["bridges"]),
    routes: () => {
      checkEach(shape.routes, routeChecks(context), ["routes"]);
      checkRouteCount(context);
    },
    arp: () => checkEach(shape.arp, arpChecks(context), ["arp"]),
    sysctl: () => checkKnobs(shape.sysctl, shape.cpus),
    virtual: () => checkEntry(shape.virtual!, virtualChecks(context), ["virtual"]),
    limits: () => checkEntry(shape.limits, limitChecks(context), ["limits"]),
  };
  for (const section of Object.keys(shape) as (keyof Shape)[]) sections[section]?.();
};

/** Knobs of one CPU are of one that there is. */
const checkKnobs = (sysctl: Shape["sysctl"], cpus: number): void => {
  for (const name of Object.keys(sysctl)) {
    const one = pollingKnobOf(name);
    if (one && one.cpu >= cpus) refuse(["sysctl", name], `a CPU from 0 to ${cpus - 1}, as \`cpus\` is ${cpus}`, one.cpu);
  }
};
