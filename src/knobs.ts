import { Knob } from "../assembly/abi.ts";

/** One setting of the running system. */
export interface KnobInfo {
  /** Dotted name as sysctl(8) prints it. */
  name: string;
  /** Integers in `unit`; `min` and `max` can be set. */
  default: number;
  min: number;
  max: number;
  /** Of the value; "switch" is 0 or 1, "mode" one of ARCHITECTURE, section 8.1. */
  unit: "" | "seconds" | "per second" | "frames" | "percent" | "polls" | "mode" | "switch" | "tos" | "byte" | "tries";
  summary: string;
}

const mode = (name: string, byDefault: number, summary: string): KnobInfo => ({
  name,
  default: byDefault,
  min: byDefault < 0 ? -1 : 0,
  max: 255,
  unit: "mode",
  summary,
});
const onOff = (name: string, byDefault: 0 | 1, summary: string): KnobInfo => ({ name, default: byDefault, min: 0, max: 1, unit: "switch", summary });
const seconds = (name: string, byDefault: number, summary: string): KnobInfo => ({
  name,
  default: byDefault,
  min: 1,
  max: 1_000_000,
  unit: "seconds",
  summary,
});
const keyByte = (name: string, byDefault: number, summary: string): KnobInfo => ({
  name,
  default: byDefault,
  min: 0,
  max: 255,
  unit: "byte",
  summary,
});

/** Of device polling, on every CPU; one CPU's has its number behind "polling", as in "kern.polling.0.burst_max". */
const polling = (name: string, byDefault: number, min: number, max: number, unit: KnobInfo["unit"], summary: string): KnobInfo => ({
  name: `${POLLING}${name}`,
  default: byDefault,
  min,
  max,
  unit,
  summary,
});
const POLLING = "kern.polling.";

/** Every knob: its name, default, range, unit and one sentence. A name that no 2008 kernel had is marked [engine]. */
export const KNOBS: Record<Exclude<Knob, Knob.Count>, KnobInfo> = {
  [Knob.NetisrMpsafeThread]: mode("net.netisr.mpsafe_thread", 1, "0 BGL, 1 adaptive BGL, 2 no BGL (experimental); any other value acts as 0."),
  [Knob.TcpMpsafeThread]: mode("net.inet.tcp.mpsafe_thread", -1, "The same for tcp_thread; -1 follows net.netisr.mpsafe_thread."),
  [Knob.UdpMpsafeThread]: mode("net.inet.udp.mpsafe_thread", -1, "The same for udp_thread; -1 follows net.netisr.mpsafe_thread."),
  [Knob.NetisrMpsafeLazy]: onOff("net.netisr.mpsafe_lazy", 0, "Adaptive mode keeps the BGL until an MPSAFE message comes. [engine]"),
  [Knob.IntrMpsafe]: onOff("kern.intr_mpsafe", 1, "Interrupt threads run without the BGL if their handlers are INTR_MPSAFE."),
  [Knob.EtherInputMpsafe]: onOff("net.link.ether.input_mpsafe", 1, "Messages to ether_input_oncpu carry MSGF_MPSAFE. [engine]"),
  [Knob.BridgeEnqueueMpsafe]: onOff("net.link.bridge.enqueue_mpsafe", 0, "Messages of a flood carry MSGF_MPSAFE. [engine]"),
  [Knob.BridgeTransparent]: onOff(
    "net.link.bridge.transparent",
    0,
    "A bridge also forwards bad IPv4 packets and double-tagged frames, which ether_input would free. [engine]",
  ),
  [Knob.BridgePruneInterval]: seconds("net.link.bridge.prune_intvl", 300, "Time between two sweeps for old bridge addresses. [engine]"),
  [Knob.IpForwarding]: onOff("net.inet.ip.forwarding", 0, "Forward IP packets between interfaces."),
  [Knob.IpFastforwarding]: onOff("net.inet.ip.fastforwarding", 0, "Use the flow cache for forwarded packets."),
  [Knob.IpSourceroute]: onOff("net.inet.ip.sourceroute", 0, "Follow source route options; otherwise such packets are refused."),
  [Knob.IpRedirect]: onOff("net.inet.ip.redirect", 1, "Send ICMP redirects."),
  [Knob.IpCheckInterface]: onOff(
    "net.inet.ip.check_interface",
    0,
    "When not forwarding, accept a packet only on the interface that has its destination address.",
  ),
  [Knob.IpSendSourcequench]: onOff("net.inet.ip.sendsourcequench", 0, "Send ICMP source quench when the output queue is full."),
  [Knob.IcmpLimit]: {
    name: "net.inet.icmp.icmplim",
    default: 200,
    min: 0,
    max: 1_000_000_000,
    unit: "per second",
    summary: "Most ICMP errors of one type sent in a second; 0 = no limit.",
  },
  [Knob.IcmpBmcastecho]: onOff("net.inet.icmp.bmcastecho", 0, "Answer echo requests to broadcast and multicast addresses."),
  [Knob.IcmpErrorTos]: {
    name: "net.inet.icmp.error_tos",
    default: 0,
    min: 0,
    max: 255,
    unit: "tos",
    summary: "TOS byte of ICMP errors. [engine]",
  },
  [Knob.UdpBlackhole]: onOff("net.inet.udp.blackhole", 0, "Send no port unreachable for UDP packets to a closed port."),
  [Knob.ArpMaxAge]: seconds("net.link.ether.inet.max_age", 1200, "Life of an ARP entry after its last refresh."),
  [Knob.ArpPruneInterval]: seconds("net.link.ether.inet.prune_intvl", 300, "Time between two sweeps for old ARP entries."),
  [Knob.ArpHostDownTime]: seconds("net.link.ether.inet.host_down_time", 20, "Time for which a host that does not answer is taken to be down."),
  [Knob.ArpMaxtries]: {
    name: "net.link.ether.inet.maxtries",
    default: 5,
    min: 1,
    max: 255,
    unit: "tries",
    summary: "ARP requests sent before a host is taken to be down.",
  },
  [Knob.IfqDispatchSchedonly]: onOff("net.link.generic.ifq_dispatch_schedonly", 0, "Never call if_start from the sender; always schedule it."),
  [Knob.IfStartOncpuSched]: onOff(
    "net.link.generic.if_start_oncpu_sched",
    0,
    "Schedule a deferred if_start on the sender's CPU instead of the interface's.",
  ),
  [Knob.NetisrRss]: onOff("net.netisr.rss", 0, "Pick the CPU of TCP and UDP packets by the Toeplitz hash (options RSS). [engine]"),
  [Knob.ToeplitzKeyseed0]: keyByte("net.toeplitz.keyseed0", 0x6d, "First byte of the repeated Toeplitz key."),
  [Knob.ToeplitzKeyseed1]: keyByte("net.toeplitz.keyseed1", 0x5a, "Second byte of the repeated Toeplitz key."),
  [Knob.PollingEnable]: polling("enable", 1, 0, 1, "switch", "Interfaces can be polled. 0: those that are polled interrupt again."),
  [Knob.PollingPollhz]: polling("pollhz", 2000, 1, 30_000, "per second", "Ticks of a CPU's polling timer."),
  [Knob.PollingBurstMax]: polling("burst_max", 150, 10, 1000, "frames", "Most frames that an interface is asked for in one tick."),
  [Knob.PollingEachBurst]: polling("each_burst", 5, 1, 1000, "frames", "Most frames that it is asked for at once; burst_max if that is less."),
  [Knob.PollingUserFrac]: polling("user_frac", 50, 0, 100, "percent", "Share of a tick that bursts leave to other work."),
  [Knob.PollingRegFrac]: polling("reg_frac", 20, 1, 30_000, "polls", "Every n-th tick checks the interfaces' status, too; pollhz if that is less."),
};

const OF_CPU = /^kern\.polling\.(0|[1-9]\d?)\.([a-z_]+)$/;

/** What a knob of polling of one CPU sets: its CPU, and the knob for all CPUs; undefined: `name` is none. */
export const pollingKnobOf = (name: string): { cpu: number; all: string } | undefined => {
  const parts = OF_CPU.exec(name);
  const all = parts ? `${POLLING}${parts[2]}` : "";
  return KNOB_BY_NAME.has(all) ? { cpu: Number(parts![1]), all } : undefined;
};

/** What is known of a knob, whether for all CPUs or for one; undefined: there is none of this name. */
export const knobInfo = (name: string): KnobInfo | undefined => KNOBS[KNOB_BY_NAME.get(pollingKnobOf(name)?.all ?? name) as keyof typeof KNOBS];

/** Knob numbers by name. */
export const KNOB_BY_NAME: ReadonlyMap<string, Knob> = new Map(Object.entries(KNOBS).map(([knob, info]) => [info.name, Number(knob) as Knob]));
