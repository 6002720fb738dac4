// The only imports of the engine: protocol handlers that the embedder wrote. The host's wrapper catches what they throw.

/** A packet of protocol `isr`, as the whole frame that it came in. 0: not taken, 1: taken, 2: refused. */
export declare function hostPacket(isr: u32, frame: usize, length: u32, port: u32): u32;

/** The protocol's own message, sent by schednetisr. */
export declare function hostScheduled(isr: u32): void;
