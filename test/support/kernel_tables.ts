/** The kernel's tables as words, so that they can be compared between machines, whose regions lie at other addresses. */
import { Region } from "../../assembly/abi.ts";
import type { Engine } from "../../src/engine.ts";

/** Regions that say what the kernel has counted and learned, and nothing about who ran it. */
const TABLES = [
  Region.Knobs,
  Region.Counters,
  Region.Drops,
  Region.Ends,
  Region.Netisr,
  Region.Toeplitz,
  Region.Addresses,
  Region.AddressHash,
  Region.RouteRoot,
  Region.RouteNodes,
  Region.Routes,
  Region.RouteHash,
  Region.Arp,
  Region.Flows,
  Region.FlowCache,
  Region.Bridges,
  Region.Members,
  Region.BridgeBuckets,
  Region.BridgeEntries,
  Region.BridgeCache,
  Region.Callouts,
  Region.Icmp,
] as const;

/** Words of a flow (assembly/netinet/ip_flow_record.ts): the flows of a CPU lie behind 48 words; one of their 16 is the address of an ARP entry. */
const FLOWS_AT = 48;
const FLOW_WORDS = 16;
const FLOW_ARP = 10;
/** Words of an ARP entry (assembly/netinet/arp_table.ts): they lie behind 2 words and a bucket for each; one of their 8 is the address of a held mbuf. */
const ARP_WORDS = 8;
const ARP_HELD = 6;

/** By name of the region, its words, on a machine with one CPU. What a flow remembers becomes a distance, a held mbuf a 1. */
export const kernelTables = ({ exports, config }: Engine): Record<string, Uint32Array> => {
  const base = (region: Region): number => exports.regionBase(region) >>> 0;
  const words = (region: Region): Uint32Array => new Uint32Array(exports.memory.buffer, base(region), exports.regionBytes(region) >>> 2).slice();
  const tables = Object.fromEntries(TABLES.map((region) => [Region[region]!, words(region)]));
  const flows = tables.Flows!;
  for (let at = FLOWS_AT + FLOW_ARP; at < flows.length; at += FLOW_WORDS) if (flows[at]) flows[at]! -= base(Region.Arp);
  const arp = tables.Arp!;
  for (let at = 2 + config.limits.arp + ARP_HELD; at < arp.length; at += ARP_WORDS) if (arp[at]) arp[at] = 1;
  return tables;
};

/** The first word in which two of these differ. */
export const tablesDiffer = (got: Record<string, Uint32Array>, wanted: Record<string, Uint32Array>): string | undefined => {
  for (const [name, words] of Object.entries(wanted)) {
    const others = got[name]!;
    if (Buffer.from(others.buffer).equals(Buffer.from(words.buffer))) continue;
    const at = words.findIndex((word, index) => word !== others[index]);
    return `${name}, word ${at}: got ${others[at]}, wanted ${words[at]}`;
  }
  return undefined;
};
