/** Checks of bridges, their members and their static addresses. */
import { formatMac } from "../addresses.ts";
import { oneOf } from "../suggest.ts";
import { checkName, checkOwnAddresses } from "./check_ports.ts";
import { type Context, portNamed } from "./context.ts";
import { type Checks, checkEach } from "./in_order.ts";
import { formatPath, type Path, refuse } from "./path.ts";
import type { BridgeShape, MemberShape, StaticShape } from "./shape.ts";

export const bridgeChecks = (context: Context): Checks<BridgeShape> => {
  const members = memberChecks(context);
  return {
    name: (bridge, path) => checkName(context, bridge, path),
    ip: (bridge, path) => checkOwnAddresses(context, bridge, path),
    members: (bridge, path) => checkEach(bridge.members, members, path),
    static: (bridge, path) => checkStatic(context, bridge, path),
  };
};

/** A port is in one bridge at most, and there once: as a member or as a span port (bridge_ioctl_add and _addspan answer EBUSY). */
const memberChecks = (context: Context): Checks<MemberShape> => {
  const places = new Map<string, Path>();
  return {
    if: (member, path) => {
      portNamed(context, member.if, ["interface", "vlan"], path);
      const place = places.get(member.if);
      if (place !== undefined) refuse(path, `a port that is in no bridge yet, as it is in ${formatPath(place)}`, member.if);
      places.set(member.if, path.slice(0, -1));
    },
  };
};

const checkStatic = (context: Context, bridge: BridgeShape, path: Path): void => {
  const { static: entries, maxaddr } = bridge;
  const legal = bridge.members.filter(({ span }) => !span).map((member) => member.if);
  const members = new Set(legal);
  const seen = new Set<bigint>();
  const checks: Checks<StaticShape> = {
    mac: ({ mac }, at) => {
      if (seen.has(mac)) refuse(at, "a MAC address that no other static entry of the bridge has", formatMac(mac));
      seen.add(mac);
    },
    if: (entry, at) => {
      if (members.has(entry.if)) return;
      portNamed(context, entry.if, ["interface", "vlan"], at);
      refuse(at, `a member of the bridge that is no span port, ${oneOf(legal)}`, entry.if);
    },
  };
  checkEach(entries.slice(0, maxaddr), checks, path);
  if (entries.length > maxaddr) refuse([...path, maxaddr], `at most ${maxaddr} entries, as many as \`maxaddr\` allows`, entries.length);
};
