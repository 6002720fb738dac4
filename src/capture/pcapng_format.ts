/** Numbers of draft-ietf-opsawg-pcapng that reader and writer share. */

export const BLOCK_SECTION = 0x0a0d0d0a;
export const BLOCK_INTERFACE = 1;
/** Obsolete; read only. */
export const BLOCK_PACKET = 2;
export const BLOCK_SIMPLE = 3;
export const BLOCK_ENHANCED = 6;

export const BYTE_ORDER_MAGIC = 0x1a2b3c4d;

/** Type and total length in front of a block's body, total length again behind it. */
export const BLOCK_FRAMING = 12;

export const OPT_END = 0;
export const OPT_COMMENT = 1;
export const SHB_USERAPPL = 4;
export const IF_NAME = 2;
export const IF_DESCRIPTION = 3;
export const IF_TSRESOL = 9;
export const IF_FCSLEN = 13;
export const IF_TSOFFSET = 14;
/** Also the flags of the obsolete Packet Block. */
export const EPB_FLAGS = 2;

/** Blocks, options and frame data are padded to 32 bits. */
export const padded = (length: number): number => (length + 3) & ~3;
