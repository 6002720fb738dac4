// IPv4 addresses of interfaces: struct in_ifaddr and the local address hash (sys/netinet/in_var.h).

import { Boot, Region } from "../abi";
import { Ifnet } from "../kern/ifnet";
import { base, boot } from "../memory/arena";

let addresses: usize = 0;
let hash: usize = 0;
let hashMask: u32 = 0;

@unmanaged
export class Ifaddr {
  ip: u32;
  mask: u32;
  broadcast: u32; // 0: prefixes of 31 and 32 bits have none
  port: u32;

  static at(index: u32): Ifaddr {
    return changetype<Ifaddr>(addresses + <usize>index * offsetof<Ifaddr>());
  }
}

/** Slots of the hash for a number of addresses: at most half full. */
export function addressSlots(count: u32): u32 {
  return 1 << (33 - clz(count));
}

export function attachAddresses(): void {
  addresses = base(Region.Addresses);
  hash = base(Region.AddressHash);
  hashMask = addressSlots(boot(Boot.Addresses)) - 1;
}

function slot(index: u32): usize {
  return hash + ((<usize>(index & hashMask)) << 2);
}

function hashOf(ip: u32): u32 {
  return (ip * 0x9e37_79b1) >> 8;
}

/** Gives an interface its next address. The addresses of one interface are added one after the other. */
export function ifaddrAdd(ifp: Ifnet, index: u32, ip: u32, mask: u32): void {
  const address = Ifaddr.at(index);
  address.ip = ip;
  address.mask = mask;
  address.broadcast = mask >= 0xffff_fffe ? 0 : ip | ~mask;
  address.port = ifp.index;
  if (!ifp.addresses) ifp.firstAddress = index;
  ifp.addresses++;
  let at = hashOf(ip);
  while (load<u32>(slot(at))) at++;
  store<u32>(slot(at), index + 1);
}

/** The local address, or null. */
export function localAddress(ip: u32): Ifaddr | null {
  let at = hashOf(ip);
  while (true) {
    const index = load<u32>(slot(at++));
    if (!index) return null;
    const address = Ifaddr.at(index - 1);
    if (address.ip == ip) return address;
  }
}

/** Whether `ip` is an address of this very interface. */
export function isAddressOf(ifp: Ifnet, ip: u32): bool {
  const address = localAddress(ip);
  return address != null && address.port == ifp.index;
}

/** in_broadcast: 255.255.255.255, 0.0.0.0, or a broadcast address of a subnet of this interface; the old form with a host part of 0 too. */
export function isBroadcastOf(ifp: Ifnet, ip: u32): bool {
  if (ip == 0 || ip == 0xffff_ffff) return true;
  for (let i: u32 = 0; i < ifp.addresses; i++) {
    const address = Ifaddr.at(ifp.firstAddress + i);
    if (address.broadcast && (ip == address.broadcast || ip == (address.ip & address.mask))) return true;
  }
  return false;
}

/** Whether `ip` is a broadcast address on any interface, so that it names no single host. */
export function isAnyBroadcast(ip: u32): bool {
  if (ip == 0 || ip == 0xffff_ffff) return true;
  for (let i: u32 = 0; i < boot(Boot.Addresses); i++) {
    const address = Ifaddr.at(i);
    if (address.broadcast && (ip == address.broadcast || ip == (address.ip & address.mask))) return true;
  }
  return false;
}

/** ip_input's test for packets that are ours by broadcast: the old form is not. */
export function isDirectedBroadcastOf(ifp: Ifnet, ip: u32): bool {
  for (let i: u32 = 0; i < ifp.addresses; i++) if (Ifaddr.at(ifp.firstAddress + i).broadcast == ip && ip != 0) return true;
  return ip == 0xffff_ffff;
}

/** Whether `ip` is in a subnet of this interface. */
export function isOnSubnetOf(ifp: Ifnet, ip: u32): bool {
  for (let i: u32 = 0; i < ifp.addresses; i++) {
    const address = Ifaddr.at(ifp.firstAddress + i);
    if (((address.ip ^ ip) & address.mask) == 0) return true;
  }
  return false;
}

/** Source address for what leaves by this interface: its first, else the first of any; 0 = this host has none. */
export function sourceAddress(ifp: Ifnet): u32 {
  if (ifp.addresses) return Ifaddr.at(ifp.firstAddress).ip;
  return boot(Boot.Addresses) ? Ifaddr.at(0).ip : 0;
}

/** Source address towards a neighbour: the interface's address in the neighbour's subnet, else as sourceAddress. */
export function sourceFor(ifp: Ifnet, neighbour: u32): u32 {
  for (let i: u32 = 0; i < ifp.addresses; i++) {
    const address = Ifaddr.at(ifp.firstAddress + i);
    if (((address.ip ^ neighbour) & address.mask) == 0) return address.ip;
  }
  return sourceAddress(ifp);
}
