import { IFF_POLLING, POLL_RECORD, PollField, Region } from "../../../assembly/abi.ts";
import type { PollingResult } from "../../types.ts";
import { type NameOf, type Tables, WORD } from "./tables.ts";

/** Of every CPU that polls or has polled. */
export const readPolling = (tables: Tables): PollingResult[] => {
  const { ports, cpus } = tables.config;
  const interfaces = ports.filter(({ index }) => tables.exports.portFlags(index) & IFF_POLLING);
  const all = Array.from({ length: cpus }, (_, cpu) => {
    const fields = Object.entries(tables.named(Region.Polling, (cpu * POLL_RECORD) / WORD, PollField));
    const counts = Object.fromEntries(fields.map(([name, value]) => [name, Number(value)])) as Record<NameOf<typeof PollField>, number>;
    return { cpu, interfaces: interfaces.filter((port) => port.cpu === cpu).map(({ name }) => name), ...counts };
  });
  return all.filter(({ handlers, polls }) => handlers > 0 || polls > 0);
};
