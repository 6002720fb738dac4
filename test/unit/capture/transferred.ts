/** Bytes whose buffer was handed to another thread. */
export const transferred = (): Uint8Array => {
  const bytes = new Uint8Array(4);
  structuredClone(bytes, { transfer: [bytes.buffer] });
  return bytes;
};
