/** For every entry of the cost table: the load under which it costs. */
import { COSTS } from "../../src/costs.ts";
import type { EngineConfig } from "../../src/types.ts";
import { arp, ownMac, station } from "../support/frames.ts";
import { ICMP, icmp, ipFrame, udp } from "../support/packets.ts";
import { busy, type Cases, latency, lock, type SettingCase, timeIn } from "./case.ts";
import { bridge, load, router } from "./systems.ts";
import { withSetting } from "./walk.ts";

/** Flows from em0 to em1 and from em1 to em0, which are those of both CPUs. */
const forwarding = router({ traffic: [load(100_000), load(100_000, { if: "em1", dstIp: "20.0.0.1" })] });
const short = { ...forwarding, interfaces: forwarding.interfaces.map((one) => ({ ...one, mtu: 600, receiveMtu: 1500 })) };
const flooding = bridge({ traffic: [load(50_000, { srcMac: station(0), dstMac: station(1) })] });
const fast = { ...forwarding, sysctl: { ...forwarding.sysctl, "net.inet.ip.fastforwarding": 1 } };
const polled = router({ interfaces: { "*": { polling: true } } });
/** Both CPUs always want the BGL. */
const contended = router({ work: [{ name: "user", class: "user", cpus: "all", think: 1, outside: 700, hold: 1500 }] });
/** Both CPUs want the lock of one output queue, without the BGL. */
const oneQueue = router(
  { costs: { set: { IfqEnqueue: 3000 } }, traffic: [load(100_000), load(100_000, { if: "em2", arrivals: "poisson" })] },
  { sysctl: { "net.inet.ip.fastforwarding": 1 } },
);

const given =
  (data: Uint8Array): NonNullable<SettingCase["feed"]> =>
  (engine) =>
    engine.receive([{ interface: "em0", time: 0n, data }]);
const packet = (fields: Parameters<typeof ipFrame>[1]) => given(ipFrame({ dst: ownMac(0), src: station(0) }, fields));

type Own = Partial<Pick<SettingCase, "read" | "feed">> & { base?: EngineConfig };
const OWN: Record<string, Own> = {
  BridgeLookup: { base: flooding },
  BridgeClone: { base: flooding },
  CopyByte: { base: flooding },
  IpFlow: { base: fast },
  IpOptions: { feed: packet({ options: [1, 1, 1, 1] }) },
  IpFragment: { feed: packet({ payload: udp({ data: Array(1400).fill(7) }) }), base: short },
  Icmp: { feed: packet({ dst: "10.0.0.1", protocol: ICMP, payload: icmp() }) },
  Arp: { feed: given(arp({ senderMac: station(7), sender: "10.0.0.7", target: "10.0.0.1" })) },
  Timer: { base: polled },
  Poll: { base: polled },
  IpiLatency: { read: latency },
  IpiReceive: { read: timeIn("Ipi") },
  Switch: { read: timeIn("Switch") },
  LineTransfer: { base: contended, read: lock("BGL", "handover") },
  AdaptiveSpin: { base: oneQueue, read: timeIn("SerializerWait") },
};

/** More of anything takes more time. */
const casesOf = (name: string, ns: number): Cases => {
  const path = `virtual.costs.set.${name}`;
  const { base = forwarding, read = busy, ...more } = OWN[name] ?? {};
  const drawn = withSetting(base, path, { value: ns, law: "constant" });
  return {
    [path]: { base, read, values: [ns, ns + 200], goes: "up", ...more },
    [`${path}.value`]: { base: drawn, read, values: [ns, ns + 200], goes: "up", ...more },
    [`${path}.law`]: { base: drawn, read, values: ["constant", "exponential"], ...more },
  };
};

export const COST_CASES: Cases = {
  ...Object.assign({}, ...COSTS.map(({ name, default: ns }) => casesOf(name, ns))),
  "virtual.costs.preset": { base: forwarding, values: ["opteron-2008", "zero", "unit"], read: busy },
};
