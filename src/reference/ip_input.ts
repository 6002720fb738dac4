/** The slow path of an IP datagram: ip_input, and delivery to this host. After sys/netinet/ip_input.c. */
import { Drop, Knob } from "../../assembly/abi.ts";
import type { ResolvedPort } from "../types.ts";
import { hasAddress, hasNoAddress, isOurs, isSubnetBroadcast } from "./address.ts";
import { checksum } from "./bytes.ts";
import { ETHER_HEADER } from "./ethernet.ts";
import type { Done, Host, Packet } from "./host.ts";
import { icmpError, type Received } from "./icmp.ts";
import { icmpInput } from "./icmp_input.ts";
import { ICMP_UNREACH, UNREACH_PORT, UNREACH_PROTOCOL } from "./icmp_types.ts";
import { ipLengthcheck } from "./ip_demux.ts";
import { ipForward } from "./ip_forward.ts";
import { processOptions } from "./ip_options.ts";
import {
  AT_PROTOCOL,
  destination,
  headerLength,
  IP_HEADER,
  IPPROTO_ICMP,
  IPPROTO_TCP,
  IPPROTO_UDP,
  isFragment,
  isMulticast,
  LIMITED_BROADCAST,
  source,
  totalLength,
} from "./ipv4.ts";

const ALL_HOSTS_GROUP = 0xe0000001;

export function ipInput(host: Host, packet: Packet): Done {
  const payload = packet.frame.subarray(ETHER_HEADER);
  const fault = packet.lengthChecked ? headerFault(payload) : (ipLengthcheck(payload) ?? headerFault(payload));
  if (fault !== undefined) return host.drop(fault);
  const received = { ip: payload.slice(0, totalLength(payload)), group: packet.group };
  const ip = received.ip.slice();
  const ifp = host.ports[packet.rcvif]!;
  const forwarding = host.knob(Knob.IpForwarding) !== 0;
  if (headerLength(ip) > IP_HEADER) {
    const options = processOptions(host, ip);
    if ("fault" in options) {
      const { drop, type, code, pointer } = options.fault;
      host.drop(drop);
      return icmpError(host, received, type, code, pointer);
    }
    if (options.forward) return forwarding ? ipForward(host, ip, received, ifp, true) : host.drop(Drop.CannotForward);
  }
  const verdict = forUs(host, ifp, ip, packet.group, forwarding);
  if (verdict === "forward") return ipForward(host, ip, received, ifp, false);
  if (verdict !== "local") return host.drop(verdict);
  deliver(host, ip, received, ifp);
}

function headerFault(ip: Uint8Array): Drop | undefined {
  if (ip[0]! >> 4 !== 4) return Drop.IpBadVersion;
  if (source(ip) >>> 24 === 127 || destination(ip) >>> 24 === 127) return Drop.IpBadAddress;
  return checksum(ip, 0, headerLength(ip)) === 0 ? undefined : Drop.IpBadChecksum;
}

/** [engine] The only group that this host has joined is that of all hosts, on every interface with an address. */
function forUs(host: Host, ifp: ResolvedPort, ip: Uint8Array, group: boolean, forwarding: boolean): "local" | "forward" | Drop {
  const dst = destination(ip);
  if (hasNoAddress(host) && !group) return "local";
  if (isOurs(host, dst)) {
    const isChecked = host.knob(Knob.IpCheckInterface) !== 0 && !forwarding;
    return isChecked && !hasAddress(ifp, dst) ? Drop.IpBadAddress : "local";
  }
  if (isSubnetBroadcast(ifp, dst) || dst === LIMITED_BROADCAST || dst === 0) return "local";
  if (isMulticast(dst)) return dst === ALL_HOSTS_GROUP && ifp.ip.length > 0 ? "local" : Drop.CannotForward;
  return forwarding ? "forward" : Drop.CannotForward;
}

/** Delivery without sockets, which is why nothing looks at the checksums of TCP and UDP. [engine] Fragments are not put together. */
function deliver(host: Host, ip: Uint8Array, received: Received, ifp: ResolvedPort): Done {
  const protocol = ip[AT_PROTOCOL];
  if (isFragment(ip)) return host.drop(Drop.FragmentForUs);
  if (protocol === IPPROTO_TCP) return host.deliver();
  if (protocol === IPPROTO_ICMP) return icmpInput(host, ip, ifp.index);
  if (protocol !== IPPROTO_UDP) {
    host.drop(Drop.NoProtocol);
    return icmpError(host, received, ICMP_UNREACH, UNREACH_PROTOCOL);
  }
  host.deliver();
  if (host.knob(Knob.UdpBlackhole) === 0) icmpError(host, received, ICMP_UNREACH, UNREACH_PORT);
}
