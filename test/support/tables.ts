/** What the tables of an engine hold, as people read it. */
import { formatMac, parseIp } from "../../src/addresses.ts";
import { macToWire } from "../../src/wasm/attach.ts";
import type { Lab } from "./lab.ts";

/** The address table of a bridge, newest first: address and the name of the port behind which it is. */
export const bridgeTable = (lab: Lab, bridge = 0): [mac: string, port: string][] => {
  const { exports, config } = lab.engine;
  const rows: [string, string][] = [];
  for (let entry = exports.bridgeFirst(bridge); entry; entry = exports.bridgeNext(bridge, entry))
    rows.push([formatMac(exports.bridgeMac(bridge, entry)), config.ports[exports.bridgePort(bridge, entry)]!.name]);
  return rows;
};

/** The port behind which a bridge knows an address. */
export const learnedPort = (lab: Lab, mac: string, bridge = 0): string | undefined =>
  bridgeTable(lab, bridge).find(([address]) => address === mac)?.[1];

/** The address of a neighbour as one CPU knows it. */
export const arpAddress = (lab: Lab, port: string, ip: string, cpu = 0): string | undefined => {
  const { exports, config } = lab.engine;
  const wire = exports.arpMac(
    cpu,
    config.ports.findIndex(({ name }) => name === port),
    parseIp(ip)!,
  );
  return wire === 0n ? undefined : formatMac(macToWire(wire));
};
