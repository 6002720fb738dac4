// Traffic of an interface, made inside the engine: when the next frame's last bit arrives, and what the frame is. An interface has any number of generators,
// whose records lie side by side, and pulls the earliest of their next arrivals; of several at one time that of the lower number comes first.

import { Boot, GENERATOR_RECORD, Region } from "../../abi";
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
  length: u32; // of the frame last written
  flows: u32;
  flow: u32; // of the frame last written
  kind: u32; // ArrivalKind
  choice: u32; // FlowChoice
  special: u32; // its frames are more than UDP of one length: content.ts makes them
  // Of a generator that is not alone at its interface (due.ts).
  siblings: u32; // how many there are at the interface; 0, as long as it is none or one
  nth: u32; // of them, from 0
  winner: u32; // inner node `nth` of their tree: whose arrival is the earliest below it
  port: u32;
  flowTable: usize; // weights.ts
  // Arrivals that are neither constant nor Poisson.
  poisson: u32; // law of the gaps where the kind does not say it
  begun: u32; // there has been an arrival
  batchKind: u32; // of batches: ArrivalKind of the times at which they come
  batch: u32; // frames of a batch; 0: geometric
  inBatch: u32; // frames of this one that are still to come
  onIsExponential: u32;
  offIsExponential: u32;
  pieces: usize; // rates.ts: the one in force
  piecesEnd: usize;
  goesOn: u64; // probability that a geometric batch goes on, times 2^64
  batches: u64; // random streams
  turns: u64;
  on: u64; // ps; lengths of bursts, or their means
  off: u64;
  onLeft: u64; // ps of this burst
  within: u64; // ps of the piece in force up to the last arrival
  credit: u64; // work done before the last arrival that its rounding up to ps leaves over
  // A capture (capture.ts).
  captured: usize; // next frame
  firstCaptured: usize;
  capturedEnd: usize;
  periodRest: u32; // of the period in 1/speed ps
  loopRest: u32; // of the loop's begin
  speed: u32; // numerator of the factor: what the rests are parts of
  loop: u64; // ps; when this loop began
  period: u64; // ps
  // Lengths and content.
  sizeKind: u32;
  sizes: usize; // table of lengths, or of weights and lengths
  sizeCount: u32;
  size: u32; // uniform: the shortest one; in turn: the place of the last one
  sizeLots: u64; // random streams
  mixLots: u64;
  mix: usize; // table of what frames may be, with weights
  mixCount: u32;
  srcPort: u32;
  srcPorts: u32;
  dstPort: u32;
  dstPorts: u32;
  stations: usize; // ranges of destinations; 0: they are from dstMac on
  ranges: u32;

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
}

if (offsetof<Generator>() > <usize>GENERATOR_RECORD) ERROR("a generator's record is longer than GENERATOR_RECORD says");

/** Of all generators, and one record behind them that makes nothing: that of interfaces without traffic. */
export function generatorBytes(): u64 {
  return (<u64>boot(Boot.Generators) + 1) * GENERATOR_RECORD;
}

export function noGenerator(): Generator {
  return Generator.at(boot(Boot.Generators));
}
