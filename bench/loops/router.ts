/** The plain way through ip_input and ip_forward, for packets that the flow cache does not know yet. After assembly/netinet/ip_input.ts. */
import { type Flows, Neighbour, Route } from "./flows.ts";
import type { Kernel } from "./kernel.ts";
import { Drop, Iff, Knob, M, Mbuf, Path, Port, Size, Stat, Type, unsupported } from "./layout.ts";
import type { Memory } from "./memory.ts";
import type { Output } from "./output.ts";

const IPPROTO_ICMP = 1;
const swap16 = (value: number): number => ((value & 255) << 8) | (value >> 8);
const swap32 = (value: number): number => (swap16(value & 0xffff) << 16) | swap16(value >>> 16);

export interface Router {
  /** ether_demux_oncpu, for a packet that the loop does not take. */
  demux(t: number, m: number): void;
  /** ether_demux_oncpu and ip_input, for a packet that the cache does not take. */
  slow(t: number, m: number): void;
}

export const makeRouter = ({ u16, i32 }: Memory, kernel: Kernel, flows: Flows | undefined, output: Output): Router => {
  /** Whether the sum over the ten words from `ip` on is all ones. */
  const checksumOk = (ip: number): boolean => {
    let sum =
      u16[ip]! + u16[ip + 1]! + u16[ip + 2]! + u16[ip + 3]! + u16[ip + 4]! + u16[ip + 5]! + u16[ip + 6]! + u16[ip + 7]! + u16[ip + 8]! + u16[ip + 9]!;
    sum = (sum & 0xffff) + (sum >> 16);
    return sum === 0xffff;
  };

  const decrementTtl = (ip: number): void => {
    u16[ip + 4]!--; // the lower byte, which is not 0
    const sum = swap16(u16[ip + 5]!);
    u16[ip + 5] = swap16((sum >= 0xfeff ? sum + 0x0101 : sum + 0x0100) & 0xffff);
  };

  /** ether_output: MAC header, then the queue. */
  const etherOutput = (t: number, m: number, port: number, neighbour: number): void => {
    const data = i32[m + Mbuf.Data]! - Size.EtherHeader;
    i32[m + Mbuf.Data] = data;
    i32[m + Mbuf.Len]! += Size.EtherHeader;
    i32[data >> 2] = i32[neighbour + Neighbour.MacFront]!;
    i32[(data >> 2) + 1] = i32[neighbour + Neighbour.MacRest]! | (i32[port + Port.MacFront]! << 16);
    i32[(data >> 2) + 2] = (i32[port + Port.MacFront]! >>> 16) | (i32[port + Port.MacRest]! << 16);
    u16[(data >> 1) + 6] = Type.Ip;
    i32[m + Mbuf.Mflags]! &= ~(M.Bcast | M.Mcast);
    if (!(i32[port + Port.Flags]! & Iff.Up) || i32[port + Port.Bridged]) unsupported("an interface that is down or in a bridge");
    output.ifqDispatch(t, m);
  };

  const ipForward = (t: number, m: number, ip: number): void => {
    const dst = u16[ip + 8]! | (u16[ip + 9]! << 16);
    const src = u16[ip + 6]! | (u16[ip + 7]! << 16);
    const tos = u16[ip]! >> 8;
    if ((u16[ip + 4]! & 255) <= 1) unsupported("a time to live that is used up");
    const { route, neighbour } = flows!.route(swap32(dst));
    const port = i32[route + Route.Port]!;
    if (port === i32[m + Mbuf.Rcvif]) unsupported("a packet back to where it came from");
    decrementTtl(ip);
    i32[m + Mbuf.Path] = Path.Forwarded;
    const packets = Math.trunc(i32[m + Mbuf.Len]! / i32[port + Port.Mtu]!) + 1;
    if (i32[port + Port.SndLen]! + packets >= i32[port + Port.SndMaxlen]! || packets > 1) unsupported("a packet that does not fit");
    i32[m + Mbuf.Outif] = port;
    kernel.count(Stat.IpsForward);
    if (u16[ip + 4]! >> 8 !== IPPROTO_ICMP) flows!.create(dst, src, tos, route, neighbour);
    etherOutput(t, m, port, neighbour);
  };

  const ipInput = (t: number, m: number): void => {
    const ip = i32[m + Mbuf.Data]! >> 1;
    const dst = u16[ip + 8]! | (u16[ip + 9]! << 16);
    i32[m + Mbuf.Flags] = 0;
    kernel.getMplock(t);
    kernel.count(Stat.IpsTotal);
    if ((u16[ip]! & 255) !== 0x45 || (u16[ip + 6]! & 255) === 127 || (dst & 255) === 127 || !checksumOk(ip)) unsupported("a bad IPv4 packet");
    i32[m + Mbuf.Len] = swap16(u16[ip + 1]!);
    const group = i32[m + Mbuf.Mflags]! & (M.Bcast | M.Mcast);
    if (dst === 0 || dst === -1 || dst === 0x0100_00e0 || (!i32[Knob.Forwarding] && !group)) unsupported("a packet for this host");
    if (!i32[Knob.Forwarding] || group || (dst & 0xf0) === 0xe0) {
      kernel.count(Stat.IpsCantforward);
      kernel.drop(m, Drop.CannotForward);
    } else ipForward(t, m, ip);
    kernel.handlerDone(t);
  };

  const slow = (t: number, m: number): void => {
    i32[m + Mbuf.Data]! += Size.EtherHeader;
    i32[m + Mbuf.Len]! -= Size.EtherHeader;
    ipInput(t, m);
  };

  const demux = (t: number, m: number): void => {
    const data = i32[m + Mbuf.Data]!;
    const port = i32[m + Mbuf.Rcvif]!;
    const filtered = i32[port + Port.Flags]! & Iff.Promisc && !(i32[m + Mbuf.Mflags]! & (M.Bcast | M.Mcast));
    if (filtered && (i32[data >> 2] !== i32[port + Port.MacFront] || u16[(data >> 1) + 2] !== i32[port + Port.MacRest]))
      unsupported("another station's frame");
    if (u16[(data >> 1) + 6] !== Type.Ip) kernel.drop(m, Drop.UnknownEtherType);
    else slow(t, m);
  };
  return { demux, slow };
};
