/** The way out of an interface: vlan tag, then the wire. Output queues are never full here. */
import type { Drop } from "../../assembly/abi.ts";
import { put16 } from "./bytes.ts";
import { AT_TAG, ETHERTYPE_VLAN, TAG_LENGTH } from "./ethernet.ts";
import type { Done, Host, Packet } from "./host.ts";

/**
 * Sends a frame by an interface or a vlan, and counts it by the packet's `path`. [engine] vlan_start gives the frame its own tag; one that the frame
 * brought with it over the bridge goes inside. A parent that is down frees the frame, for the reason `down`.
 */
export function transmit(host: Host, port: number, packet: Packet, down: Drop): Done {
  const out = host.ports[port]!;
  if (out.kind !== "vlan") return send(host, port, packet, packet.tag);
  if (!host.ports[out.parent]!.up) return host.drop(down);
  const frame = packet.tag === undefined ? packet.frame : withTag(packet.frame, packet.tag);
  send(host, out.parent, { ...packet, frame }, out.vid);
}

function send(host: Host, port: number, packet: Packet, tag: number | undefined): Done {
  const data = tag === undefined ? packet.frame.slice() : withTag(packet.frame, tag);
  host.sent.push({ port, data });
  host.tally.end(packet.path);
}

function withTag(frame: Uint8Array, tag: number): Uint8Array {
  const data = new Uint8Array(frame.length + TAG_LENGTH);
  data.set(frame.subarray(0, AT_TAG));
  put16(data, AT_TAG, ETHERTYPE_VLAN);
  put16(data, AT_TAG + 2, tag);
  data.set(frame.subarray(AT_TAG), AT_TAG + TAG_LENGTH);
  return data;
}
