/**
 * What `createEngine` takes: plain JSON, lengths in bytes, addresses as people write them. What cannot be is refused with a ConfigError that names the path of
 * the option; so are unknown keys. Names of interfaces, vlans and bridges are of one kind, and there are 255 of them at most.
 */
import type { VirtualConfig } from "./virtual.ts";

/** One Ethernet interface ("em0"). */
export interface InterfaceConfig {
  /** Unique over interfaces, bridges and vlans; 1 to 15 letters, digits, ".", "_" or "-", a letter first. */
  name: string;
  /** Own unicast address, "02:00:00:00:00:01". */
  mac: string;
  /** Own IPv4 addresses with prefix length, "192.0.2.1/24", up to 256. The first one is the source of ICMP errors. Default none. */
  ip?: string[];
  /** Largest IP packet sent, 68 to 65535. Default 1500. */
  mtu?: number;
  /** Largest IP packet accepted, not below `mtu`. Default `mtu`. */
  receiveMtu?: number;
  /** CPU that serves its interrupt and its deferred if_start, below `cpus`. Default 0. */
  cpu?: number;
  /** IFF_PPROMISC: also take unicast frames for other stations, and keep them in ether_demux. Default false. */
  promisc?: boolean;
  /** The interrupt handler is registered INTR_MPSAFE. Default true. */
  mpsafe?: boolean;
  /** The interface hands pktinfo and a Toeplitz hash with its frames (ip_mport_pktinfo). Default false. */
  rss?: boolean;
  /** IFF_UP: it takes and sends frames. `Engine.setInterfaceUp` changes it. Default true. */
  up?: boolean;
  /** IFF_MONITOR: count received frames, then free them. Default false. */
  monitor?: boolean;
  /** IFF_NOARP. Default false. */
  noarp?: boolean;
  /** IFF_STATICARP: use entries that exist, never ask. Default false. */
  staticarp?: boolean;
  /** Receive ring slots, 1 to 4096. Default 64. */
  rxRing?: number;
  /** Transmit ring slots, 1 to 4096. Default 256. */
  txRing?: number;
  /**
   * Output queue limit in packets (ifq_maxlen), 1 to 65535. Default 50 (IFQ_MAXLEN). ip_output leaves one place free, so with 1 no routed packet leaves.
   */
  queue?: number;
}

export type StpState = "none" | "disabled" | "listening" | "learning" | "forwarding" | "blocking";

export interface BridgeMemberConfig {
  /** Name of an interface or vlan that is in no other bridge. */
  if: string;
  /** IFBIF_LEARNING. Default true. */
  learning?: boolean;
  /** IFBIF_DISCOVER: unknown unicast is flooded to this member. Default true. */
  discover?: boolean;
  /** State that the spanning tree would have given; "none" = the member takes no part (IFBIF_STP clear). Default "none". */
  stp?: StpState;
  /** A span port: it gets a copy of everything the bridge sees, and its own input is not bridged. Default false. */
  span?: boolean;
}

/** A learning bridge, which is an interface of its own as well ("bridge0"). */
export interface BridgeConfig {
  /** As an interface's, and unique among all of them. */
  name: string;
  /** The bridge's own unicast address. Absent: the bridge is no station of its own. */
  mac?: string;
  /** Own IPv4 addresses with prefix length, "192.0.2.1/24", up to 256. Default none. */
  ip?: string[];
  /** Largest IP packet that is sent or routed into the bridge, 68 to 65535. What is bridged is not held to it. Default 1500. */
  mtu?: number;
  /** Its members and span ports, in this order; up to 255, and there may be none. */
  members: BridgeMemberConfig[];
  /** Most addresses in the table (sc_brtmax), 1 to 1,048,576. Default 100. */
  maxaddr?: number;
  /** Seconds until a dynamic address is old (sc_brttimeout), up to 1,000,000; 0 = never. Default 1200. */
  timeout?: number;
  /** Addresses that are not learned and do not age: each of a member that is no span port, and no more than `maxaddr`. */
  static?: { mac: string; if: string }[];
  /** Hash key of the address table, 0 to 4,294,967,295. Decides bucket order only. Default 0. */
  key?: number;
  /** IFF_UP and IFF_RUNNING. Down, it bridges nothing, and its members are interfaces like others. Default true. */
  up?: boolean;
  /** IFF_MONITOR: count the frames of all members, then free them. Default false. */
  monitor?: boolean;
}

/** An 802.1Q interface ("vlan0"). What it has no key for is as on its parent. */
export interface VlanConfig {
  /** As an interface's, and unique among all of them. */
  name: string;
  /** The interface whose tagged frames these are; the vlan uses its MAC address. */
  parent: string;
  /** 1 to 4094; no other vlan of the parent has it. */
  vid: number;
  /** Own IPv4 addresses with prefix length, "192.0.2.1/24", up to 256. Default none. */
  ip?: string[];
  /** Largest IP packet sent, 68 to 65535. Default: the parent's. */
  mtu?: number;
  /** IFF_UP. Default true. */
  up?: boolean;
}

/** A route of the one table. Those to the subnets of own addresses are there by themselves. */
export interface RouteConfig {
  /** "198.51.100.0/24", without host bits, or "default". No two routes have the same. */
  dst: string;
  /** Gateway, no address of our own. It is taken to be on `if`, whatever that interface's subnets. Absent: on link. */
  via?: string;
  /** Interface, vlan or bridge. May be left out if `via` lies in a subnet of one. */
  if?: string;
}

/** A permanent ARP entry: it neither ages nor is asked for, and every CPU has it. */
export interface ArpConfig {
  /** Name of the interface, vlan or bridge that the host is behind. */
  if: string;
  /** IPv4 address of another host, "192.0.2.7"; once for each `if`. */
  ip: string;
  /** Its unicast address, "02:00:00:00:00:07". */
  mac: string;
}

/** Protocols that the netisr table can dispatch to, by their netisr names. */
export type ProtocolName = "ip" | "arp" | "ipv6" | "ipx" | "ns" | "aarp" | "atalk1" | "atalk2" | "mpls";

export interface HandlerConfig {
  /** NETISR_FLAG_MPSAFE: the handler runs without the BGL. Default false, as in September 2008. */
  mpsafe?: boolean;
}

/** Table sizes. Each costs memory from boot on; see `Engine.memory`. */
export interface LimitsConfig {
  /** Routes, with those to own subnets: 1 to 1,000,000. Default 1,024, or what the configuration itself needs; 16 without any IP address. */
  routes?: number;
  /** ARP entries per CPU, 16 to 65,536, rounded up to a power of two. Default 512, or what the configuration itself needs; 16 without any IP address. */
  arp?: number;
  /** Bytes of frames handed to the engine at once, 69,632 (one frame of the largest size) to 1 GiB. Default 131,072. */
  input?: number;
  /** Bytes of frames that the engine holds until they are taken; the same range. Default 131,072. */
  output?: number;
}

/** Everything that `createEngine` takes. Plain JSON. */
export interface EngineConfig {
  /** CPUs, 1 to 64. Default 1. */
  cpus?: number;
  /** Packets that can be inside the stack at once, beside those posted in receive rings; 16 to 1,048,576. Default 2,048. */
  mbufs?: number;
  /** Seed of everything that is drawn at random, 0 to 4,294,967,295. Default 1. */
  seed?: number;
  /** In this order they have the indices 0, 1, ...; vlans come behind them, then bridges. Interfaces, vlans and bridges: 255 together. */
  interfaces: InterfaceConfig[];
  /** Default none. */
  bridges?: BridgeConfig[];
  /** Default none. */
  vlans?: VlanConfig[];
  /** Up to 1,000,000, less one for each own address. Default none. */
  routes?: RouteConfig[];
  /** Up to 65,536. Default none. */
  arp?: ArpConfig[];
  /** Knobs by their BSD names, with their first values: `KNOBS` has units, ranges and defaults, and `Engine.setKnob` changes them. */
  sysctl?: Record<string, number>;
  /** How protocols are registered. */
  handlers?: Partial<Record<ProtocolName, HandlerConfig>>;
  /** Table sizes. */
  limits?: LimitsConfig;
  /** Read by the virtual machine only. */
  virtual?: VirtualConfig;
}
