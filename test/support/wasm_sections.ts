/** Sections of a WebAssembly module by their numbers (core specification 5.5.2). */
export const SECTION = { element: 9, data: 11, dataCount: 12 } as const;

const HEADER = 8;

/** The numbers of a module's sections, in their order. */
export const sectionsOf = (module: Uint8Array): number[] => {
  const ids: number[] = [];
  for (let at = HEADER; at < module.length; ) {
    ids.push(module[at]!);
    const { value, next } = unsigned(module, at + 1);
    at = next + value;
  }
  return ids;
};

/** LEB128. */
const unsigned = (bytes: Uint8Array, at: number): { value: number; next: number } => {
  let value = 0;
  for (let shift = 0; ; shift += 7) {
    const byte = bytes[at++]!;
    value += (byte & 127) * 2 ** shift;
    if (byte < 128) return { value, next: at };
  }
};
