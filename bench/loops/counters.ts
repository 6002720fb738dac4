/** What the JavaScript loop has counted, by the engine's names. */
import { type Counts, countKey } from "./counts.ts";
import { At, K64, Port64, Size, Thread } from "./layout.ts";
import { ithreadAt, type Memory, portAt, threadAt } from "./memory.ts";

const PORT = ["received", "if_ipackets", "if_ibytes", "if_imcasts", "if_opackets", "if_obytes", "if_omcasts", "interrupts", "ifq_high_water"];
const ENDS = ["Delivered", "Bridged", "Fastforwarded", "Forwarded"];
const DROPS = ["UnknownEtherType", "BridgeSamePort", "CannotForward"];
const THREAD = ["messages", "gets", "releases", "keeps", "violations"];
const KINDS = ["netisr_cpu", "tcp_thread", "udp_thread"];
const STATS = [
  ...[
    "cloned",
    "ips_total",
    "ips_forward",
    "ips_fastforward",
    "ips_cantforward",
    "ipf_create",
    "ipf_hits",
    "ipf_misses",
    "ipf_reaped",
    "brc_learned",
  ],
  ...["brc_moved", "brc_full", "brc_flooded"],
];

export const readCounts = ({ i32, f64 }: Memory, tables: { addresses: number; flows: number }): Counts => {
  const counts: Counts = new Map();
  const put = (group: string, number: number, name: string, value: number): void => {
    if (value) counts.set(countKey(group, number, name), value);
  };
  const putRow = (group: string, number: number, names: readonly string[], first: number): void => {
    for (const [i, name] of names.entries()) put(group, number, name, f64[first + i]!);
  };
  const putThread = (group: string, number: number, t: number): void => {
    putRow(group, number, THREAD, t >> 1);
    put(group, number, "highWater", i32[t + Thread.HighWater]!);
  };
  for (let number = 0; number < Size.MaxPorts; number++) {
    const port = portAt(number) >> 1;
    putRow("port", number, PORT, port);
    putRow("ends", number, ENDS, port + Port64.Ends);
    putRow("drops", number, DROPS, port + Port64.Drops);
    put("lock", number, "serializer", f64[port + Port64.Serializer]!);
    put("lock", number, "queue", f64[port + Port64.Altq]!);
    if (number < Size.MaxPorts - 1) putThread("ithread", number, ithreadAt(number));
  }
  for (const [kind, name] of KINDS.entries()) putThread(name, 0, threadAt(kind));
  putRow("stats", 0, STATS, At.Stats / 2);
  put("lock", 0, "BGL", f64[K64.Bgl]!);
  put("bridge", 0, "addresses", tables.addresses);
  put("flows", 0, "inuse", tables.flows);
  return counts;
};
