import { expect, test } from "vitest";
import { loadCase, type OutputFrame } from "./case.ts";
import { compareCase } from "./compare.ts";

const load = (name: string) => loadCase(new URL(`cases/${name}`, import.meta.url).pathname);
const copy = (frames: OutputFrame[][]): OutputFrame[][] => frames.map((sent) => sent.map(({ port, data }) => ({ port, data: data.slice() })));

/** Changes one frame of the recorded answer and returns the indexes of the input frames where that is a difference. */
function differencesWith(name: string, change: (frames: OutputFrame[][]) => void): number[] {
  const one = load(name);
  const actual = copy(one.expected);
  change(actual);
  return compareCase(one, actual).map(({ index }) => index);
}

test("the recorded answer differs nowhere from itself", () => {
  for (const name of ["br-learn-1", "ip-mtu-1", "random-router-open-2", "ip-local-delivery-2"]) expect(differencesWith(name, () => {})).toEqual([]);
});

test("one changed byte, another port, one frame too many or too few is a difference", () => {
  expect(
    differencesWith("br-learn-1", (sent) => {
      sent[0]![0]!.data[20]! ^= 1;
    }),
  ).toEqual([0]);
  expect(
    differencesWith("br-learn-1", (sent) => {
      sent[0]![0]!.port = 9;
    }),
  ).toEqual([0]);
  expect(differencesWith("br-learn-1", (sent) => void sent[0]!.push(sent[0]![0]!))).toEqual([0]);
  expect(differencesWith("br-learn-1", (sent) => void sent[0]!.pop())).toEqual([0]);
});

test("the order of frames on different ports does not count", () => {
  expect(differencesWith("br-learn-1", (sent) => void sent[0]!.reverse())).toEqual([]);
});

test("of an ICMP error the host's choices do not count, but type, addresses and quotation do", () => {
  const change = (at: number) => (sent: OutputFrame[][]) => {
    sent[0]![0]!.data[at]! ^= 1;
  };
  for (const free of [15, 18, 22, 24, 36, 38, 42 + 8, 42 + 10]) expect(differencesWith("ip-icmp-rules-2", change(free))).toEqual([]);
  for (const fixed of [0, 26, 30, 34, 35, 42 + 4, 42 + 27]) expect(differencesWith("ip-icmp-rules-2", change(fixed))).toEqual([0]);
});

test("an error may be missing only where the case says so", () => {
  expect(
    differencesWith("ip-icmp-rules-2", (sent) => {
      sent[0] = [];
    }),
  ).toEqual([0]);
  expect(differencesWith("ip-no-route-2", (sent) => void sent.fill([], 0, 1))).toEqual([]);
});

test("frames where a BSD differs on purpose are not compared", () => {
  expect(
    differencesWith("br-linklocal-8021d-2", (sent) => {
      sent[0] = [];
    }),
  ).toEqual([]);
});
