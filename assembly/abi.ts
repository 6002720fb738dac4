// Numbers and names that engine and host share. It compiles under asc and tsc alike, so it imports nothing and holds only constants and plain enums
// (the host prints an enum's own names). A new member goes at the end, before Count.

/** Time is counted in picoseconds. */
export const PS_PER_NS = 1_000, PS_PER_US = 1_000_000, PS_PER_MS = 1_000_000_000, PS_PER_SECOND = 1_000_000_000_000;
/** Limits that the layout of records fixes. */
export const MAX_CPUS = 64;
/** Interfaces, vlans and bridges together: their numbers fit a byte. */
export const MAX_PORTS = 255;
/** No interface: of packets that the stack makes itself. */
export const NO_PORT = 255;
/** Most frames that are taken in before their messages run. */
export const MAX_BURST = 256;
/** Why a packet was freed without being delivered or sent. */
export enum Drop {
  /** The interface is down, or went down while the packet was queued. */ InterfaceDown, /** Shorter than an Ethernet header. */ Runt,
  /** Longer than the interface accepts. */ TooLong, /** The address filter of the interface: another station's frame. */ NotForUs,
  /** No free slot in the receive ring. */ RingFull, /** No mbuf for the received frame, or for a copy that nothing else replaces. */ NoMbufs,
  /** IFF_MONITOR: counted, then freed. */ Monitor, /** A tag that no vlan on this interface has (if_noproto). */ NoVlan,
  /** A second 802.1Q tag (if_noproto). */ DoubleTag, /** An EtherType that nothing handles. */ UnknownEtherType,
  /** netisr_run or netisr_queue without a registered handler. */ UnregisteredIsr,
  /** ether_demux's promiscuous filter: not our address. */ OtherStation, /** ARP on an interface with IFF_NOARP. */ InterfaceNoArp,
  /** ips_tooshort */ IpTooShort, /** ips_badhlen */ IpBadHeaderLength, /** ips_badlen */ IpBadLength, /** tcps_rcvshort */ TcpTooShort,
  /** tcps_rcvbadoff */ TcpBadOffset, /** udps_hdrops */ UdpTooShort, /** ips_badvers */ IpBadVersion, /** ips_badsum */ IpBadChecksum,
  /** ips_badaddr: 127/8 on the wire, or not ours on a checked interface. */ IpBadAddress,
  /** An option that cannot be parsed; answered with a parameter problem. */ IpBadOption, /** A source route that is refused or cannot be followed. */ SourceRoute,
  /** ips_cantforward: forwarding off, group or reserved destination, link broadcast. */ CannotForward, /** Time to live used up. */ TtlExceeded,
  /** No route to the destination. */ NoRoute, /** Longer than the next hop's MTU, with DF set. */ NeedFragment,
  /** No room in the output queue. */ QueueFull, /** Not all fragments could be made. */ FragmentFailed,
  /** The next hop did not answer ARP (RTF_REJECT). */ HostDown, /** The next hop's address is unknown and the interface must not ask. */ ArpNotAsked,
  /** A newer packet took this one's place in the ARP entry. */ ArpHeldReplaced, /** The ARP entry that held it went away. */ ArpEntryGone,
  /** No free ARP entry. */ ArpTableFull, /** A malformed or senseless ARP packet. */ ArpBad, /** A malformed ICMP message for us. */ IcmpBad,
  /** A protocol that nothing handles (ips_noproto). */ NoProtocol, /** Frames on their way to the port they came from. */ BridgeSamePort,
  /** A frame with a member's own address as source. */ BridgeOwnSource, /** The spanning tree state of the port forbids it. */ BridgePortState,
  /** The destination port is down. */ BridgePortDown, /** A flood without a port to go to. */ BridgeNoPort,
  /** A registered handler refused it, or threw. */ HandlerRefused, /** A fragment for this host, which does not reassemble. */ FragmentForUs,
  /** Could not be sent: the destination is a broadcast address (EACCES). */ NotPermitted,
  /** Lost on the wire, coming or going: a fault. */ WireLoss, /** Came with flipped bits, as the FCS shows: a fault. */ BadFcs, Count,
}
/** How a packet ended that was not dropped. */
export enum Path {
  /** Reached a protocol of this host (or its spanning tree). */ Delivered, /** Sent by the bridge. */ Bridged, /** Sent by the flow cache. */ Fastforwarded,
  /** Sent by ip_forward. */ Forwarded, /** Sent, and made by this host: ICMP, ARP, a handler's answer. */ Originated, Count,
}
/** Settings that can be read and changed while the system runs. Names, defaults and ranges: src/knobs.ts. */
export enum Knob {
  NetisrMpsafeThread, TcpMpsafeThread, UdpMpsafeThread, NetisrMpsafeLazy, IntrMpsafe, EtherInputMpsafe, BridgeEnqueueMpsafe, BridgeTransparent,
  BridgePruneInterval, IpForwarding, IpFastforwarding, IpSourceroute, IpRedirect, IpCheckInterface, IpSendSourcequench, IcmpLimit, IcmpBmcastecho,
  IcmpErrorTos, UdpBlackhole, ArpMaxAge, ArpPruneInterval, ArpHostDownTime, ArpMaxtries, IfqDispatchSchedonly, IfStartOncpuSched, NetisrRss,
  ToeplitzKeyseed0, ToeplitzKeyseed1, PollingEnable, PollingPollhz, PollingBurstMax, PollingEachBurst, PollingUserFrac, PollingRegFrac, Count,
}
/** The places of the path (ARCHITECTURE.md 1). A function of the path returns where its subject goes on. */
export enum At {
  /** The subject has ended. */ Done, /** The thread waits; the machine enters the place again. */ Wait, /** The thread has nothing to do. */ Empty,
  Service, Dispatch, EtherInputOncpu, EtherDemuxOncpu, BridgeInput, /** bridge_enqueue_handler: asks for the outgoing interface. */ BridgeEnqueue,
  BridgeHandoff, IfqHandoff, BridgeOutput, IpInput, ArpInput, Host, EtherOutput, EtherOutputFrame, IfqDispatch, IfStart, IfStartSchedule,
  IfStartMessage, IfStartOncpu, SendMsg, Interrupt, IntrLocked, NicIntr, EtherInputDispatch, IfDevstart, Softclock, TimerIpi, BridgeTimers,
  BridgeTimer, IpflowTimer, ArpTimer, ArpUpdate, Scheduled, SyncSend, SyncWait, SyncMessage, NetisrPoll, PollNext, PollInterface, NetisrPollmore, Work, WorkLocked, Count,
}
/** What an IPI asks of its target CPU. */
export enum Ipi {
  /** ether_input_ipifunc: a chain of packets for the ports of that CPU. */ EtherInput, /** lwkt_thread_putport_remote: one message. */ Putport,
  /** if_start_ipifunc: an interface. */ IfStart, /** schednetisr_remote: a netisr number. */ Schednetisr, /** A per-CPU timer: its preallocated message. */ Timer,
  /** lwkt_replymsg to a waiting thread. */ Reply, Count,
}
/**
 * netisr_cpu N, tcp_thread N, udp_thread N, ifnet N; the interrupt thread of an interface; callouts and control requests (ioctl) on CPU 0; other kernel work.
 * Their table (Region.Threads) has for each CPU its first four, then softclock, control, an interrupt thread for each port and for each further receive ring, and
 * other kernel work. kern/thread.ts and src/wasm/threads.ts compute the places.
 */
export enum ThreadKind { Netisr, Tcp, Udp, Ifnet, Interrupt, Softclock, Control, InterruptWork, SoftWork, UserWork, Count }
/** netisr numbers (sys/net/netisr.h 1.38). */
export enum Isr {
  Ip = 2, Ns = 6, Aarp = 15, Atalk2 = 16, Atalk1 = 17, Arp = 18, Mpls = 21, Ipx = 23, Ipv6 = 28, /** "Cannot decide the port yet"; also the size of the table. */ Max = 32,
}
/** What takes time on a machine that has time. First the stages of the path, then what the machine itself does. Names, values, sources: src/costs.ts. */
export enum Cost {
  RxFrame, EtherInput, EtherDispatch, Service, EtherOncpu, BridgeLookup, BridgeClone, IpFlow, NetisrRun, IpInput, IpForward, IpOptions, IpFragment,
  Icmp, Arp, EtherOutput, IfqEnqueue, IfStart, TxComplete, Timer, CopyByte, PutLocal, IpiSend, IpiLatency, IpiReceive, Interrupt, Switch,
  LockGet, LockRemote, LockRelease, LineTransfer, AdaptiveSpin, Poll, Count,
}
/** Why `run` came back. */
export enum Stop { /** Nothing is left to do before the time asked for. */ Idle, /** The output area is full: take the frames, then run again. */ OutputFull, /** The time asked for has come, and something is left to do. */ Time, /** A stop condition has become true. */ Met }
/** What a stop condition looks at. Subjects are queues, rows (0: made here) or threads by number; ALL of them. */
export enum StopKind { Idle, Queue, Drop, Ended, PortCounter, ThreadCounter, Counter, Latency }
export const ALL = 0xffff_ffff, MAX_STOPS = 16;
/** What a CPU does with its time. */
export enum CpuClass {
  Interrupt, Protocol, Ipi, /** spins for the BGL */ BglSpin, /** spins for the lock of an output queue */ SerializerWait, Switch, /** other kernel and user work */ User,
  Idle, Count,
}
/** Who gets a released BGL: the first compare-and-swap, the longest waiter, or one of the waiters by lot. */
export enum LockPolicy { Cas, Fifo, Random }
/** What is measured of a lock, 64 bits each; times in picoseconds, the squares as f64 in ns^2. A lock's number: 0 the BGL, 1 + 2 x port a serializer, 2 + 2 x port its queue's. */
export enum LockField { gets, contended, waits, wait, hold, maxWait, maxHold, handovers, handover, waitSquares, holdSquares, since, waiting, Count }
/** What is measured of a queue, 64 bits each: `integral` is packets x ps, `squares` (f64) packets^2 x ns, `stays` the sum of stays in ps, `waitless` stays of 0. */
export enum QueueField { puts, takes, length, highWater, integral, stays, waitless, last, squares, Count }
/** Queues of a port; those of the threads follow, one each. */
export enum PortQueue { Ring, Output, Transmit, Count }
/** Where a packet spends its time. */
export enum Place { Ring, Port, Lock, Service, Output, Count }
/** Histograms: count, sum, min, max, then one count per bucket. Values below 2^(bits + 1) have a bucket each, above that 2^bits per octave. */
export const HISTOGRAM_HEAD = 32;
/** Of latencies, 0.2 % wide; and of locks, 3 %. */
export const FINE_BITS = 9, COARSE_BITS = 5;
/** Time ends at 2^54 ps, five hours. */
export const TIME_BITS = 54;
/** Arrivals of a generator. */
export enum ArrivalKind { None, Constant, Poisson, Bursts, Rates, Batches, Capture }
export enum FlowChoice { Turn, Lot, Weights }
/** Lengths of a generator's frames. The table has weights, or lengths that are taken in turn or by lot. */
export enum SizeKind { Fixed, Uniform, Weights, Turn, Lot }
/** What a frame is: low bits MixProtocol, then these. */
export enum MixProtocol { Udp, Tcp, Icmp }
export const MIX_FIRST_FRAGMENT = 4, MIX_LATER_FRAGMENT = 8, MIX_BROADCAST = 16;
/** Bytes of a generator's record: the frames and the bytes that it made (u64 each), then what is the engine's own business. */
export const GENERATOR_RECORD = 448;
/** Bytes of what generators find in their tables: an entry of a choice by weight, a piece of changing rates, a range of stations, what stands in front of a captured frame. */
export const ALIAS_ENTRY = 8, RATE_PIECE = 32, STATION_RANGE = 16, CAPTURED_HEAD = 16;
/** Of a CPU's polling context, 64 bits each, at the start of its record: counts, then state; names as sysctl has them where it does. */
export enum PollField { ticks, polls, frames, /** interfaces left out, their serializers being held */ skipped, short_ticks, lost_polls, suspect, stalled, burst, residual_burst, pending_polls, phase, handlers, Count }
export const POLL_RECORD = 344;
/** Jobs of a thread of other kernel work: arrived, of these refused as too many waited, and done; the first words of its record, behind all of which lie two
 * histograms each (FINE_BITS): from a job's arrival to its end, and to its begin. */
export enum WorkField { jobs, refused, done, Count }
export const WORK_RECORD = 128;
/** What of a work thread is drawn from an exponential distribution: the gap or the thinking, the work, the hold. Closed: it thinks, then works. Locked: under the BGL. */
export enum WorkFlag { Gap = 1, Outside = 2, Hold = 4, Closed = 8, Locked = 16 }
/** Most of these threads. */
export const MAX_WORK = 256;
/** Of a source of requests, 64 bits each; `waiting` and `thinking`: ends less begins, in ps, of those that `inFlight` and `idle` count. */
export enum ClosedField { requests, resent, completed, late, answers, inFlight, waiting, idle, thinking, Count }
/** Of a TCP connection, 64 bits each: bytes, events, and picoseconds from `srtt` to `rto` and from `started` on. */
export enum TcpField { segments, retransmits, timeouts, fastRetransmits, acked, cwnd, ssthresh, srtt, rttvar, rto, duplicates, received, lost, overruns, started, finished, Count }
/** Bytes of the records that begin with those fields. */
export const CLOSED_RECORD = 256, TCP_RECORD = 384;
/** Of a request, which come behind all sources; of what Region.Feedback begins with; and of the far end of each interface behind that, first frames and bytes. */
export const REQUEST_RECORD = 40, FEEDBACK_HEAD = 16, FAR_END_RECORD = 32;
/** Counts of one thread, 64 bits each. */
export enum ThreadCounter {
  /** messages served */ messages, /** times the BGL was got, by the service loop or by netisr_run */ gets, /** times it was given back */ releases,
  /** messages after which the service loop kept it */ keeps, /** netisr_run under a BGL that the thread had already */ recursiveGets,
  /** messages without MSGF_MPSAFE that mode 2 ran without the BGL */ violations, Count,
}
/** Counts of one interface, vlan or bridge, 64 bits each. */
export enum PortCounter {
  /** frames that arrived, whatever became of them */ received,
  if_ipackets, if_ibytes, if_imcasts, if_ierrors, if_iqdrops, if_noproto, if_opackets, if_obytes, if_omcasts, if_oerrors, /** ifq_drops: output queue full */ ifq_drops,
  interrupts, /** packets put on the queue while another CPU was transmitting */ ifq_avoid, /** if_start scheduled because the interface was busy */ ifq_contend_sched,
  /** most packets that the output queue ever held */ ifq_high_water, Count,
}
/** Counts of the whole stack, one block per CPU, 64 bits each. BSD names where BSD has one. */
export enum Counter {
  /** packets that the stack made itself */ generated, /** copies for floods, spans and fragments */ cloned,
  ips_total, ips_tooshort, ips_badhlen, ips_badlen, ips_badvers, ips_badsum, ips_badaddr, ips_badoptions, ips_forward, ips_fastforward,
  ips_cantforward, ips_redirectsent, ips_noproto, ips_delivered, ips_odropped, ips_noroute, ips_fragmented, ips_ofragments, ips_cantfrag,
  ips_localout, ipf_create, ipf_hits, ipf_misses, ipf_reaped, ipf_expired, ipf_dropped, ipf_errors, tcps_rcvshort, tcps_rcvbadoff, tcps_rcvtotal,
  udps_hdrops, udps_ipackets, udps_noport, udps_noportbcast, icps_error, icps_oldicmp, icps_limited, icps_tooshort,
  icps_checksum, icps_badlen, icps_bmcastecho, icps_reflect, icps_received, icps_unreach, icps_timxceed, icps_paramprob, icps_redirect,
  icps_sourcequench, icps_echoreply, icps_tstampreply, arps_requests_received, arps_replies_received, arps_requests_sent, arps_replies_sent,
  arps_refreshed, arps_created, arps_expired, arps_timeouts, arps_dupip, brc_learned, brc_moved, brc_full, brc_aged, brc_flooded, brc_bpdus,
  ipiq_count, ipiq_fifofull, ipiq_avoided, sched_coalesced, timer_coalesced, Count,
}
/** Numbers that the host writes before boot, 32 bits each, from address BOOT on. */
export const BOOT = 1024;
export enum Boot {
  Cpus, Mbufs, ClusterBytes, Ports, Bridges, Members, Addresses, Routes, Arp, BridgeAddresses, RxSlots, InputBytes, OutputBytes, Seed,
  /** Frames taken from the input before the interrupts are served. */ Burst,
  /** mbufs that one message may need; below that and two bursts the instant machine takes frames one by one. */ Reserve,
  /** 1: keep transmitted frames for the host; 0: count and free them. */ Collect, /** Bytes for the records of dropped packets; 0: none are kept. */ LossBytes,
  /** Records of the trace ring, 0 = no trace. */ TraceRecords, /** Records of Region.Generators, bytes of the tables in Region.Traffic. */ Generators, TrafficBytes,
  /** Faults, and those of them that have a frame of their own. */ Faults, FaultFrames, /** Threads of other kernel work, and places for the jobs that wait for them. */ Work, WorkSlots,
  /** Closed loops: sources of requests, requests at a time in all; sources of TCP, connections, words of their maps, segments under way. */
  ClosedSources, ClosedSlots, TcpSources, TcpConnections, TcpWords, TcpFlights, Count,
}
/** Parts of the linear memory. The table of their bases and sizes (two u32 each) lies at address REGIONS after `plan`. */
export const REGIONS = 2048;
export enum Region {
  Kernel, Knobs, Counters, Drops, Ends, Cpus, Threads, Locks, Ipiq, Messages, Netisr, Toeplitz, Ports, Chains, RxSlots, Addresses, AddressHash,
  RouteRoot, RouteNodes, Routes, RouteHash, Arp, Flows, FlowCache, Bridges, Members, BridgeBuckets, BridgeEntries, BridgeCache, Callouts, Icmp, Polling, Scratch, Mbufs, Clusters,
  /** Of a machine that has time. */
  Machine, Costs, Vcpus, CpuTimes, Wires, Generators, Events, LockStats, LockShares, LockHistograms, QueueStats, Stamps, Latencies, FlowOrder, Traffic, Faults, FaultFrames, Work,
  Feedback, Closed, Tcp, /** From here on: what host and machine exchange. Not part of the fingerprint. */ Io, Order, Input, Output, Losses, Trace, Stops, Peaks, Count,
}
/** An arrival in the input area: time u64, cause u64, length u32, port u32, then the bytes, padded to 8. */
export const ARRIVAL_HEADER = 24;
/** A frame in the output area: time u64, cause u64, length u32, port u16, path u8, lock u8, thread u16, 6 bytes 0, then the bytes, padded to 8. */
export const DEPARTURE_HEADER = 32;
/** A dropped packet in the area of losses: time u64, cause u64, port u8 (NO_PORT: made here), reason u8, lock u8, 0 u8, thread u32. */
export const LOSS_RECORD = 24;
/** Numbers of frames that generators make: 1 + the port from this bit on, then a count; those of the host are below. */
export const CAUSE_SHIFT = 44;
/**
 * A record of the trace: time u64, cause u64, value u64, kind u8 (TraceKind), place u8 (At), cpu u8 (255: none), lock u8, thread u16, subject u16. The
 * cause is -2 where there is no packet. The trace's choices lie at address TRACE.
 */
export const TRACE_RECORD = 32, TRACE_FLOWS = 8, TRACE = 3072;
/** What a record is about; `subject` and `value` (times in ps) after the dash. Place is the Path of departures and deliveries, and the port of drops. */
export enum TraceKind {
  /** A frame is in a receive ring - port, bytes. */ Arrival, /** A packet or message enters a queue - queue, its length then. */ Queued,
  /** It leaves it - queue, time that it was there. */ Taken, /** A thread begins a step - 0, time that it works. */ Step,
  /** It asks for a lock that another has - lock, 0. */ Wait, /** Its CPU spins for that lock - lock, 0. */ Spin,
  /** It has got a lock - lock, time that it waited. */ Got, /** It gets a lock that it or its CPU still has - lock, time that it waited. */ Kept,
  /** A lock is given back - lock, time that it was held. */ Left, /** A thread gets a CPU that another had - 0, time that the switch takes. */ Switch,
  /** An interrupt thread takes the CPU from a thread - id of the interrupt thread, 0. */ Preempt, /** The thread has it back. */ Resume,
  /** A thread sends an IPI - CPU that it is for, 0. */ Ipi, /** A CPU takes its IPIs, and its thread stands still - 0, time that it takes. */ Served,
  /** An interface interrupts its CPU - port, frames in the ring. */ Interrupt, /** A packet has been copied - port, bytes. */ Copied,
  /** A frame's last bit is out - port, time since it arrived. */ Departure, /** A packet has reached a protocol of this host - port, time since it arrived. */ Delivered,
  /** A packet has been dropped - Drop, time since it arrived. */ Drop, Count,
}
/**
 * `thread` above: 1 + its place in the table, 0 = none. `lock` above: what was done with the BGL. Low 3 bits: by netmsg_service (ARCHITECTURE, section 8.1), Kept = had it
 * already; LOCK_VIOLATION if mode 2 ran a message without MSGF_MPSAFE; from HANDLER_SHIFT on: by netisr_run (section 8.2).
 */
export enum ServiceLock { None, Without, Released, Got, Kept }
export enum HandlerLock { None, Mpsafe, Got, Recursive }
export const LOCK_VIOLATION = 8;
export const HANDLER_SHIFT = 4;
/** Bytes in front of a frame in its cluster: a guard word and room for tags; the IP header then starts on a 64-byte line. */
export const HEADROOM = 50;
/** Width of the guard word at each end of a cluster. */
export const GUARD = 8;
export const IFF_UP = 0x1, IFF_BROADCAST = 0x2, IFF_RUNNING = 0x40, IFF_NOARP = 0x80, IFF_PROMISC = 0x100, IFF_OACTIVE = 0x400, IFF_STATICARP = 0x800;
export const IFF_POLLING = 0x10000, IFF_PPROMISC = 0x20000, IFF_MONITOR = 0x40000;
/** The interrupt handler is registered INTR_MPSAFE; the hardware hands pktinfo with its frames; no carrier: the transmitter stands still. */
export const IFF_INTR_MPSAFE = 0x1000000, IFF_RSS = 0x2000000, IFF_NOCARRIER = 0x4000000;
/** A fault of its wire or its interrupts is configured. */
export const IFF_FAULTY = 0x8000000;
export enum PortKind { Interface, Vlan, Bridge, /** A receive ring of an interface that has several: behind all others. */ Ring }
/** Of a route; and: the next hop is the gateway. */
export const RTF_UP = 1, RTF_GATEWAY = 2;
/** Flags of a bridge member. */
export const IFBIF_LEARNING = 1, IFBIF_DISCOVER = 2, IFBIF_STP = 4, IFBIF_SPAN = 8;
/** Callouts of the softclock: ipflow_slowtimo at PR_SLOWHZ = 2 a second, arptimer, bridge_timer. */
export enum Callout { Ipflow, Arp, Bridge, Count }
/** bstp states, in BSD's order. */
export enum BstpState { Disabled, Listening, Learning, Forwarding, Blocking }
/** What goes wrong on a machine that has time (src/types/faults.ts), and with what: frames that come, frames that go, interrupts. */
export enum FaultKind {
  Loss, BitErrors, Duplication, Reordering, Mbufs, Ring, Queue, LostInterrupts, DuplicatedInterrupts, Storm, Stall, Holder, Flap, Table, Route, Arp, Count,
}
export enum FaultSide { Receive = 1, Send = 2, Interrupt = 4 }
export enum FaultTable { Bridge, Arp, Flows }
/** Bytes of a fault's record: how often it struck and the frames that it holds back (u64 each), then what is the engine's own business. */
export const FAULT_RECORD = 160;
