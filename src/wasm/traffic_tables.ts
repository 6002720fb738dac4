/** The tables of generators, which lie one after the other in Region.Traffic; one that several would have alike is there once. */
import { ALIAS_ENTRY, RATE_PIECE, STATION_RANGE } from "../../assembly/abi.ts";
import type { RatePiece, ResolvedSizes, ResolvedTraffic } from "../types.ts";
import { aliasTable, zipfWeights } from "./alias.ts";

/** Offsets of an entry's tables; undefined: it has none. */
export interface Places {
  flows: number | undefined;
  sizes: number | undefined;
  mix: number | undefined;
  stations: number | undefined;
  rates: number | undefined;
  capture: number | undefined;
}

/** A table that is not made yet. */
interface Table {
  offset: number;
  bytes: number;
  make: () => Uint8Array;
}

export interface TrafficTables {
  /** Of all together. */
  bytes: number;
  /** One for each entry. */
  places: Places[];
  tables: Table[];
}

const LINE = 8;
const TICK_BITS = 31;

/** Computes where what is to lie; nothing large is made. */
export const layTables = (traffic: readonly ResolvedTraffic[]): TrafficTables => {
  const known = new Map<string, Table>();
  let end = 0;
  const place = (key: string, bytes: number, make: () => Uint8Array): number => {
    const found = known.get(key);
    if (found) return found.offset;
    const table = { offset: end, bytes, make };
    known.set(key, table);
    end += Math.ceil(bytes / LINE) * LINE;
    return table.offset;
  };
  const places = traffic.map((one, number): Places => {
    const { choice, flows, zipf, bytes, mix, dstStations, rates, capture } = one;
    return {
      flows: choice === "zipf" ? place(`zipf ${flows} ${zipf}`, flows * ALIAS_ENTRY, () => flowTable(flows, zipf)) : undefined,
      sizes: placeSizes(bytes, number, place),
      mix: mix.length > 0 ? place(`mix ${JSON.stringify(mix)}`, mix.length * (ALIAS_ENTRY + 4), () => mixTable(one)) : undefined,
      stations: dstStations.length > 0 ? place(`stations ${number}`, dstStations.length * STATION_RANGE, () => stationTable(dstStations)) : undefined,
      rates: rates && place(`rates ${number}`, rates.length * RATE_PIECE, () => rateTable(rates)),
      capture: capture && place(`capture ${capture.digest}`, capture.frames.length, () => capture.frames),
    };
  });
  return { bytes: end, places, tables: [...known.values()] };
};

const placeSizes = (
  sizes: ResolvedSizes,
  number: number,
  place: (key: string, bytes: number, make: () => Uint8Array) => number,
): number | undefined => {
  if (sizes.kind === "weights") {
    const { shares } = sizes;
    const make = (): Uint8Array =>
      valueTable(
        shares.map(({ weight }) => weight),
        shares.map(({ bytes }) => bytes),
      );
    return place(`sizes ${JSON.stringify(shares)}`, shares.length * (ALIAS_ENTRY + 4), make);
  }
  if (sizes.kind !== "turn" && sizes.kind !== "lot") return undefined;
  return place(`lengths ${number}`, sizes.lengths.length * 4, () => bytesOf(Uint32Array.from(sizes.lengths)));
};

const bytesOf = (words: Uint32Array): Uint8Array => new Uint8Array(words.buffer, words.byteOffset, words.byteLength);

const flowTable = (flows: number, zipf: number): Uint8Array => bytesOf(aliasTable(zipfWeights(flows, zipf)));

const valueTable = (weights: number[], values: number[]): Uint8Array => bytesOf(Uint32Array.from([...aliasTable(weights), ...values]));

const mixTable = ({ mix }: ResolvedTraffic): Uint8Array =>
  valueTable(
    mix.map(({ weight }) => weight),
    mix.map(({ what }) => what),
  );

/** Records of assembly/dev/traffic/stations.ts. */
const stationTable = (ranges: ResolvedTraffic["dstStations"]): Uint8Array => {
  const words = new BigUint64Array(2 * ranges.length);
  let end = 0;
  for (const [i, { mac, count }] of ranges.entries()) {
    end += count;
    words[2 * i] = mac;
    words[2 * i + 1] = BigInt(end);
  }
  return new Uint8Array(words.buffer);
};

/** Records of assembly/dev/traffic/rates.ts. */
const rateTable = (pieces: readonly RatePiece[]): Uint8Array => {
  const view = new DataView(new ArrayBuffer(pieces.length * RATE_PIECE));
  for (const [i, { start, length, from, to }] of pieces.entries()) {
    const shift = from === to ? 0 : Math.max(0, length.toString(2).length - TICK_BITS);
    const at = i * RATE_PIECE;
    view.setBigUint64(at, start, true);
    view.setBigUint64(at + 8, length, true);
    view.setUint32(at + 16, from === to ? 0 : Number(length >> BigInt(shift)), true);
    view.setUint32(at + 20, shift, true);
    view.setUint32(at + 24, from, true);
    view.setUint32(at + 28, to, true);
  }
  return new Uint8Array(view.buffer);
};
