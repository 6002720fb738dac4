/** Checks of routes, ARP entries and the sizes of their tables. */
import { formatIp, formatPrefix } from "../addresses.ts";
import { ANY_KIND, type Context, portNamed, portTowards, prefixKey } from "./context.ts";
import type { Checks } from "./in_order.ts";
import { refuse } from "./path.ts";
import { type ArpShape, MAX_ROUTES, type RouteShape, type Shape } from "./shape.ts";

export const routeChecks = (context: Context): Checks<RouteShape> => {
  const places = new Map<number, number>();
  return {
    dst: (route, path) => {
      const key = prefixKey(route.dst);
      const place = places.get(key);
      if (place !== undefined) refuse(path, `a prefix that no other route has, as routes[${place}] does`, formatPrefix(route.dst));
      places.set(key, places.size); // every route before this one is in it
      if (route.via === undefined && route.if === undefined)
        refuse([...path.slice(0, -1), "if"], "the name of an interface, vlan or bridge, as there is no `via`", undefined);
    },
    via: ({ via, if: name }, path) => {
      if (via === undefined) return;
      if (context.ownAddresses.has(via)) refuse(path, "the address of another host, not one of our own", formatIp(via));
      if (name === undefined && portTowards(context, via) === undefined)
        refuse(path, "an address in the subnet of an interface, vlan or bridge, or else an `if` beside it", formatIp(via));
    },
    if: ({ if: name }, path) => {
      if (name !== undefined) portNamed(context, name, ANY_KIND, path);
    },
  };
};

export const arpChecks = (context: Context): Checks<ArpShape> => {
  const seen = new Set<string>();
  return {
    if: (entry, path) => void portNamed(context, entry.if, ANY_KIND, path),
    ip: (entry, path) => {
      if (context.ownAddresses.has(entry.ip)) refuse(path, "the address of another host, not one of our own", formatIp(entry.ip));
      const key = `${entry.if} ${entry.ip}`;
      if (seen.has(key)) refuse(path, `an address that no other ARP entry on ${entry.if} has`, formatIp(entry.ip));
      seen.add(key);
    },
  };
};

/** Routes that the table must hold at most: those given, and one to the subnet of each own address. */
export const routesNeeded = ({ shape, addressCount }: Context): number => shape.routes.length + addressCount;

/** The table has a largest size, whatever `limits.routes` says. */
export const checkRouteCount = (context: Context): void => {
  if (routesNeeded(context) > MAX_ROUTES)
    refuse(
      ["routes"],
      `at most ${MAX_ROUTES - context.addressCount} routes, as our own subnets need ${context.addressCount}`,
      context.shape.routes.length,
    );
};

export const limitChecks = (context: Context): Checks<Shape["limits"]> => ({
  routes: ({ routes }, path) => {
    const needed = routesNeeded(context);
    if (routes !== undefined && routes < needed)
      refuse(path, `an integer from ${needed} (as many routes and own subnets are configured) to ${MAX_ROUTES}`, routes);
  },
  arp: ({ arp }, path) => {
    const needed = context.shape.arp.length;
    if (arp !== undefined && arp < needed) refuse(path, `an integer from ${needed} (as many entries are configured) to 65536`, arp);
  },
});
