/** Tables of interfaces: traffic, drops, and how packets ended. */
import { Path } from "../../assembly/abi.ts";
import type { Counters, PortCounters } from "../types.ts";
import { DROP_MEANINGS } from "./drop_reasons.ts";
import { left, right, table, wrap } from "./layout.ts";
import { count } from "./numbers.ts";

const sum = (counts: Record<string, number>): number => Object.values(counts).reduce((total, n) => total + n, 0);

export const trafficLines = (ports: readonly PortCounters[]): string[] => [
  ...table(
    [left("name"), left("kind"), right("arrived"), right("in frames"), right("in bytes"), right("out frames"), right("out bytes"), right("dropped")],
    ports.map(({ name, kind, counters, drops }) => [
      name,
      kind,
      ...[counters.received, counters.if_ipackets, counters.if_ibytes, counters.if_opackets, counters.if_obytes, sum(drops)].map((n) =>
        count(n ?? 0),
      ),
    ]),
  ),
  ...wrap("arrived: frames on the wire.  in: those that the interface took (if_ipackets).  Bytes are of whole frames without FCS."),
];

/** Where packets were dropped, why, and what that means. Empty: no drops. */
export const dropLines = ({ ports, drops }: Counters): string[] => {
  const rows = ports.flatMap((port) => Object.entries(port.drops).map((entry) => dropRow(port.name, entry)));
  for (const [reason, n] of Object.entries(drops)) {
    const here = n - ports.reduce((total, port) => total + (port.drops[reason] ?? 0), 0);
    if (here > 0) rows.push(dropRow("made here", [reason, here]));
  }
  if (rows.length === 0) return [];
  return table([left("came in by"), left("reason"), right("packets"), left("meaning")], rows);
};

const dropRow = (where: string, [reason, n]: [string, number]): string[] => [
  where,
  reason,
  count(n),
  DROP_MEANINGS[reason as keyof typeof DROP_MEANINGS] ?? "",
];

const PATHS = [
  ["bridged", Path.Bridged],
  ["fast-forwarded", Path.Fastforwarded],
  ["forwarded", Path.Forwarded],
  ["sent by host", Path.Originated],
  ["delivered", Path.Delivered],
] as const;

/** A row per interface at which packets ended, and the total. */
export const pathLines = ({ ports, paths }: Counters): string[] => {
  const cells = (ends: Record<string, number>): string[] => PATHS.map(([, path]) => count(ends[Path[path]!] ?? 0));
  const rows = ports.filter(({ ends }) => sum(ends) > 0).map(({ name, ends }) => [name, ...cells(ends)]);
  return [
    ...table([left("name"), ...PATHS.map(([heading]) => right(heading))], [...rows, ["total", ...cells(paths)]]),
    ...wrap(
      "bridged to, forwarded or sent by this interface; fast-forwarded: by the flow cache; sent by host: made here (ARP, ICMP); delivered: came in here and reached a protocol of this host.",
    ),
  ];
};
