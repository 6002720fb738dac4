/** What was replayed how: every option as it was typed, in the record. */
import { Command } from "commander";
import { expect, test } from "vitest";
import type { Io } from "../../../src/cli/io.ts";
import { addReplay } from "../../../src/cli/replay/command.ts";
import { between, captureFile, fileNamed, lanFile, replayed } from "./support.ts";

const capture = await captureFile("typed_replay.pcapng", [{ interface: 0, time: 5n, data: between(1, 2) }]);

test("the record has each option that there is", async () => {
  const program = new Command();
  addReplay(program, {} as Io, () => {});
  const [config, written] = [await lanFile(), fileNamed("typed_out.pcapng")];
  const bridge = ["--as", "bridge", "--assign", "source-mac", "--ports", "3", "--mtu", "1600", "--loop", "2", "--period=1.5", "--outbound"];
  const { typed } = (await replayed([capture, ...bridge, "-s", "kern.intr_mpsafe=0", "--set", "net.netisr.mpsafe_thread=0", "--cpus", "2"])).options;
  expect(typed).toEqual({
    as: "bridge",
    assign: "source-mac",
    ports: "3",
    mtu: "1600",
    loop: "2",
    period: "1.5",
    outbound: true,
    set: ["kern.intr_mpsafe=0", "net.netisr.mpsafe_thread=0"],
    cpus: "2",
    json: true,
  });
  const { typed: output } = (await replayed([capture, "-c", config, "-w", written, "--format", "pcapng", "--no-comments", "--dropped"])).options;
  expect(output).toEqual({ config, write: written, format: "pcapng", "no-comments": true, dropped: true, json: true });
  const names = program.commands[0]!.options.map((option) => option.name());
  expect([...new Set([...Object.keys(typed), ...Object.keys(output), "quiet"])].sort()).toEqual(names.sort());
});
