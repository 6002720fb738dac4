/** How the changes of a running engine are written down: names and values of routes. */
import { formatIp, formatPrefix, subnetOf } from "../addresses.ts";
import type { ChangeResult, IpPrefix, ResolvedConfig, ResolvedRoute } from "../types.ts";

/** "route 198.51.100.0/24", "route default" */
export const nameOfRoute = (dst: IpPrefix): string => `route ${dst.length === 0 ? "default" : formatPrefix(dst)}`;

/** "192.0.2.9 em1"; on link: "em1". */
export const routeText = ({ ports }: ResolvedConfig, { via, port }: Pick<ResolvedRoute, "via" | "port">): string =>
  `${via === undefined ? "" : `${formatIp(via)} `}${ports[port]!.name}`;

/** Where a prefix is routed to after all these changes: by the last of them, the configuration, or an interface's own address. */
export const routeNow = (config: ResolvedConfig, changes: readonly ChangeResult[], dst: IpPrefix): string => {
  const name = nameOfRoute(dst);
  const last = changes.findLast(({ what }) => what === name);
  if (last) return `${last.to}`;
  const configured = config.routes.findLast((route) => nameOfRoute(route.dst) === name);
  if (configured) return routeText(config, configured);
  const connected = config.ports.find(({ ip }) => ip.some((prefix) => nameOfRoute(subnetOf(prefix)) === name));
  return connected ? connected.name : "none";
};
