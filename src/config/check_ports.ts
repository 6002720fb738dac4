/** Checks of interfaces and vlans, and what bridges share with them. */
import { MAX_PORTS } from "../../assembly/abi.ts";
import { formatPrefix } from "../addresses.ts";
import { type Context, type PortShape, portNamed } from "./context.ts";
import type { Checks } from "./in_order.ts";
import { type Path, refuse } from "./path.ts";
import type { InterfaceShape, VlanShape } from "./shape.ts";

/** `path` is that of the name. Ports beyond the limit are refused here too, since every port has a name. */
export const checkName = (context: Context, port: PortShape, path: Path): void => {
  if (context.ports.get(port.name)?.shape !== port) refuse(path, "a name that no other interface, vlan or bridge has", port.name);
  if (context.ordinals.get(port)! >= MAX_PORTS)
    refuse(path.slice(0, -1), `at most ${MAX_PORTS} interfaces, vlans and bridges together`, context.ordinals.size);
};

export const checkOwnAddresses = (context: Context, port: PortShape, path: Path): void => {
  for (const [nth, prefix] of port.ip.entries()) {
    const first = context.ownAddresses.get(prefix.address)!;
    if (first.port === port && first.nth === nth) continue;
    refuse([...path, nth], `an address that is used once, not also in \`ip\` of ${first.port.name}`, formatPrefix(prefix));
  }
};

export const interfaceChecks = (context: Context): Checks<InterfaceShape> => ({
  name: (port, path) => checkName(context, port, path),
  ip: (port, path) => checkOwnAddresses(context, port, path),
  receiveMtu: ({ mtu, receiveMtu }, path) => {
    if (receiveMtu !== undefined && receiveMtu < mtu) refuse(path, `an integer from ${mtu} (\`mtu\`) to 65535`, receiveMtu);
  },
  cpu: ({ cpu }, path) => {
    const { cpus } = context.shape;
    if (cpu >= cpus) refuse(path, `an integer from 0 to ${cpus - 1}, as \`cpus\` is ${cpus}`, cpu);
  },
});

export const vlanChecks = (context: Context): Checks<VlanShape> => {
  const tags = new Map<string, Map<number, string>>();
  return {
    name: (port, path) => checkName(context, port, path),
    parent: ({ parent }, path) => void portNamed(context, parent, ["interface"], path),
    vid: ({ name, parent, vid }, path) => {
      const taken = tags.get(parent) ?? new Map<number, string>();
      tags.set(parent, taken);
      const other = taken.get(vid);
      if (other !== undefined) refuse(path, `a tag that no other vlan on ${parent} has, as ${other} does`, vid);
      taken.set(vid, name);
    },
    ip: (port, path) => checkOwnAddresses(context, port, path),
  };
};
