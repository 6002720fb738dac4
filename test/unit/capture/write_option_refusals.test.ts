/** What a program without types may give as options and interfaces of a file that is written: each is refused with a path, what was expected and what came. */
import { expect, test } from "vitest";
import { createPcapngWriter, createPcapWriter, type FrameToWrite, readCapture, writePcap, writePcapng } from "../../../src/capture/index.ts";
import { refusal } from "../../support/refusal.ts";
import { FRAME, join } from "./bytes.ts";

const GOOD: FrameToWrite = { interface: 0, time: 1n, data: FRAME };

const LINK_TYPE = "a LINKTYPE number from 0 to 65,535, perhaps with the length of a check sequence in bits 26 to 31";

test.each<[unknown, string]>([
  [null, "options: expected an object, but got null"],
  ["us", 'options: expected an object, but got "us"'],
  [{ snaplen: 65_535 }, 'options.snaplen: expected a known option, but got "snaplen"'],
  [{ linktype: 1 }, 'options.linktype: expected a known option (did you mean "linkType"?), but got "linktype"'],
  [{ resolution: "ms" }, 'options.resolution: expected "us" or "ns" (did you mean "us"?), but got "ms"'],
  [{ resolution: 9 }, 'options.resolution: expected "us" or "ns", but got 9'],
  [{ linkType: "1" }, `options.linkType: expected ${LINK_TYPE}, but got "1"`],
  [{ linkType: -1 }, `options.linkType: expected ${LINK_TYPE}, but got -1`],
  [{ linkType: 2 ** 32 }, `options.linkType: expected ${LINK_TYPE}, but got 4294967296`],
  [{ linkType: 0x10001 }, `options.linkType: expected ${LINK_TYPE}, but got 65537`],
])("options of a pcap file %j", (options, message) => {
  expect(refusal(() => createPcapWriter(options as object)).message).toBe(message);
  expect(refusal(() => writePcap([], options as object)).message).toBe(message);
});

test("a pcap file says how long the check sequence is, if the link type does", () => {
  const bytes = writePcap([GOOD], { linkType: 0x24000001, resolution: undefined } as object);
  expect(readCapture(bytes).next().value).toMatchObject({ time: 1n, fcsLength: 4 });
});

const OPTION_TEXT = "text of at most 65,535 bytes as UTF-8";

/** What is wrong with a list of interfaces, where, and what came. */
const INTERFACES: [unknown, string, string, string][] = [
  [undefined, "", "an array of interfaces", "nothing"],
  [null, "", "an array of interfaces", "null"],
  [{}, "", "an array of interfaces", "{}"],
  ["em0", "", "an array of interfaces", '"em0"'],
  [["em0"], "[0]", "an object", '"em0"'],
  [[{}, null], "[1]", "an object", "null"],
  [new Array(1), "[0]", "an object", "nothing"],
  [[{ name: 7 }], "[0].name", OPTION_TEXT, "7"],
  [[{ name: null }], "[0].name", OPTION_TEXT, "null"],
  [[{}, { name: "µ".repeat(32_768) }], "[1].name", OPTION_TEXT, `"${"µ".repeat(76)}...`],
  [[{ description: true }], "[0].description", OPTION_TEXT, "true"],
  [[{ linkType: 65_536 }], "[0].linkType", "an integer from 0 to 65535", "65536"],
  [[{ linkType: "1" }], "[0].linkType", "an integer from 0 to 65535", '"1"'],
  [[{ snapLength: -1 }], "[0].snapLength", "an integer from 0 to 4294967295", "-1"],
  [[{ snapLength: 1.5 }], "[0].snapLength", "an integer from 0 to 4294967295", "1.5"],
  [[{ section: 0.5 }], "[0].section", "an integer from 0 to 9007199254740991", "0.5"],
  [[{ section: -1 }], "[0].section", "an integer from 0 to 9007199254740991", "-1"],
  [[{ section: 2 }, {}, { section: 1 }], "[2].section", "2 or more", "1"],
];

test.each(INTERFACES)("interfaces of a pcapng file: %j", (interfaces, field, expected, shown) => {
  const rest = `interfaces${field}: expected ${expected}, but got ${shown}`;
  expect(refusal(() => writePcapng([], interfaces as [])).message).toBe(rest);
  expect(refusal(() => createPcapngWriter({ interfaces: interfaces as [] })).message).toBe(`options.${rest}`);
});

test.each<[unknown, string]>([
  [undefined, "options: expected an object, but got nothing"],
  [[{ name: "em0" }], 'options: expected an object, but got [{"name":"em0"}]'],
  [{ interface: [] }, 'options.interface: expected a known option (did you mean "interfaces"?), but got "interface"'],
  [{ interfaces: [], application: 5 }, `options.application: expected ${OPTION_TEXT}, but got 5`],
  [{ interfaces: [], application: "n".repeat(65_536) }, `options.application: expected ${OPTION_TEXT}, but got "${"n".repeat(76)}...`],
])("options of a pcapng file %#", (options, message) => {
  expect(refusal(() => createPcapngWriter(options as { interfaces: [] })).message).toBe(message);
});

test("an interface that is changed later stays in the file as it was checked", () => {
  const interfaces = [{ name: "em0" }];
  const writer = createPcapngWriter({ interfaces });
  interfaces[0]!.name = 5 as unknown as string;
  const capture = readCapture(join(writer.header(), writer.frame(GOOD)));
  expect(Array.from(capture, ({ interfaceName }) => interfaceName)).toEqual(["em0"]);
});
