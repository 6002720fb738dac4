/** Generators by themselves: what is asked of them, and what comes out of them. */
import { ArrivalKind, BOOT, Boot, GENERATOR_RECORD } from "../../../assembly/abi.ts";
import { parseMac } from "../../../src/addresses.ts";
import { makeParts, type Parts, u64At, unsigned } from "../../support/parts_module.ts";

export const NEVER = (1n << 64n) - 1n;
/** Room for the longest frame, and a guard behind it. */
const FRAME_ROOM = 1 << 17;
const PORTS = 4;

export interface Traffic {
  kind?: ArrivalKind;
  interval?: bigint;
  length?: number;
  flows?: number;
  uniform?: boolean;
  start?: bigint;
  stop?: bigint;
  count?: bigint;
  srcMacs?: number;
  dstMacs?: number;
  srcIps?: number;
  dstIps?: number;
  srcMac?: string;
  srcIp?: number;
  dstIp?: number;
}

export interface Arrival {
  time: bigint;
  flow: number;
  bytes: Uint8Array;
}

export class Source {
  readonly parts: Parts = makeParts();
  readonly room: number;

  /** `counts`: how many generators each port has, which are numbered one after the other. */
  constructor(seed = 1, counts = new Array<number>(PORTS).fill(1)) {
    const words = new Uint32Array(this.parts.memory.buffer, BOOT, Boot.Count);
    words[Boot.Seed] = seed;
    words[Boot.Generators] = counts.reduce((sum, count) => sum + count, 0);
    this.room = this.parts.lay(FRAME_ROOM, PORTS);
    let first = 0;
    for (const [port, count] of counts.entries()) {
      this.parts.attachGenerators(port, first, count);
      first += count;
    }
  }

  attach(given: Traffic, number = 0): this {
    const {
      kind = ArrivalKind.Constant,
      interval = 1_000_000n,
      length = 60,
      flows = 1,
      uniform = false,
      start = 0n,
      stop = NEVER,
      count = NEVER,
    } = given;
    const { srcMacs = 1, dstMacs = 1, srcIps = 1, dstIps = 1, srcMac = "02:00:00:00:00:01", srcIp = 0x0a000001, dstIp = 0x14000001 } = given;
    this.parts.attachGenerator(number, kind, interval, length, flows, uniform ? 1 : 0, start, stop, count);
    this.parts.attachGeneratorAddresses(number, parseMac(srcMac)!, srcMacs, parseMac("02:bb:00:00:00:fe")!, dstMacs, srcIp, srcIps, dstIp, dstIps);
    return this;
  }

  next(port = 0): bigint {
    return unsigned(this.parts.trafficNext(port));
  }

  /** The next arrival, whose frame is written. */
  take(port = 0): Arrival {
    const time = this.next(port);
    const length = this.parts.trafficWrite(port, this.room);
    const bytes = new Uint8Array(this.parts.memory.buffer, this.room, length).slice();
    return { time, flow: this.parts.lastFlow(), bytes };
  }

  /** So many arrivals, or fewer if no more come. */
  takeMany(most: number, port = 0): Arrival[] {
    const arrivals: Arrival[] = [];
    while (arrivals.length < most && this.next(port) !== NEVER) arrivals.push(this.take(port));
    return arrivals;
  }

  /** Times alone, for many. */
  gaps(n: number, port = 0): Float64Array {
    let last = 0n;
    return Float64Array.from({ length: n }, () => {
      const time = this.next(port);
      this.parts.trafficWrite(port, this.room);
      const gap = Number(time - last);
      last = time;
      return gap;
    });
  }

  made(port = 0): { frames: bigint; bytes: bigint } {
    const at = this.parts.generators() + port * GENERATOR_RECORD;
    return { frames: u64At(this.parts, at), bytes: u64At(this.parts, at + 8) };
  }

  /** Fills the room for frames with ones. */
  soil(): Uint8Array {
    return new Uint8Array(this.parts.memory.buffer, this.room, FRAME_ROOM).fill(0xff);
  }
}
