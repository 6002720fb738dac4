// Numbers and names that engine and host share. It compiles under asc and tsc alike, so it imports nothing and holds only constants and plain enums
// (the host prints an enum's own names). A new member goes at the end, before Count.

/** Time is counted in picoseconds. */
export const PS_PER_NS = 1_000;
export const PS_PER_US = 1_000_000;
export const PS_PER_MS = 1_000_000_000;
export const PS_PER_SECOND = 1_000_000_000_000;

/** Limits that the layout of records fixes. */
export const MAX_CPUS = 64;
/** Interfaces, vlans and bridges together: their numbers fit a byte. */
export const MAX_PORTS = 255;
/** No interface: of packets that the stack makes itself. */
export const NO_PORT = 255;

/** Why a packet was freed without being delivered or sent. */
export enum Drop {
  /** The interface is down, or went down while the packet was queued. */ InterfaceDown,
  /** Shorter than an Ethernet header. */ Runt,
  /** Longer than the interface accepts. */ TooLong,
  /** The address filter of the interface: another station's frame. */ NotForUs,
  /** No free slot in the receive ring. */ RingFull,
  /** No mbuf for the received frame, or for a copy that nothing else replaces. */ NoMbufs,
  /** IFF_MONITOR: counted, then freed. */ Monitor,
  /** A tag that no vlan on this interface has (if_noproto). */ NoVlan,
  /** A second 802.1Q tag (if_noproto). */ DoubleTag,
  /** An EtherType that nothing handles. */ UnknownEtherType,
  /** netisr_run or netisr_queue without a registered handler. */ UnregisteredIsr,
  /** ether_demux's promiscuous filter: not our address. */ OtherStation,
  /** ARP on an interface with IFF_NOARP. */ InterfaceNoArp,
  /** ips_tooshort */ IpTooShort,
  /** ips_badhlen */ IpBadHeaderLength,
  /** ips_badlen */ IpBadLength,
  /** tcps_rcvshort */ TcpTooShort,
  /** tcps_rcvbadoff */ TcpBadOffset,
  /** udps_hdrops */ UdpTooShort,
  /** ips_badvers */ IpBadVersion,
  /** ips_badsum */ IpBadChecksum,
  /** ips_badaddr: 127/8 on the wire, or not ours on a checked interface. */ IpBadAddress,
  /** An option that cannot be parsed; answered with a parameter problem. */ IpBadOption,
  /** A source route that is refused or cannot be followed. */ SourceRoute,
  /** ips_cantforward: forwarding off, group or reserved destination, link broadcast. */ CannotForward,
  /** Time to live used up. */ TtlExceeded,
  /** No route to the destination. */ NoRoute,
  /** Longer than the next hop's MTU, with DF set. */ NeedFragment,
  /** No room in the output queue. */ QueueFull,
  /** Not all fragments could be made. */ FragmentFailed,
  /** The next hop did not answer ARP (RTF_REJECT). */ HostDown,
  /** The next hop's address is unknown and the interface must not ask. */ ArpNotAsked,
  /** A newer packet took this one's place in the ARP entry. */ ArpHeldReplaced,
  /** The ARP entry that held it went away. */ ArpEntryGone,
  /** No free ARP entry. */ ArpTableFull,
  /** A malformed or senseless ARP packet. */ ArpBad,
  /** A malformed ICMP message for us. */ IcmpBad,
  /** A protocol that nothing handles (ips_noproto). */ NoProtocol,
  /** Frames on their way to the port they came from. */ BridgeSamePort,
  /** A frame with a member's own address as source. */ BridgeOwnSource,
  /** The source or destination port is no member (any more). */ BridgeNotMember,
  /** The spanning tree state of the port forbids it. */ BridgePortState,
  /** The destination port is down. */ BridgePortDown,
  /** A flood without a port to go to. */ BridgeNoPort,
  /** A registered handler refused it, or threw. */ HandlerRefused,
  Count,
}

/** How a packet ended that was not dropped. */
export enum Path {
  /** Reached a protocol of this host (or its spanning tree). */ Delivered,
  /** Sent by the bridge. */ Bridged,
  /** Sent by the flow cache. */ Fastforwarded,
  /** Sent by ip_forward. */ Forwarded,
  /** Sent, and made by this host: ICMP, ARP, a handler's answer. */ Originated,
  Count,
}

/** Settings that can be read and changed while the system runs. Names, defaults and ranges: src/knobs.ts. */
export enum Knob {
  NetisrMpsafeThread,
  TcpMpsafeThread,
  UdpMpsafeThread,
  NetisrMpsafeLazy,
  IntrMpsafe,
  EtherInputMpsafe,
  BridgeEnqueueMpsafe,
  BridgeTransparent,
  BridgePruneInterval,
  IpForwarding,
  IpFastforwarding,
  IpSourceroute,
  IpRedirect,
  IpCheckInterface,
  IpSendSourcequench,
  IcmpLimit,
  IcmpBmcastecho,
  IcmpErrorTos,
  UdpBlackhole,
  ArpMaxAge,
  ArpPruneInterval,
  ArpHostDownTime,
  ArpMaxtries,
  IfqDispatchSchedonly,
  IfStartOncpuSched,
  NetisrRss,
  ToeplitzKeyseed0,
  ToeplitzKeyseed1,
  Count,
}
