/**
 * Compares what a system sent with what the Linux kernel sent. Frames must be equal byte for byte, but for what is left to the host: of ICMP errors the
 * addresses, type, code and quotation count, of other answers all but TOS, id, TTL and header checksum. Masks say where Linux and a BSD of 2008 differ
 * on purpose.
 */
import { formatIp } from "../../src/addresses.ts";
import type { Case, CaseFile, OutputFrame } from "./case.ts";

export interface Difference {
  index: number;
  port: number;
  want: string[];
  got: string[];
  note: string;
}

/** The Ethernet header and the fields of IPv4 behind it, as offsets in the frame. */
const AT_TYPE = 12;
const AT_IP = 14;
const AT_FRAGMENT = 20;
const AT_PROTOCOL = 23;
const AT_SRC = 26;
const AT_DST = 30;
const IP_END = 34;
const ICMP_ERRORS = new Set([3, 4, 5, 11, 12]);
/** Longer frames Linux may not have taken in; sending nothing is then no difference. */
const LONGEST_PLAIN_FRAME = 1514;

export function compareCase({ file, input, expected }: Case, actual: OutputFrame[][]): Difference[] {
  const differences: Difference[] = [];
  const ours = ownAddresses(file);
  input.forEach(({ port, data }, index) => {
    const keysOf = (frames: OutputFrame[] | undefined) => (frames ?? []).map((frame) => keyOf(data, frame, ours)).sort(byText);
    const want = keysOf(expected[index]);
    const got = keysOf(actual[index]);
    const masks = new Set([...(file.mask ?? []), ...(file.per_frame?.[index]?.mask ?? [])]);
    if (agree(want, got, masks, data.length)) return;
    differences.push({ index, port, want: want.map(show), got: got.map(show), note: file.per_frame?.[index]?.note ?? "" });
  });
  return differences;
}

function agree(want: Key[], got: Key[], masks: Set<string>, inputLength: number): boolean {
  if (masks.has("any") || same(want, got) || (inputLength > LONGEST_PLAIN_FRAME && want.length === 0)) return true;
  if (masks.has("icmp-optional")) {
    const [wantAnswers, wantRest] = split(want);
    const [gotAnswers, gotRest] = split(got);
    if (same(wantRest, gotRest) && (same(wantAnswers, gotAnswers) || wantAnswers.length === 0 || gotAnswers.length === 0)) return true;
  }
  return (masks.has("drop-ok") && got.length === 0) || masks.has("bsd");
}

type Kind = "frame" | "arp" | "icmp" | "local";

interface Key {
  kind: Kind;
  /** Port and all that is compared. */
  text: string;
}

const byText = (a: Key, b: Key) => (show(a) < show(b) ? -1 : 1);
const show = ({ kind, text }: Key): string => `${kind} ${text}`;
const same = (a: Key[], b: Key[]): boolean => a.length === b.length && a.every((key, index) => show(key) === show(b[index]!));
const isAnswer = ({ kind }: Key): boolean => kind === "icmp" || kind === "local";
const split = (keys: Key[]): [Key[], Key[]] => [keys.filter(isAnswer), keys.filter((key) => !isAnswer(key))];

function ownAddresses(file: CaseFile): Set<string> {
  const prefixes = [...file.ports.map((port) => port.ip), file.bridge_ip];
  return new Set(prefixes.filter((prefix) => prefix !== undefined && prefix !== "").map((prefix) => prefix!.split("/")[0]!));
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");
const get16 = (bytes: Uint8Array, at: number): number => (bytes[at]! << 8) | bytes[at + 1]!;
const addressAt = (bytes: Uint8Array, at: number): string => formatIp(((get16(bytes, at) << 16) | get16(bytes, at + 2)) >>> 0);

function keyOf(input: Uint8Array, { port, data }: OutputFrame, ours: Set<string>): Key {
  const kind = kindOf(input, data, ours);
  if (kind === "icmp") return { kind, text: `${port} ${icmpKey(data)}` };
  return { kind, text: `${port} ${hex(kind === "local" ? withoutHostsChoice(data) : data)}` };
}

/** Our address as source means that the host made the packet, unless it came in with that source. */
function kindOf(input: Uint8Array, data: Uint8Array, ours: Set<string>): Kind {
  const type = get16(data, AT_TYPE);
  if (hex(input) === hex(data)) return "frame";
  if (type === 0x0806) return "arp";
  if (type !== 0x0800 || data.length < IP_END || !ours.has(addressAt(data, AT_SRC))) return "frame";
  if (get16(input, AT_TYPE) === 0x0800 && hex(input.subarray(AT_SRC, AT_DST)) === hex(data.subarray(AT_SRC, AT_DST))) return "frame";
  const icmp = AT_IP + (data[AT_IP]! & 15) * 4;
  return data[AT_PROTOCOL] === 1 && ICMP_ERRORS.has(data[icmp]!) ? "icmp" : "local";
}

/** MAC addresses, IP addresses, type, code, and the quoted header with 8 bytes more. Of the quotation TTL and checksum may be from before or after the decrement. */
function icmpKey(data: Uint8Array): string {
  const icmp = AT_IP + (data[AT_IP]! & 15) * 4;
  const [type, code] = [data[icmp]!, data[icmp + 1]!];
  const quotedHeader = ((data[icmp + 8] ?? 0) & 15) * 4;
  const quoted = data.slice(icmp + 8, icmp + 8 + quotedHeader + 8);
  if (quoted.length >= 12) quoted.fill(0, 8, 9).fill(0, 10, 12);
  // Network and host unreachable are one: Linux says the first, ip_forward the second.
  const shownCode = type === 3 && code <= 1 ? "0|1" : code;
  return [hex(data.subarray(0, AT_TYPE)), hex(data.subarray(AT_SRC, IP_END)), type, shownCode, hex(quoted)].join(" ");
}

function withoutHostsChoice(data: Uint8Array): Uint8Array {
  return data.slice().fill(0, 15, 16).fill(0, 18, AT_FRAGMENT).fill(0, 22, 23).fill(0, 24, AT_SRC);
}
