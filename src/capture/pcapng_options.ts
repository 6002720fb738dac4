import type { ByteWindow } from "./byte_window.ts";
import { OPT_END, padded } from "./pcapng_format.ts";

export interface Option {
  code: number;
  /** Index of the value into the window's view. */
  at: number;
  length: number;
}

const utf8 = new TextDecoder();

/** The options between two indexes into the window's view; they end at opt_endofopt or at `to`. */
export function* optionsOf(window: ByteWindow, from: number, to: number, little: boolean): Generator<Option, void, undefined> {
  for (let at = from; at + 4 <= to; ) {
    const code = window.view.getUint16(at, little);
    const length = window.view.getUint16(at + 2, little);
    if (length > to - at - 4) throw window.fault(at - window.position, `at most ${to - at - 4} bytes of option ${code}`, `option length ${length}`);
    if (code === OPT_END) return;
    yield { code, at: at + 4, length };
    at += 4 + padded(length);
  }
}

export function expectLength(window: ByteWindow, option: Option, name: string, length: number): void {
  if (option.length !== length) throw window.fault(option.at - 4 - window.position, `${name} of length ${length}`, `length ${option.length}`);
}

/** A string need not end with NUL, but may. */
export function textOf(window: ByteWindow, option: Option): string {
  const text = utf8.decode(window.bytes(option.at, option.length));
  const end = text.indexOf("\0");
  return end < 0 ? text : text.slice(0, end);
}
