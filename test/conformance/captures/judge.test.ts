import { describe, expect, test } from "vitest";
import { CaptureError } from "../../../src/errors.ts";
import type { Entry } from "./entry.ts";
import { judge } from "./judge.ts";
import type { Reading } from "./reading.ts";

const entry = (fields: Partial<Entry> = {}): Entry => ({
  name: "a.pcap",
  linktype: "ether",
  tshark_packets: 2,
  tshark_caplen_sum: 100,
  first_time: "1.000000000",
  last_time: "2.000000000",
  tcpdump_rc: 0,
  verdict: "ok",
  ...fields,
});
const reading = (fields: Partial<Reading> = {}): Reading => ({
  frames: 2,
  capturedSum: 100,
  customBlocks: 0,
  customBytes: 0,
  firstTime: "1.000000000",
  lastTime: "2.000000000",
  error: undefined,
  ...fields,
});
const fault = (found = "the end of the file", expected = "a record", offset = 40): CaptureError => new CaptureError(offset, expected, found);
const foreign = (found: string): CaptureError => fault(found, "link type 1 (ETHERNET)");

const partial: Partial<Entry> = { verdict: "partial", tcpdump_rc: 1, readers_agree: true };
const rejected: Partial<Entry> = { verdict: "rejected", tshark_packets: 0, tshark_caplen_sum: 0, tcpdump_rc: 1, readers_agree: true };

/** Name, entry, reading with default options, and with any link type if that is another. */
type Row = [string, Entry, Reading, Reading?];

describe("passes", () => {
  test.each<Row>([
    ["a file read as tshark reads it", entry(), reading()],
    ["a part read as tshark reads it, then a fault", entry(partial), reading({ error: fault() })],
    ["a rejected file with frames in front of the fault", entry(rejected), reading({ error: fault() })],
    ["what tshark reads and tcpdump does not, read", entry({ tcpdump_rc: 1 }), reading()],
    ["what tshark reads and tcpdump does not, refused", entry({ tcpdump_rc: 1 }), reading({ frames: 0, error: fault() })],
    ["what tshark refuses and tcpdump reads, read", entry({ ...rejected, tcpdump_rc: 0, readers_agree: false }), reading()],
    ["custom blocks, which tshark lists", entry({ tshark_packets: 3, tshark_caplen_sum: 124 }), reading({ customBlocks: 1, customBytes: 24 })],
    ["a time that tshark has not carried", entry({ last_time: "1.1000000000" }), reading()],
    ["a foreign link type, by number and name", entry({ linktype: "null" }), reading({ frames: 0, error: foreign("link type 0 (NULL)") }), reading()],
    [
      "a foreign link type behind Ethernet",
      entry({ linktype: "per-packet" }),
      reading({ frames: 1, error: foreign("link type 0 (NULL)") }),
      reading(),
    ],
    ["a link type that nobody knows", entry({ ...rejected, linktype: null }), reading({ frames: 0, error: foreign("link type 2049") }), reading()],
    ["a snoop file, refused", entry({ container: "snoop", tcpdump_rc: 1 }), reading({ frames: 0, error: fault() })],
    ["a zstd file, refused", entry({ container: "zstd" }), reading({ frames: 0, error: fault() })],
    [
      "the fault that tcpdump names, where tshark goes by another layout",
      entry({ ...partial, tcpdump_error: "tcpdump: pcap_loop: invalid packet capture length 999999, bigger than snaplen of 96" }),
      reading({ frames: 1, error: fault("999999") }),
    ],
  ])("%s", (_, one, strict, any = strict) => {
    expect(judge(one, strict, any)).toBeUndefined();
  });
});

describe("fails", () => {
  test.each<[...Row, string]>([
    ["a frame too few", entry(), reading({ frames: 1 }), reading({ frames: 1 }), "1 frames instead of 2"],
    ["a byte too many", entry(), reading({ capturedSum: 101 }), reading(), "101 bytes instead of 100"],
    ["another first time", entry(), reading({ firstTime: "1.000000001" }), reading(), "first time 1.000000001"],
    ["another last time", entry(), reading({ lastTime: "3.000000000" }), reading(), "last time 3.000000000"],
    ["a good file refused", entry(), reading({ error: fault() }), reading({ error: fault() }), "not read"],
    ["a bad file read", entry(partial), reading(), reading(), "read without an error"],
    ["a rejected file read", entry(rejected), reading({ frames: 0 }), reading({ frames: 0 }), "read without an error"],
    ["another part than tshark's", entry(partial), reading({ frames: 1, error: fault() }), reading({ error: fault() }), "1 frames instead of 2"],
    [
      "another part, and another fault than tcpdump's",
      entry({ ...partial, tcpdump_error: "tcpdump: pcap_loop: invalid packet capture length 999999, bigger than snaplen of 96" }),
      reading({ frames: 1, error: fault("999998") }),
      reading({ error: fault() }),
      "1 frames instead of 2",
    ],
    ["Ethernet refused", entry(), reading({ error: foreign("link type 0 (NULL)") }), reading(), "Ethernet refused"],
    ["a foreign link type read", entry({ linktype: "null" }), reading(), reading(), "not refused by number"],
    ["a foreign link type without its name", entry({ linktype: "null" }), reading({ error: foreign("link type 0") }), reading(), "without its name"],
    [
      "a foreign file with a frame too few",
      entry({ linktype: "null" }),
      reading({ frames: 0, error: foreign("link type 0 (NULL)") }),
      reading({ frames: 1 }),
      "1 frames",
    ],
    ["a link type refused, although any was asked for", entry(), reading(), reading({ error: foreign("link type 0 (NULL)") }), "although any"],
    ["a snoop file read", entry({ container: "snoop", tcpdump_rc: 1 }), reading(), reading(), "not refused"],
    ["a fault without an offset", entry(partial), reading({ error: fault("x", "y", Number.NaN) }), reading({ error: fault() }), "no offset"],
  ])("%s", (_, one, strict, any, text) => {
    expect(judge(one, strict, any ?? strict)).toContain(text);
  });
});
