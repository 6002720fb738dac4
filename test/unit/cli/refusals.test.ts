import { expect, test } from "vitest";
import { example, fileWith, LAN, netisr } from "./support.ts";

const CAPTURE = example("captures/bridge.pcapng");
const CONFIG = example("bridge.json");

test.each([
  [["--jsn"], "unknown option '--jsn'"],
  [["replay", CAPTURE, "-c", CONFIG, "--jsn"], "unknown option '--jsn' (Did you mean --json?)"],
  [["rply"], "unknown command 'rply' (Did you mean replay?)"],
  [["rply", "--help"], "unknown command 'rply' (Did you mean replay?)"],
  [["help", "rply"], "unknown command 'rply' (Did you mean replay?)"],
  [["sweep", "-h"], "unknown command 'sweep'"],
  [["replay", "-c", CONFIG], "missing required argument 'capture'"],
  [["replay", CAPTURE], "expected -c FILE, the configuration, or --as bridge; one of them is needed"],
  [["replay", CAPTURE, "-c", CONFIG, "--cpus", "65"], "option '--cpus <n>' argument '65' is invalid. Expected an integer from 1 to 64."],
  [["replay", CAPTURE, "-c", CONFIG, "--cpus", "1e1"], "option '--cpus <n>' argument '1e1' is invalid. Expected an integer from 1 to 64."],
  [
    ["replay", CAPTURE, "-c", CONFIG, "--set", "net.inet.ip.forwarding"],
    "option '-s, --set <knob=value>' argument 'net.inet.ip.forwarding' is invalid. Expected KNOB=VALUE, as in net.netisr.mpsafe_thread=0.",
  ],
  [
    ["replay", CAPTURE, "-c", CONFIG, "--set", "net.inet.ip.forwardin=1"],
    '--set: expected the name of a knob (did you mean "net.inet.ip.forwarding"?), but got "net.inet.ip.forwardin"; `netisr knobs` lists them',
  ],
  [["replay", CAPTURE, "-c", CONFIG, "--set", "x=1"], '--set: expected the name of a knob, but got "x"; `netisr knobs` lists them'],
  [
    ["replay", CAPTURE, "-c", CONFIG, "--set", "net.inet.ip.forwarding="],
    '--set net.inet.ip.forwarding: expected an integer from 0 to 1, but got ""',
  ],
  [
    ["replay", CAPTURE, "-c", CONFIG, "--set", "net.inet.ip.forwarding=2"],
    "--set net.inet.ip.forwarding: expected an integer from 0 to 1, but got 2",
  ],
  [["replay", CAPTURE, "-c", "/no/such.json"], "/no/such.json: no such file or directory"],
  [["demo", "--out", `${CONFIG}/out`], `--out ${CONFIG}/out: not a directory`],
])("%j is refused in one line, with exit code 2", async (argv, line) => {
  expect(await netisr(argv)).toEqual({ exit: 2, out: "", err: `netisr: ${line}\n` });
});

test.each([
  ['{\n  "interfaces": [\n    {"name": "em0",}\n  ]\n}', ':3:20: expected a key in double quotes, but got "}"'],
  ["", ":1:1: expected a value, but got the end of the file"],
  ['{"cpus": 1', ':1:11: expected "," or "}", but got the end of the file'],
  ['{"cpus": 4,\n  "cpus": 5}', ':2:3: expected each key of an object once, but got "cpus" again'],
  ["[]", ": configuration: expected an object, but got []"],
  [JSON.stringify({ ...LAN, cpu: 2 }), ": cpu: expected a known key"],
  [JSON.stringify({ ...LAN, cpus: 0 }), ": cpus: expected an integer from 1 to 64, but got 0"],
])("a configuration with a fault is refused with the place: %s", async (text, message) => {
  const file = await fileWith("faulty.json", text);
  const { exit, out, err } = await netisr(["replay", CAPTURE, "-c", file]);
  expect({ exit, out }).toEqual({ exit: 2, out: "" });
  expect(err.startsWith(`netisr: ${file}${message}`) ? "" : err).toBe("");
});

test("a fault that --cpus makes is blamed on --cpus", async () => {
  const file = await fileWith("cpus.json", JSON.stringify({ ...LAN, cpus: 2, interfaces: [{ ...LAN.interfaces[0], cpu: 1 }, LAN.interfaces[1]] }));
  const { exit, err } = await netisr(["replay", CAPTURE, "-c", file, "--cpus", "1"]);
  expect(exit).toBe(2);
  expect(err).toMatch(/^netisr: --cpus 1: interfaces\[0\]\.cpu: expected /);
});

test("help of the knobs names both commands that change them", async () => {
  const words = (await netisr(["knobs", "--help"])).out.replace(/\s+/g, " ");
  expect(words).toContain("`netisr run --set` and `netisr replay --set` change them.");
});

test("help of a command is the same in both ways of asking", async () => {
  expect(await netisr(["help", "run"])).toEqual(await netisr(["run", "--help"]));
});

test("no command at all: help on stderr and exit code 2; asked for: on stdout and 0", async () => {
  const silent = await netisr([]);
  const asked = await netisr(["--help"]);
  expect(silent).toEqual({ exit: 2, out: "", err: asked.out });
  expect(asked).toMatchObject({ exit: 0, err: "" });
  expect(asked.out).toMatch(/^Usage: netisr /);
});

test.each([
  [["--help"]],
  [["replay", "--help"]],
  [["run", "--help"]],
  [["calibrate", "--help"]],
  [["demo", "--help"]],
  [["knobs", "--help"]],
  [["knobs"]],
])("%j fits 100 columns", async (argv) => {
  const { exit, out } = await netisr(argv);
  expect(exit).toBe(0);
  expect(out.split("\n").filter((line) => line.length > 100)).toEqual([]);
});
