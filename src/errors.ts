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
  readonly expected: string;
  readonly received: string;

  constructor(path: string, expected: string, received: unknown) {
    const shown = show(received);
    super(`${path}: expected ${expected}, but got ${shown}`);
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
  readonly expected: string;
  /** Set by whoever knows the name of the file. */
  readonly file: string | undefined;

  constructor(offset: number, expected: string, found: string, file?: string) {
    super(`${file === undefined ? "" : `${file}: `}byte ${offset}: expected ${expected}, but found ${found}`);
    this.offset = offset;
    this.expected = expected;
    this.file = file;
  }
}

/** The engine itself refused or failed: a table is full, memory cannot be had, or an invariant does not hold. */
export class EngineError extends NetisrError {
  override readonly name = "EngineError";
}

const show = (value: unknown): string => {
  if (value === undefined) return "nothing";
  const text = typeof value === "bigint" ? `${value}n` : (JSON.stringify(value) ?? String(value));
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
};
