/** The routing table as a list; the longest prefix is found by looking at every route. */
import { prefixContains, subnetOf } from "../addresses.ts";
import type { Ip, IpPrefix, ResolvedConfig, ResolvedRoute } from "../types.ts";

export interface Route extends ResolvedRoute {
  /** RTF_UP. False once the route has been deleted or replaced; the flow cache may still hold it then. */
  up: boolean;
}

export class Routes {
  readonly #routes: Route[] = [];

  /** [engine] Of two interfaces on the same subnet the first gets the route; a configured route replaces that of an interface. */
  constructor(config: ResolvedConfig) {
    for (const port of config.ports) for (const own of port.ip) if (!this.#find(own)) this.set({ dst: own, via: undefined, port: port.index });
    for (const route of config.routes) this.set(route);
  }

  get all(): readonly Route[] {
    return this.#routes;
  }

  lookup(address: Ip): Route | undefined {
    let best: Route | undefined;
    for (const route of this.#routes) if (prefixContains(route.dst, address) && (!best || route.dst.length > best.dst.length)) best = route;
    return best;
  }

  /** Adds the route, or replaces that to the same prefix. */
  set(route: ResolvedRoute): void {
    this.delete(route.dst);
    this.#routes.push({ dst: subnetOf(route.dst), via: route.via, port: route.port, up: true });
  }

  /** False if there is no route to exactly this prefix. */
  delete(dst: IpPrefix): boolean {
    const route = this.#find(dst);
    if (!route) return false;
    route.up = false;
    this.#routes.splice(this.#routes.indexOf(route), 1);
    return true;
  }

  #find(dst: IpPrefix): Route | undefined {
    return this.#routes.find((route) => route.dst.length === dst.length && prefixContains(route.dst, dst.address));
  }
}
