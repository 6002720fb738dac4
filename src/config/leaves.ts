/** Schemas of single values. */
import { formatPrefix, isHostIp, isStationMac, maskOf, parseIp, parseMac, parsePrefix, subnetOf } from "../addresses.ts";
import type { Ip, IpPrefix, Mac } from "../types.ts";
import { refuse } from "./path.ts";
import { type Leaf, leaf } from "./schema.ts";

/** Adding 0 turns -0, which JSON can hold, into 0. */
export const integer = (min: number, max: number, unit = ""): Leaf<number> =>
  leaf((value, path) => {
    if (typeof value === "number" && Number.isSafeInteger(value) && value >= min && value <= max) return value + 0;
    return refuse(path, `an integer from ${min} to ${max}${unit}`, value);
  });

export const flag: Leaf<boolean> = leaf((value, path) => (typeof value === "boolean" ? value : refuse(path, "true or false", value)));

export const oneOf = <const T extends readonly string[]>(words: T): Leaf<T[number]> => ({
  ...leaf((value, path) => {
    if (words.includes(value as string)) return value as T[number];
    return refuse(path, `one of ${words.map((word) => `"${word}"`).join(", ")}`, value);
  }),
  words,
});

// IFNAMSIZ is 16 with the terminating zero (sys/net/if.h).
const NAME = /^[A-Za-z][A-Za-z0-9_.-]{0,14}$/;
const NAME_TEXT = 'a name of 1 to 15 letters, digits, ".", "_" or "-", a letter first';
export const portName: Leaf<string> = leaf((value, path) => (typeof value === "string" && NAME.test(value) ? value : refuse(path, NAME_TEXT, value)));
/** The name of a port that stands elsewhere; whether it exists is seen when all names are known. */
export const portReference: Leaf<string> = leaf((value, path) =>
  typeof value === "string" ? value : refuse(path, "the name of an interface, vlan or bridge", value),
);

/** Text that `parse` turns into a value; it answers with a string, what was expected, if it cannot. */
export const parsed = <T extends Mac | Ip | IpPrefix>(expected: string, parse: (text: string) => T | string): Leaf<T> =>
  leaf((value, path) => {
    const parsedValue = typeof value === "string" ? parse(value) : expected;
    return typeof parsedValue === "string" ? refuse(path, parsedValue, value) : parsedValue;
  });

const MAC_TEXT = 'a MAC address as in "02:00:00:00:00:01"';
export const stationMac = parsed(MAC_TEXT, (text): Mac | string => {
  const mac = parseMac(text);
  if (mac === undefined) return MAC_TEXT;
  return isStationMac(mac) ? mac : "the MAC address of one station, neither group nor zero";
});

const HOST_TEXT = 'an IPv4 address as in "192.0.2.1"';
const ONE_HOST = "the IPv4 address of one host, not in 0.0.0.0/8, 127.0.0.0/8 or from 224.0.0.0 on";
export const hostIp = parsed(HOST_TEXT, (text): Ip | string => {
  const ip = parseIp(text);
  if (ip === undefined) return HOST_TEXT;
  return isHostIp(ip) ? ip : ONE_HOST;
});

const OWN_TEXT = 'an IPv4 address with a prefix length from 0 to 32, as in "192.0.2.1/24"';
export const ownAddress = parsed(OWN_TEXT, (text): IpPrefix | string => {
  const prefix = parsePrefix(text);
  if (prefix === undefined) return OWN_TEXT;
  if (!isHostIp(prefix.address)) return ONE_HOST;
  // RFC 3021: both addresses of a /31 are hosts.
  const hostBits = ~maskOf(prefix.length) >>> 0;
  const host = (prefix.address & hostBits) >>> 0;
  if (prefix.length < 31 && (host === 0 || host === hostBits))
    return `a host's address in ${formatPrefix(subnetOf(prefix))}, not that of the network or its broadcast`;
  return prefix;
});

const DESTINATION_TEXT = '"default" or an IPv4 prefix with a length from 0 to 32, as in "198.51.100.0/24"';
export const destination = parsed(DESTINATION_TEXT, (text): IpPrefix | string => {
  if (text === "default") return { address: 0, length: 0 };
  const prefix = parsePrefix(text);
  if (prefix === undefined) return DESTINATION_TEXT;
  const subnet = subnetOf(prefix);
  return subnet.address === prefix.address ? subnet : `a prefix without host bits, "${formatPrefix(subnet)}"`;
});
