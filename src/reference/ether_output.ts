/** ether_output: puts the Ethernet header on and finds the way out. */
import { Drop, type Path } from "../../assembly/abi.ts";
import type { Mac } from "../types.ts";
import { bridgeOutput } from "./bridge_output.ts";
import { put16, putMac } from "./bytes.ts";
import { AT_TYPE, ETHER_HEADER, isGroup } from "./ethernet.ts";
import type { Done, Host } from "./host.ts";
import { transmit } from "./transmit.ts";

export function etherOutput(host: Host, port: number, type: number, dst: Mac, payload: Uint8Array, path: Path): Done {
  const ifp = host.ports[port]!;
  if (!ifp.up) return host.drop(Drop.InterfaceDown);
  const frame = new Uint8Array(ETHER_HEADER + payload.length);
  putMac(frame, 0, dst);
  putMac(frame, 6, sourceMac(host, port));
  put16(frame, AT_TYPE, type);
  frame.set(payload, ETHER_HEADER);
  const packet = { frame, tag: undefined, rcvif: port, group: isGroup(dst), reinjected: false, lengthChecked: false, path };
  const bridge = ifp.kind === "bridge" ? host.bridges.find((one) => one.port === ifp) : host.bridgeOf(port);
  if (bridge?.port.up) return bridgeOutput(host, bridge, packet);
  transmit(host, port, packet, Drop.InterfaceDown);
}

/** [engine] A bridge without an address of its own sends with that of its first member. */
export function sourceMac(host: Host, port: number): Mac {
  const own = host.ports[port]!.mac;
  if (own !== 0n) return own;
  const first = host.bridges.find((bridge) => bridge.port.index === port)?.members[0];
  return first ? host.ports[first.port]!.mac : 0n;
}
