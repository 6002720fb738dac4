import type { CaptureError } from "../../../src/errors.ts";
import type { Entry } from "./entry.ts";
import { type Reading, secondsText } from "./reading.ts";

// Containers that Wireshark knows and this reader refuses, or may refuse.
const REFUSED = /snoop/;
const MAY_BE_REFUSED = /zstd|gzip/;

/** A link type that is not read is named by number, and by name if it has one. */
const FOREIGN = /^link type (\d+)( \([A-Z0-9_]+\))?$/;

/**
 * What is wrong with a file's readings; undefined = nothing. `strict`: with default options, where link types other than Ethernet are refused;
 * `any`: with linkTypes "any".
 */
export function judge(entry: Entry, strict: Reading, any: Reading): string | undefined {
  for (const { error } of [strict, any])
    if (error !== undefined && !(Number.isSafeInteger(error.offset) && error.offset >= 0)) return `no offset in: ${error.message}`;
  const container = entry.container ?? "";
  if (REFUSED.test(container)) return any.error === undefined ? "not refused" : undefined;
  if (MAY_BE_REFUSED.test(container) && any.error !== undefined) return undefined;
  if (FOREIGN.test(any.error?.found ?? "")) return `refused, although any link type was asked for: ${any.error?.message}`;
  const foreign = FOREIGN.exec(strict.error?.found ?? "");
  if (foreign) return judgeForeign(entry, strict, any, foreign);
  if (entry.verdict === "ok" && !isEthernet(entry) && strict.error === undefined) return `link type ${entry.linktype} not refused by number`;
  return compare(entry, strict) ?? compare(entry, any);
}

const isEthernet = ({ linktype }: Entry): boolean => ["ether", "unknown"].includes(linktype ?? "ether");

/** A file refused for its link type must really have one, which has a name if Wireshark knows it, and must be right otherwise. */
function judgeForeign(entry: Entry, strict: Reading, any: Reading, [, , name]: RegExpExecArray): string | undefined {
  if (entry.linktype === "ether") return `Ethernet refused: ${strict.error?.message}`;
  if (entry.verdict !== "rejected" && name === undefined) return `link type refused without its name: ${strict.error?.message}`;
  if (strict.frames > any.frames) return `${strict.frames} frames in front of the refused link type, ${any.frames} in the file`;
  // tshark refuses link types that it does not know, which is no fault of the file.
  if (entry.verdict === "rejected") return undefined;
  if (entry.verdict === "ok" || any.error !== undefined) return compare(entry, any);
  // What stopped tshark stands behind the link type, perhaps in a block that is skipped here.
  const records = any.frames + any.customBlocks;
  return records < entry.tshark_packets ? `${records} frames instead of ${entry.tshark_packets}` : undefined;
}

function compare(entry: Entry, reading: Reading): string | undefined {
  const { error } = reading;
  const asTcpdump = (entry.tcpdump_rc === 0) === (error === undefined);
  if (!readersAgree(entry) && asTcpdump) return undefined;
  if (entry.verdict === "ok" && error !== undefined) return `not read: ${error.message}`;
  if (entry.verdict !== "ok" && error === undefined) return `${entry.verdict} by others, read without an error`;
  if (isFaultOfTcpdump(entry, error)) return undefined;
  // Of a rejected file, the complete frames in front of the fault may be read.
  return entry.verdict === "rejected" ? undefined : (compareSums(entry, reading) ?? compareTimes(entry, reading));
}

const readersAgree = (entry: Entry): boolean => entry.readers_agree ?? !(entry.verdict === "ok" && entry.tcpdump_rc !== 0);

/**
 * Both readers fail, but not at the same thing: tshark guesses other record layouts where the first records look odd, takes files for those of other
 * programs, and does not look at the version. So tshark and tcpdump disagree if the fault found here is the one that tcpdump names.
 */
function isFaultOfTcpdump({ verdict, tcpdump_error }: Entry, error: CaptureError | undefined): boolean {
  if (verdict === "ok" || error === undefined) return false;
  const [named, length, version] =
    /invalid packet capture length (\d+)|pcap savefile version (\d+)|unknown file format/.exec(tcpdump_error ?? "") ?? [];
  if (named === "unknown file format") return error.expected.startsWith("the magic number");
  return (length !== undefined && error.found === length) || (version !== undefined && error.found === `version ${version}`);
}

function compareSums(entry: Entry, { frames, capturedSum, customBlocks, customBytes }: Reading): string | undefined {
  const custom = customBlocks === 0 ? "" : ` and ${customBlocks} custom blocks`;
  if (frames + customBlocks !== entry.tshark_packets) return `${frames} frames${custom} instead of ${entry.tshark_packets}`;
  if (capturedSum + customBytes !== entry.tshark_caplen_sum) return `${capturedSum + customBytes} bytes instead of ${entry.tshark_caplen_sum}`;
  return undefined;
}

function compareTimes(entry: Entry, { firstTime, lastTime }: Reading): string | undefined {
  if (entry.first_time != null && firstTime !== normal(entry.first_time)) return `first time ${firstTime} instead of ${entry.first_time}`;
  if (entry.last_time != null && lastTime !== normal(entry.last_time)) return `last time ${lastTime} instead of ${entry.last_time}`;
  return undefined;
}

/** tshark does not carry a fraction above a whole second: 5.2000000001 is 7.000000001. */
function normal(time: string): string {
  const [seconds, fraction] = time.split(".");
  return fraction === undefined || fraction.length <= 9 ? time : secondsText(BigInt(seconds!) * 1_000_000_000n + BigInt(fraction));
}
