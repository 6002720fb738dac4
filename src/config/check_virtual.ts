/** Checks of what `virtual` says about interfaces; of traffic: check_traffic.ts. */
import { MAX_PORTS } from "../../assembly/abi.ts";
import { closedChecks, tcpChecks } from "./check_closed.ts";
import { checkFaults } from "./check_faults.ts";
import { trafficChecks } from "./check_traffic.ts";
import { checkWork } from "./check_work.ts";
import { type Context, portNamed } from "./context.ts";
import { type Checks, checkEach, checkEntry } from "./in_order.ts";
import { type Path, refuse } from "./path.ts";
import { checkPolling } from "./polling_shape.ts";
import type { VirtualShape, WireShape } from "./virtual_shape.ts";

/** What stands for every interface. */
export const ALL = "*";

export const virtualChecks = (context: Context): Checks<VirtualShape> => ({
  interfaces: ({ interfaces }, path) => {
    for (const [name, wire] of Object.entries(interfaces)) {
      if (name !== ALL) portNamed(context, name, ["interface"], [...path, name]);
      checkEntry(wire, wireChecks(context, interfaces[ALL]), [...path, name]);
    }
    checkCounts(context, interfaces, path);
    checkRecords(context, interfaces, path);
    checkPolling(context, interfaces, ALL, path);
  },
  traffic: ({ traffic }, path) => checkEach(traffic, trafficChecks(context, traffic), path),
  faults: ({ faults }, path) => checkFaults(faults, context, path),
  work: ({ work }, path) => checkWork(context, work, path),
  closed: ({ closed }, path) => checkEach(closed, closedChecks(context), path),
  tcp: ({ tcp }, path) => checkEach(tcp, tcpChecks(context), path),
});

const wireChecks = (context: Context, all: WireShape | undefined): Checks<WireShape> => ({
  ringCpus: ({ rings = all?.rings ?? 1, ringCpus }, path) => {
    const { cpus } = context.shape;
    if (ringCpus!.length !== rings) refuse(path, `a CPU for each of ${rings} rings, as \`rings\` is that`, ringCpus);
    for (const [ring, cpu] of ringCpus!.entries())
      if (cpu >= cpus) refuse([...path, ring], `an integer from 0 to ${cpus - 1}, as \`cpus\` is ${cpus}`, cpu);
  },
  livelockLow: ({ livelockLow, livelockLimit = all?.livelockLimit ?? 0 }, path) => {
    if (livelockLow! > livelockLimit) refuse(path, `an integer from 0 to ${livelockLimit}, as \`livelockLimit\` is that`, livelockLow);
  },
});

/** Without a delay nothing but the count interrupts, so that a ring has to hold as many. */
const checkCounts = ({ shape }: Context, interfaces: VirtualShape["interfaces"], path: Path): void => {
  for (const { name, rxRing } of shape.interfaces) {
    const { count = 0, delay } = { ...interfaces[ALL], ...interfaces[name] };
    if (delay !== 0n || count <= rxRing) continue;
    const place = interfaces[name]?.count === undefined ? ALL : name;
    refuse([...path, place, "count"], `at most ${rxRing}, the \`rxRing\` of ${name}, as without a delay nothing else interrupts`, count);
  }
};

/** Rings of interfaces with several take the numbers behind the ports'. */
const checkRecords = (context: Context, interfaces: VirtualShape["interfaces"], path: Path): void => {
  const several = [...context.ports.values()].map(({ kind, name }) => {
    const { rings = 1 } = { ...interfaces[ALL], ...interfaces[name] };
    return kind === "interface" && rings > 1 ? rings : 0;
  });
  const rings = several.reduce((total, n) => total + n, 0);
  const most = MAX_PORTS - context.ports.size;
  if (rings > most) refuse(path, `at most ${most} rings of interfaces that have several, as there are ${context.ports.size} ports`, rings);
};
