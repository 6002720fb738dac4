// Traffic of an interface, made inside the engine: when the next frame's last bit arrives, and what the frame is. An interface has any number of generators,
// whose records lie side by side, and pulls the earliest of their next arrivals; of several at one time that of the lower number comes first.

import { Boot, GENERATOR_RECORD, Region } from "../../abi";
import { below } from "../../kern/random";
import { Wire } from "../../kern/wire";
import { base, boot } from "../../memory/arena";

/** One generator. Memory of zeros makes nothing. */
@unmanaged
export class Generator {
  frames: u64; // made so far: the host reads these two
  bytes: u64;
  /** Complement of the time of the next arrival: 0, there is none. */
  untilEnd: u64;
  left: u64; // frames that may still come
  interval: u64; // ps; of Poisson arrivals the mean
  stop: u64;
  arrivals: u64; // random streams
  lots: u64;
  ipHead: u64; // first eight bytes of the IP header
  srcMac: u64; // of flow 0; the first byte on the wire is the highest of the 48 bits
  dstMac: u64;
  srcMacs: u32;
  dstMacs: u32;
  srcIp: u32;
  srcIps: u32;
  dstIp: u32;
  dstIps: u32;
  length: u32;
  flows: u32;
  flow: u32; // of the frame last written
  kind: u32; // ArrivalKind
  uniform: u32;
  // Of a generator that is not alone at its interface (due.ts).
  siblings: u32; // how many there are at the interface; 0, as long as it is none or one
  nth: u32; // of them, from 0
  winner: u32; // inner node `nth` of their tree: whose arrival is the earliest below it
  port: u32;

  static at(number: u32): Generator {
    return changetype<Generator>(base(Region.Generators) + <usize>number * GENERATOR_RECORD);
  }

  /** Whose arrival is the interface's next one. */
  static dueAt(wire: Wire): Generator {
    return changetype<Generator>(wire.due);
  }

  /** When the last bit of its next frame arrives; u64.MAX_VALUE: none will, or not before something else has happened. */
  get next(): u64 {
    return ~this.untilEnd;
  }

  /** By lot, or the one after the last. */
  pickFlow(): u32 {
    if (this.uniform) return <u32>below(changetype<usize>(this) + offsetof<Generator>("lots"), this.flows);
    const flow = this.flow + 1;
    return flow < this.flows ? flow : 0;
  }
}

if (offsetof<Generator>() > <usize>GENERATOR_RECORD) ERROR("a generator's record is longer than GENERATOR_RECORD says");

/** Of all generators, and one record behind them that makes nothing: that of interfaces without traffic. */
export function generatorBytes(): u64 {
  return (<u64>boot(Boot.Generators) + 1) * GENERATOR_RECORD;
}

export function noGenerator(): Generator {
  return Generator.at(boot(Boot.Generators));
}
