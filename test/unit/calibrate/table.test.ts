import { expect, test } from "vitest";
import { readTable } from "../../../src/calibrate/table.ts";
import { TableError } from "../../../src/calibrate/table_error.ts";

test("settings with defaults and units, values that are there, comments, spaces", () => {
  const text =
    "# made up\r\n\r\ncpus, offered [Mpps],load [%] , load BglSpin [share],latency [us],carried [kpps], system # end\r\n2,0.5,40,,25.5,499.5,bridge\r\n";
  const [point, ...rest] = readTable(text);
  expect(rest).toEqual([]);
  expect(point!.line).toBe(4);
  expect(point!.settings).toEqual({
    cpus: 2,
    mode: 1,
    system: "bridge",
    fastforward: 1,
    offered: 500_000,
    frame: 60,
    flows: 256,
    arrivals: "poisson",
    interfaces: 0,
  });
  expect(point!.measured.map(({ measure: { name, ofClass }, value }) => [name, ofClass, value])).toEqual([
    ["load", undefined, 0.4],
    ["latency", undefined, 25_500],
    ["carried", undefined, 499_500],
  ]);
});

const HEAD = "cpus,offered [pps],carried [pps]";
test.each([
  ["", 1, 1, "a header with the names of the columns"],
  ["# nothing\n", 2, 1, "a header"],
  [HEAD, 1, 1, "a point below the header"],
  ["cpus,ofered [pps],carried [pps]", 1, 6, '(did you mean "offered"?)'],
  ["cpus,offered,carried [pps]", 1, 6, '"offered [pps]", "offered [kpps]", "offered [mpps]"'],
  ["cpus [n],offered [pps],carried [pps]", 1, 1, '"cpus" without a unit'],
  ["cpus,cpus,offered [pps],carried [pps]", 1, 6, "each column once"],
  ["cpus,carried [pps]", 1, 19, 'a column "offered", too'],
  ["cpus,offered [pps]", 1, 19, "a column of something measured"],
  [`${HEAD}\n1,2`, 2, 4, 'a value or an empty cell of "carried", as the header has 3 columns, but got nothing'],
  [`${HEAD}\n1,2,3,4`, 2, 7, 'no value behind the 3 columns of the header, but got "4"'],
  [`${HEAD}\n1, x,3`, 2, 4, "offered: a whole number from 1 to 1000000000"],
  [`${HEAD}\n65,2,3`, 2, 1, "cpus: a whole number from 1 to 64"],
  [`${HEAD}\n1,,3`, 2, 3, "offered: a whole number"],
  [`${HEAD}\n1,2,-3`, 2, 5, "a number of 0 or more"],
  [`${HEAD}\n1,2,`, 2, 1, "at least one value that was measured"],
  [`system,${HEAD}\nhub,1,2,3`, 2, 1, "a system, one of router, bridge"],
])("%j is refused at %d:%d", (text, line, column, expected) => {
  const read = (): unknown => readTable(text);
  expect(read).toThrow(TableError);
  expect(read).toThrow(expected);
  expect(read).toThrow(new RegExp(`^${line}:${column}: `));
});
