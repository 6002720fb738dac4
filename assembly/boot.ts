// Composition root: lays the whole memory out in one place, takes it, and puts every table into its first state.

import { At, Boot, Callout, Counter, Isr, Path, POLL_RECORD, Region, ThreadKind } from "./abi";
import { chainBytes } from "./dev/chains";
import { initPolling } from "./dev/pollctx";
import { bridgeCacheBytes } from "./ether/bridge_cache";
import { Member } from "./ether/bridge_member";
import { Bridge, BridgeEntry } from "./ether/bridge_table";
import { Cpu } from "./kern/cpu";
import { IFNET_BYTES } from "./kern/ifnet";
import { IPIQ_BYTES } from "./kern/ipiq";
import { attachKernel, Io, Kernel, setNow } from "./kern/kernel";
import { Lock } from "./kern/lock";
import { initMbufs, KernelMessage, mbufTotal } from "./kern/mbuf";
import { controlThread, firstWork, protocolThreads, softclockThread, Thread, threadTotal } from "./kern/thread";
import { traceBytes } from "./kern/trace";
import { bootMachine, ORDER_BYTES, planMachine, planQuestions } from "./machine";
import { COUNTERS_AT, KNOBS_AT, planned, planStart, reserve, boot as setting, take } from "./memory/arena";
import { addressSlots, attachAddresses, Ifaddr } from "./net/ifaddr";
import { initMessages, messageTotal } from "./net/messages";
import { Netisr, registerProtocols } from "./net/netisr";
import { NETMSG_SERVICE_MPSAFE } from "./net/netmsg_service";
import { modeOf } from "./net/protocol_threads";
import { attachToeplitz, TOEPLITZ_BYTES } from "./net/toeplitz";
import { arpBlockBytes, attachArp, initArp } from "./netinet/arp_table";
import { ICMP_AREA_BYTES } from "./netinet/icmp";
import { flowCacheBytes } from "./netinet/ip_flow_cache";
import { FLOW_TABLE_BYTES, initFlows } from "./netinet/ip_flow_record";
import { attachRouteTable, routeBytes, routeSlots } from "./netinet/route_table";
import { ROUTE_NODE_BYTES, routeNodes } from "./netinet/route_trie";
import { attachCounters, dropBlockBytes } from "./stats/counters";

/** Gives every region its place. Returns the bytes of memory that `boot` will take; nothing is taken yet. */
export function plan(): u64 {
  const cpus = <u64>setting(Boot.Cpus);
  const ports = <u64>setting(Boot.Ports);
  const routes = setting(Boot.Routes);
  planStart();
  reserve(Region.Kernel, 1, KNOBS_AT);
  reserve(Region.Knobs, 1, COUNTERS_AT - KNOBS_AT);
  reserve(Region.Counters, cpus * Counter.Count, 8);
  reserve(Region.Drops, cpus, dropBlockBytes(<u32>ports));
  reserve(Region.Ends, (ports + 1) * Path.Count, 8);
  reserve(Region.Cpus, cpus, offsetof<Cpu>());
  reserve(Region.Threads, threadTotal(), offsetof<Thread>());
  reserve(Region.Locks, 1, offsetof<Lock>());
  reserve(Region.Ipiq, cpus * cpus, IPIQ_BYTES);
  reserve(Region.Messages, messageTotal(), offsetof<KernelMessage>());
  reserve(Region.Netisr, Isr.Max + 1, offsetof<Netisr>());
  reserve(Region.Toeplitz, 1, TOEPLITZ_BYTES);
  reserve(Region.Callouts, Callout.Count, 8);
  reserve(Region.Icmp, cpus, ICMP_AREA_BYTES);
  reserve(Region.Polling, cpus, POLL_RECORD);
  reserve(Region.Ports, ports, IFNET_BYTES);
  reserve(Region.Chains, 1, chainBytes());
  reserve(Region.RxSlots, setting(Boot.RxSlots), 8);
  reserve(Region.Addresses, setting(Boot.Addresses), offsetof<Ifaddr>());
  reserve(Region.AddressHash, addressSlots(setting(Boot.Addresses)), 4);
  reserve(Region.RouteRoot, 65536, 8);
  reserve(Region.RouteNodes, routeNodes(routes), ROUTE_NODE_BYTES);
  reserve(Region.Routes, 1, routeBytes(routes));
  reserve(Region.RouteHash, routeSlots(routes), 4);
  reserve(Region.Arp, cpus, arpBlockBytes(setting(Boot.Arp)));
  reserve(Region.Flows, cpus, FLOW_TABLE_BYTES);
  reserve(Region.FlowCache, 1, flowCacheBytes());
  reserve(Region.Bridges, setting(Boot.Bridges), offsetof<Bridge>());
  reserve(Region.Members, setting(Boot.Members), offsetof<Member>());
  reserve(Region.BridgeBuckets, setting(Boot.Bridges), 1024 * 4);
  reserve(Region.BridgeEntries, setting(Boot.BridgeAddresses), offsetof<BridgeEntry>());
  reserve(Region.BridgeCache, 1, bridgeCacheBytes(setting(Boot.Bridges), setting(Boot.BridgeAddresses)));
  reserve(Region.Mbufs, mbufTotal(), 64);
  reserve(Region.Clusters, mbufTotal(), setting(Boot.ClusterBytes));
  planMachine(threadTotal());
  reserve(Region.Io, 1, offsetof<Io>());
  reserve(Region.Order, 1, ORDER_BYTES);
  reserve(Region.Scratch, 1, setting(Boot.ClusterBytes));
  reserve(Region.Input, 1, setting(Boot.InputBytes));
  reserve(Region.Output, 1, setting(Boot.OutputBytes));
  reserve(Region.Losses, 1, setting(Boot.LossBytes));
  reserve(Region.Trace, 1, traceBytes(threadTotal()));
  planQuestions(threadTotal());
  return planned();
}

/** Takes the memory that `plan` found and makes the kernel ready for its interfaces. False: the memory cannot be had. */
export function boot(): bool {
  if (!take()) return false;
  attachCounters(setting(Boot.Ports));
  attachKernel();
  attachToeplitz();
  attachAddresses();
  attachRouteTable();
  attachArp();
  initMbufs();
  initArp();
  initFlows();
  Kernel.at().ifnetMode = NETMSG_SERVICE_MPSAFE;
  initThreads();
  initMessages();
  registerProtocols();
  initPolling();
  Kernel.at().nextTick = u64.MAX_VALUE;
  Kernel.at().ipId = 1;
  setNow(0);
  bootMachine();
  return true;
}

/** Protocol threads start without the BGL. Interrupt threads get their CPU when their interface is attached, those of other work CPU and kind with it. */
function initThreads(): void {
  for (let i: u32 = 0; i < threadTotal(); i++) {
    const t = Thread.at(i);
    t.id = i + 1;
    if (i < protocolThreads()) start(t, i & 3, i >> 2, At.Service);
    else if (t == softclockThread()) start(t, ThreadKind.Softclock, 0, At.Softclock);
    else if (t == controlThread()) start(t, ThreadKind.Control, 0, At.SyncSend);
    else if (i < firstWork()) start(t, ThreadKind.Interrupt, 0, At.Interrupt);
    else start(t, ThreadKind.UserWork, 0, At.Work);
  }
}

function start(t: Thread, kind: u32, cpu: u32, home: At): void {
  t.kind = kind;
  t.cpu = cpu;
  t.home = home;
  t.at = home;
  t.mode = modeOf(kind);
}
