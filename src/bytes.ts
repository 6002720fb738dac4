/** What is made of bytes: of another realm, too, as in a test that runs in a simulated browser. */
const hasTag = (value: unknown, tag: string): boolean => Object.prototype.toString.call(value) === `[object ${tag}]`;

export const isUint8Array = (value: unknown): value is Uint8Array =>
  value instanceof Uint8Array || (ArrayBuffer.isView(value) && hasTag(value, "Uint8Array"));

export const isBufferSource = (value: unknown): value is BufferSource =>
  ArrayBuffer.isView(value) || hasTag(value, "ArrayBuffer") || hasTag(value, "SharedArrayBuffer");

/**
 * A Uint8Array that can be read. One whose buffer was handed to another thread, or has become shorter than where it begins, has length 0, and fails in the middle
 * of what is done with it.
 */
export const isReadable = (value: unknown): value is Uint8Array => isUint8Array(value) && (value.length > 0 || isThere(value));

const isThere = (bytes: Uint8Array): boolean => {
  try {
    return bytes.at(0) === undefined;
  } catch {
    return false;
  }
};

/** What a message shows of a value that is not readable. */
export const shownForBytes = (value: unknown): unknown => {
  if (!isUint8Array(value)) return value;
  return `a Uint8Array ${value.buffer.byteLength > 0 ? "beyond the end of its buffer" : "whose buffer was transferred"}`;
};
