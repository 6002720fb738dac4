// What the module exports, and nothing else.

export { attachAddress, attachBridge, attachInterface, attachMember, attachProtocol, attachRing, attachVlan } from "./attach";
export { boot, plan } from "./boot";
export {
  bridgeAddStatic,
  bridgeRemoveMember,
  bridgeRestoreMember,
  bridgeSetMaxaddr,
  interfaceUp,
  requestSchednetisr,
  setCarrier,
  setInterfaceUp,
  setPolling,
  setPollSysctl,
  setSysctl,
  startEngine,
  syncPorts,
} from "./control";
export { pollclock } from "./dev/polling";
// pure functions that tests hold against their vectors
export { bridgeRthash } from "./ether/bridge_table";
export { brokenGuards } from "./kern/mbuf";
export * from "./machine/exports";
export { hostAnswer } from "./net/host_handler";
export { toeplitzAddresses, toeplitzPorts } from "./net/toeplitz";
export { arpStatic } from "./netinet/arp_input";
export { mportHash } from "./netinet/ip_demux";
export { ipflowHash } from "./netinet/ip_flow_record";
export { routeCount, rtadd, rtdelete, rtexact, rtlookup } from "./netinet/route";
export { fingerprint } from "./stats/fingerprint";
export {
  arpMac,
  bridgeCount,
  bridgeFirst,
  bridgeIsStatic,
  bridgeMac,
  bridgeMaxaddr,
  bridgeNext,
  bridgePort,
  flowsInUse,
  inputAt,
  inputRewind,
  inputRoom,
  inputWritten,
  lockGets,
  lockOwner,
  lossesTake,
  mbufsInUse,
  now,
  outputTake,
  packetsQueued,
  packetsWaiting,
  portCounter,
  portFlags,
  queueLength,
  regionBase,
  regionBytes,
  ringLength,
  threadBusy,
  threadCounter,
  threadCpu,
  threadHighWater,
  threadKind,
  threadMplocked,
  unaccounted,
} from "./views";
export { afterTtl, cksum } from "./wire/checksum";
