/**
 * What things take on a machine that has time. Figures of this table are inputs of a simulation: nobody measured them on a DragonFly of 2008, of which no
 * citable figures were found. They are those of its hardware generation where there are any, and say so.
 */
import { Cost, PS_PER_NS } from "../assembly/abi.ts";

/** cited: the figure stands in the source. derived: computed from one that does, as the source says. assumed: nothing better than a range was found. */
export type CostGrade = "cited" | "derived" | "assumed";

export interface CostInfo {
  /** As in the configuration and on the command line. */
  name: Exclude<keyof typeof Cost, "Count">;
  unit: "ns" | "ns per byte";
  /** In `unit`; the preset "opteron-2008". */
  default: number;
  grade: CostGrade;
  source: string;
  summary: string;
}

type CostName = CostInfo["name"];
type Row = [summary: string, ns: number, grade: CostGrade, source: string];

/** McKenney, "Is Parallel Programming Hard", table 4.1: 4-CPU AMD Opteron 844 at 1.8 GHz, 0.6 ns a clock. */
const MCKENNEY = "McKenney, 1.8 GHz Opteron 844";
/** Rizzo, netmap, USENIX ATC 2012, table 1: FreeBSD of April 2012 on an i7-870 at 2.93 GHz. Scaled by the clocks, 2.93 / 1.8. */
const RIZZO = "Rizzo 2012, i7-870, x 2.93 / 1.8 GHz";

/**
 * One packet of 60 bytes through the flow cache, in ns: RxFrame 280 + EtherInput 60 + PutLocal 40 + Service 40 + EtherOncpu 40 + IpFlow 170 +
 * EtherOutput 260 + IfqEnqueue 50 + IfStart 360 + TxComplete 140 + three locks of 37.9 + 27.7 = 1,637, which is 0.61 Mpps. In overload 64 packets share two
 * interrupts of 2,000 and four switches of 500, 94 each: 0.58 Mpps. Through ip_forward: + NetisrRun 30 + IpInput 180 + IpForward 320 + the BGL = 2,232,
 * 0.45 Mpps; with interrupts 0.43. Systems of the time and later are known to forward 0.4 (FreeBSD 9.1, one 82546) to 1.3 Mpps (FreeBSD 11, four cores).
 */
const ROWS: Record<CostName, Row> = {
  RxFrame: [
    "Takes a frame out of the receive ring and posts another buffer.",
    280,
    "derived",
    `two cache misses of 139.5: descriptor, header (${MCKENNEY})`,
  ],
  EtherInput: ["ether_input_chain: checks the frame and picks CPU and thread.", 60, "assumed", "about 100 clocks, lines in the cache"],
  EtherDispatch: ["ether_input_dispatch, for each CPU that gets packets.", 30, "assumed", "about 50 clocks"],
  Service: ["The service loop takes a message and decides about the BGL.", 40, "assumed", "msgport get, 30 to 50"],
  EtherOncpu: ["ether_input_oncpu and ether_demux_oncpu: whose is the frame?", 40, "assumed", "about 65 clocks"],
  BridgeLookup: ["bridge_input: source and destination in the address table.", 280, "derived", `two cache misses of 139.5 (${MCKENNEY})`],
  BridgeClone: ["A copy of a flooded packet, without its bytes.", 180, "derived", `one cache miss of 139.5 (${MCKENNEY}) and an mbuf`],
  IpFlow: ["ipflow_fastforward: looks the flow up, rewrites the header.", 170, "derived", `one cache miss of 139.5 (${MCKENNEY}) and the checksum`],
  NetisrRun: ["netisr_run: finds the handler.", 30, "assumed", "about 50 clocks"],
  IpInput: ["ip_input: checks the header, is it for us?", 180, "derived", `one cache miss of 139.5 (${MCKENNEY}) and the checksum`],
  IpForward: ["ip_forward: looks the route up, rewrites the header.", 320, "derived", `ip_output, 198 (${RIZZO})`],
  IpOptions: ["ip_dooptions, in addition.", 150, "assumed", "about 250 clocks"],
  IpFragment: ["Makes a fragment, without its bytes.", 250, "assumed", "an mbuf and a header"],
  Icmp: ["Makes an ICMP message, or handles one.", 500, "assumed", "an mbuf, a look-up, a checksum"],
  Arp: ["in_arpinput, for each CPU that learns.", 250, "assumed", "two cache misses"],
  EtherOutput: ["ether_output: resolves the next hop, writes the MAC header.", 260, "derived", `ether_output, 162 (${RIZZO})`],
  IfqEnqueue: ["Puts a frame into the output queue.", 50, "assumed", "lines in the cache; its lock is extra"],
  IfStart: ["Moves a frame to the transmit ring and tells the device.", 360, "derived", `ixgbe_xmit, 220 (${RIZZO})`],
  TxComplete: ["Takes a frame back that has been transmitted.", 140, "derived", `one cache miss of 139.5 (${MCKENNEY})`],
  Timer: ["A tick of a timer on one CPU.", 500, "assumed", "a sweep over a small table"],
  CopyByte: ["Copies a byte of a packet.", 0.5, "assumed", "2 GB/s"],
  PutLocal: ["Puts a message into a port of the own CPU.", 40, "assumed", "msgport put, 30 to 50"],
  IpiSend: ["The sender's part of an IPI.", 300, "assumed", "200 to 500"],
  IpiLatency: [
    "From the sending of an IPI until it interrupts its target.",
    900,
    "assumed",
    "1,000 to 2,000 from send to handler, less the sender's part",
  ],
  IpiReceive: ["Enters and leaves the interrupt of an IPI.", 500, "assumed", "an interrupt without masks"],
  Interrupt: ["Enters a device's interrupt, masks and unmasks it.", 2000, "assumed", "1,000 to 3,000 by IOAPIC"],
  Switch: ["Switches to another thread.", 500, "assumed", "LWKT, 300 to 1,000"],
  LockGet: ["Gets a free lock that this CPU had last.", 37.9, "cited", `best case compare-and-swap, ${MCKENNEY}`],
  LockRemote: ["Gets a free lock that another CPU had last.", 306, "cited", `compare-and-swap with a cache miss, ${MCKENNEY}`],
  LockRelease: ["Gives a lock back.", 27.7, "derived", `lock and unlock 65.6 less 37.9, ${MCKENNEY}`],
  LineTransfer: ["A waiter notices that the lock was given back.", 139.5, "cited", `one cache miss, ${MCKENNEY}`],
  AdaptiveSpin: ["Longest spin for a lock before the thread sleeps. A limit, not a cost.", 1000, "assumed", "two switches, what a sleep costs"],
  Poll: ["if_poll of one interface, without its frames: is there one?", 140, "derived", `one cache miss of 139.5: descriptor (${MCKENNEY})`],
};

/** Every entry of the table, by its number. */
export const COSTS: readonly CostInfo[] = Array.from({ length: Cost.Count }, (_, cost) => {
  const name = Cost[cost] as CostName;
  const [summary, ns, grade, source] = ROWS[name];
  return { name, unit: cost === Cost.CopyByte ? "ns per byte" : "ns", default: ns, grade, source, summary };
});

/** Numbers by name. */
export const COST_BY_NAME: ReadonlyMap<string, Cost> = new Map(COSTS.map(({ name }, cost) => [name, cost]));

/** opteron-2008: the defaults. unit: serving a message takes 1 us and nothing else takes time, as queueing theory has it. zero: nothing takes time. */
export const COST_PRESETS = ["opteron-2008", "unit", "zero"] as const;
export type CostPreset = (typeof COST_PRESETS)[number];

/** Picoseconds of each entry, by its number. */
export const presetCosts = (preset: CostPreset): bigint[] =>
  COSTS.map((info, cost) => {
    if (preset === "opteron-2008") return picoseconds(info.default);
    return preset === "unit" && cost === Cost.Service ? picoseconds(1000) : 0n;
  });

/** Nanoseconds with up to three digits behind the point, in picoseconds. */
export const picoseconds = (ns: number): bigint => BigInt(Math.round(ns * PS_PER_NS));
