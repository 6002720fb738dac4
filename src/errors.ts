/**
 * The typed errors of the package. Each one says where (file, byte offset, option path) and what was expected there,
 * so that a person can act on the message alone and a program on the fields.
 */

/** Base of every error that the package throws on purpose. */
export class NetisrError extends Error {
  override readonly name: string = "NetisrError";
}

/** A configuration, option or knob that cannot be used. `path` is written as in the configuration: `interfaces[2].mtu`. */
export class ConfigError extends NetisrError {
  override readonly name = "ConfigError";
  readonly path: string;
  /** What would be right there, in words. */
  readonly expected: string;
  /** What was there, as text. */
  readonly received: string;
  /** In text with a grammar: the character, from 1, at which something else was expected. */
  readonly position: number | undefined;

  constructor(path: string, expected: string, received: unknown, position?: number) {
    const shown = show(received);
    super(`${path}: expected ${expected}, but got ${shown}${position === undefined ? "" : ` at character ${position}`}`);
    this.position = position;
    this.path = path;
    this.expected = expected;
    this.received = shown;
  }
}

/** Bytes of a capture that cannot be read further. Frames before `offset` have been handed out already. */
export class CaptureError extends NetisrError {
  override readonly name = "CaptureError";
  /** Byte of the file (after decompression) at which the offending record or field starts. */
  readonly offset: number;
  /** What a capture has there, in words, and what this one has. */
  readonly expected: string;
  readonly found: string;
  /** Set by whoever knows the name of the file. */
  readonly file: string | undefined;

  constructor(offset: number, expected: string, found: string, file?: string) {
    super(`${file === undefined ? "" : `${file}: `}byte ${offset}: expected ${expected}, but found ${found}`);
    this.offset = offset;
    this.expected = expected;
    this.found = found;
    this.file = file;
  }
}

/** The engine itself refused or failed: a table is full, memory cannot be had, or an invariant does not hold. */
export class EngineError extends NetisrError {
  override readonly name = "EngineError";
}

/** Most characters, entries of a list and levels that a message shows. The value may be endless, deep or circular. */
const SHOWN_LENGTH = 80;
const SHOWN_ENTRIES = 12;
const SHOWN_DEPTH = 3;

const show = (value: unknown): string => {
  const text = render(value, SHOWN_DEPTH);
  return text.length > SHOWN_LENGTH ? `${text.slice(0, SHOWN_LENGTH - 3)}...` : text;
};

const render = (value: unknown, depth: number): string => {
  if (value === undefined) return "nothing";
  if (typeof value === "string") return JSON.stringify(value.slice(0, SHOWN_LENGTH));
  if (typeof value === "bigint") return `${value}n`;
  if (typeof value !== "object" || value === null) return String(value);
  if (ArrayBuffer.isView(value)) return `${classOf(value)}of ${value.byteLength} bytes`; // its elements may be millions
  const [open, close] = Array.isArray(value) ? ["[", "]"] : [`${classOf(value)}{`, "}"];
  if (depth === 0) return `${open}...${close}`;
  const entries = Array.isArray(value)
    ? value.slice(0, SHOWN_ENTRIES).map((entry) => render(entry, depth - 1))
    : Object.entries(value)
        .slice(0, SHOWN_ENTRIES)
        .map(([key, entry]) => `${render(key, 0)}:${render(entry, depth - 1)}`);
  const size = Array.isArray(value) ? value.length : Object.keys(value).length;
  return `${open}${entries.join(",")}${size > SHOWN_ENTRIES ? ",..." : ""}${close}`;
};

/** `DataView `: the class of an object that is no plain one. */
const classOf = (value: object): string => {
  const name: unknown = Object.getPrototypeOf(value)?.constructor?.name;
  return typeof name !== "string" || name === "Object" || name === "" ? "" : `${name} `;
};
