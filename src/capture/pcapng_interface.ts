import type { ByteWindow } from "./byte_window.ts";
import type { CaptureInterface, ReadOptions } from "./frame.ts";
import { isWanted, LINKTYPE_ETHERNET, linkTypeText } from "./link_types.ts";
import { IF_DESCRIPTION, IF_FCSLEN, IF_NAME, IF_TSOFFSET, IF_TSRESOL } from "./pcapng_format.ts";
import { expectLength, type Option, optionsOf, textOf } from "./pcapng_options.ts";

const SECOND = 1_000_000_000n;
/** Options that must not be repeated. */
const ONCE: ReadonlySet<number> = new Set([IF_TSRESOL, IF_TSOFFSET]);

/** A description, and the same prepared for the stamps of its packets. */
export interface Interface {
  description: CaptureInterface;
  /** Nanoseconds per tick, if that is a whole number; else 0. */
  factor: number;
  /** Nanoseconds since the epoch = ticks * multiply / divide + add. */
  multiply: bigint;
  divide: bigint;
  add: bigint;
}

/** What the blocks of a section need to know of it. */
export interface Section {
  little: boolean;
  interfaces: readonly Interface[];
}

/** Reads an Interface Description Block, whose trailing length stands at `end`. */
export function readInterface(
  window: ByteWindow,
  end: number,
  little: boolean,
  place: { index: number; section: number },
  options: ReadOptions,
): Interface {
  const { view, position } = window;
  const linkType = view.getUint16(position + 8, little);
  if (!isWanted(linkType, options)) throw window.fault(8, `link type ${linkTypeText(LINKTYPE_ETHERNET)}`, `link type ${linkTypeText(linkType)}`);
  const description: CaptureInterface = {
    ...place,
    name: undefined,
    description: undefined,
    linkType,
    snapLength: view.getUint32(position + 12, little),
    fcsLength: 0,
    ticksPerSecond: 1_000_000n,
    timeOffset: 0n,
  };
  const seen = new Set<number>();
  for (const option of optionsOf(window, position + 16, end, little)) {
    // Readers differ in which of two they believe, and a wrong resolution makes all times wrong.
    if (ONCE.has(option.code) && seen.has(option.code)) throw window.fault(option.at - 4 - position, `one option ${option.code}`, "a second one");
    seen.add(option.code);
    readOption(window, option, little, description);
  }
  return withScale(description);
}

function readOption(window: ByteWindow, option: Option, little: boolean, to: CaptureInterface): void {
  if (option.code === IF_NAME) to.name = textOf(window, option);
  if (option.code === IF_DESCRIPTION) to.description = textOf(window, option);
  if (option.code === IF_TSRESOL) {
    expectLength(window, option, "if_tsresol", 1);
    const value = window.view.getUint8(option.at);
    to.ticksPerSecond = value & 0x80 ? 2n ** BigInt(value & 0x7f) : 10n ** BigInt(value);
  }
  if (option.code === IF_TSOFFSET) {
    expectLength(window, option, "if_tsoffset", 8);
    to.timeOffset = window.view.getBigInt64(option.at, little);
  }
  // Other readers let pass one of another length.
  if (option.code === IF_FCSLEN && option.length === 1) {
    // The draft counts in bits, but its example, 4, and most writers count in bytes.
    const value = window.view.getUint8(option.at);
    to.fcsLength = value < 8 ? value : value >> 3;
  }
}

function withScale(description: CaptureInterface): Interface {
  const whole = SECOND % description.ticksPerSecond === 0n;
  return {
    description,
    factor: whole ? Number(SECOND / description.ticksPerSecond) : 0,
    multiply: whole ? SECOND / description.ticksPerSecond : SECOND,
    divide: whole ? 1n : description.ticksPerSecond,
    add: description.timeOffset * SECOND,
  };
}
