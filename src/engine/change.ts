/** How the changes of a running engine are written down. */
import { formatIp, formatPrefix } from "../addresses.ts";
import type { IpPrefix, ResolvedConfig } from "../types.ts";
import type { EngineExports } from "../wasm/exports.ts";

/** "route 198.51.100.0/24", "route default" */
export const nameOfRoute = (dst: IpPrefix): string => `route ${dst.length === 0 ? "default" : formatPrefix(dst)}`;

/** Where exactly this prefix is routed to now: "192.0.2.9 em1"; on link "em1"; "none". */
export const routeNow = (exports: EngineExports, { ports }: ResolvedConfig, { address, length }: IpPrefix): string => {
  const route = BigInt.asUintN(64, exports.rtexact(address, length));
  if (route === 0n) return "none";
  const { name } = ports[Number(route & 0xffffn) - 1]!;
  const hasGateway = ((route >> 16n) & 0xffffn) !== 0n;
  return hasGateway ? `${formatIp(Number(route >> 32n))} ${name}` : name;
};

export const upOrDown = (up: boolean): string => (up ? "up" : "down");
export const onOrOff = (on: boolean): string => (on ? "on" : "off");
