/** Frames made from frames that came before: of the same flow, with one field changed. */
import { checksum, get16, put16 } from "../../src/reference/bytes.ts";
import type { Random } from "./random.ts";
import { seal } from "./wire.ts";

const AT_TOS = 1;
const AT_ID = 4;
const AT_FRAGMENT = 6;
const AT_TTL = 8;
const AT_PROTOCOL = 9;
const AT_SOURCE = 12;
const DF = 0x4000;
const MF = 0x2000;

/** Where the IP header starts and ends, if there is one and its checksum is right. */
function ipHeader(frame: Uint8Array): { at: number; end: number } | undefined {
  const at = get16(frame, 12) === 0x8100 ? 18 : 14;
  const end = at + (frame[at]! & 15) * 4;
  const isIp = get16(frame, at - 2) === 0x0800 && frame.length >= end && end >= at + 20;
  return isIp && checksum(frame, at, end) === 0 ? { at, end } : undefined;
}

/** A copy with another identification; what is not IP gets the number as its last byte, behind what protocols look at. */
export function numbered(frame: Uint8Array, number: number): Uint8Array {
  const copy = frame.slice();
  const header = ipHeader(copy);
  if (header) {
    put16(copy, header.at + AT_ID, number);
    seal(copy, header.at, header.end, header.at + 10);
  } else if (copy.length >= 60) copy[copy.length - 1] = number;
  return copy;
}

/** A copy, mostly as it is. An IP header that is changed gets its checksum; any frame may get a wrong bit. */
export function varied(r: Random, frame: Uint8Array): Uint8Array {
  const copy = frame.slice();
  const header = ipHeader(copy);
  if (header && r.percent(30)) changeIp(r, copy, header);
  else if (copy.length > 0 && r.percent(8)) copy[r.below(copy.length)]! ^= 1 << r.below(8);
  return copy;
}

function changeIp(r: Random, frame: Uint8Array, { at, end }: { at: number; end: number }): void {
  const set8 = (offset: number, value: number) => {
    frame[at + offset] = value;
  };
  r.pick([
    () => set8(AT_TTL, r.pick([0, 1, 1, 2])),
    () => set8(AT_TTL, r.pick([0, 1, 1, 2])),
    () => set8(AT_TOS, r.pick([0, 0x10, 0xb8])),
    () => set8(AT_PROTOCOL, r.pick([1, 6, 17, 47])),
    () => set8(AT_SOURCE + 3, r.below(8)),
    () => put16(frame, at + AT_FRAGMENT, r.pick([0, DF, MF, 185, MF | 185])),
    () => put16(frame, at + AT_ID, r.below(65536)),
  ])();
  seal(frame, at, end, at + 10);
}
