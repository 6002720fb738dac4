/** schednetisr: a protocol's own message, coalesced while it is on its way, to netisr_cpu 0. */
import { expect, test } from "vitest";
import { type LabOptions, type Labs, onEachMachine, ownMac } from "../support/lab.ts";

const host = (labs: Labs, more: LabOptions = {}) => labs.of({ cpus: 4, interfaces: [{ name: "em0", mac: ownMac(0) }], ...more });

onEachMachine((labs) => {
  test.each([0, 1, 3])("asked for from CPU %i, the work runs once on netisr_cpu 0", (cpu) => {
    const lab = host(labs);
    let runs = 0;
    const { threads, stats } = lab.changes(() => {
      lab.engine.schedule("ipv6", cpu, () => runs++);
      lab.engine.run();
    });
    expect([runs, threads]).toEqual([1, { "netisr_cpu 0": { messages: 1, gets: 1, releases: 1 } }]);
    expect(stats).toEqual(cpu === 0 ? {} : { ipiq_count: 1 });
  });

  test("asked for while its message is on its way it is coalesced: one run, and the rest counted", () => {
    const lab = host(labs);
    let runs = 0;
    const { threads, stats } = lab.changes(() => {
      for (let n = 0; n < 5; n++) lab.engine.schedule("ipv6", n % 4, () => runs++);
      lab.engine.run();
    });
    const messages = threads["netisr_cpu 0"]!.messages!;
    expect(runs).toBe(messages);
    expect(messages + (stats.sched_coalesced ?? 0)).toBe(5);
    if (labs.build !== "stutter") expect(messages).toBe(1);
  });

  test("the message is replied before the work: work can ask for itself again", () => {
    const lab = host(labs);
    let runs = 0;
    const work = () => {
      if (++runs < 3) lab.engine.schedule("ipv6", 0, work);
    };
    lab.engine.schedule("ipv6", 0, work);
    lab.engine.run();
    expect([runs, lab.stat("sched_coalesced")]).toEqual([3, 0]);
  });

  test("each protocol has a message of its own", () => {
    const lab = host(labs);
    const ran: string[] = [];
    for (const name of ["ipv6", "ipx", "ns"] as const) lab.engine.schedule(name, 1, () => ran.push(name));
    lab.engine.run();
    expect(ran).toEqual(["ipv6", "ipx", "ns"]);
  });

  test.each([true, false])("the message is MPSAFE exactly if the protocol is: %s", (mpsafe) => {
    const lab = host(labs, { handlers: { ipv6: { mpsafe } } });
    lab.engine.setHandler("ipv6", () => "pass");
    const { gets = 0 } = lab.thread("netisr_cpu 0", () => {
      lab.engine.schedule("ipv6", 0, () => {});
      lab.engine.run();
    });
    expect(gets).toBe(mpsafe ? 0 : 1);
  });
});
