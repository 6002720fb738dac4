/** What is made of bytes: of another realm, too, as in a test that runs in a simulated browser. */
const hasTag = (value: unknown, tag: string): boolean => Object.prototype.toString.call(value) === `[object ${tag}]`;

export const isUint8Array = (value: unknown): value is Uint8Array =>
  value instanceof Uint8Array || (ArrayBuffer.isView(value) && hasTag(value, "Uint8Array"));

export const isBufferSource = (value: unknown): value is BufferSource =>
  ArrayBuffer.isView(value) || hasTag(value, "ArrayBuffer") || hasTag(value, "SharedArrayBuffer");
