/** What is written beside a frame in a capture: one line of plain words, always in the same order, so that it can be searched for. */
import type { Departure, DroppedPacket, Handled, LockDecision } from "../types.ts";

/** "cpu 1 tcp_thread 1 fastforwarded lock without" */
export const sentComment = (departure: Pick<Departure, keyof Handled | "path">): string =>
  `${whoHandled(departure)} ${departure.path.toLowerCase()} ${lockWords(departure.lock)}`;

/** "dropped NoRoute at p0 cpu 0 netisr_cpu 0 lock got handler recursive". `at`: the interface, vlan or bridge that received it last. */
export const droppedComment = (packet: Pick<DroppedPacket, keyof Handled | "interface" | "reason">): string =>
  `dropped ${packet.reason} at ${packet.interface ?? "host"} ${whoHandled(packet)} ${lockWords(packet.lock)}`;

const whoHandled = ({ cpu, thread }: Handled): string => (thread === "" ? "no thread" : `cpu ${cpu} ${thread}`);

/** `lock`: what the service loop did; `handler`: what netisr_run did, if it ran one. */
const lockWords = ({ service, handler, violation }: LockDecision): string =>
  `lock ${service}${handler === "none" ? "" : ` handler ${handler}`}${violation ? " violation" : ""}`;
