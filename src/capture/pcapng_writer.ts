// One little endian section, one interface per port, all stamps in nanoseconds. After draft-ietf-opsawg-pcapng.

import { ConfigError } from "../errors.ts";
import { type Check, checkGiven } from "../given.ts";
import { MAX_CAPTURED } from "./frame.ts";
import { refuseFrame } from "./frame_checks.ts";
import { checkedInterfaces, OPTION_TEXT, type PcapngInterface, putSection } from "./pcapng_blocks.ts";
import { type Port, putPacket } from "./pcapng_packet_writer.ts";
import type { WriteBuffer } from "./write_buffer.ts";
import { type CaptureWriter, type FrameToWrite, writeAll, writerOf } from "./writer.ts";

export type { PcapngInterface } from "./pcapng_blocks.ts";

/** How a pcapng file is written. */
export interface PcapngOptions {
  /** The interfaces that frames can name, by index; there may be none if there are no frames. */
  interfaces: readonly PcapngInterface[];
  /** Program to be named in the file's header (shb_userappl). */
  application?: string;
}

const CHECKS: Readonly<Record<keyof PcapngOptions, Check>> = {
  interfaces: ["an array of interfaces", Array.isArray],
  application: OPTION_TEXT,
};

/**
 * Writes a little endian pcapng file, stamps in nanoseconds. `frame.interface` is an index into `interfaces`, default 0. @throws ConfigError for one that is
 * not in the list, for sections out of order, and for options that there are not
 */
export function createPcapngWriter(options: PcapngOptions): CaptureWriter {
  checkGiven(options, "options", CHECKS);
  return writerFor(options.interfaces, "options.interfaces", options.application);
}

/**
 * A whole pcapng file, as `createPcapngWriter` writes it. @throws ConfigError for what is no frame or interface, a frame that no reader could read, or one of
 * an interface that is not in the list
 */
export function writePcapng(frames: Iterable<FrameToWrite>, interfaces: readonly PcapngInterface[]): Uint8Array {
  return writeAll(writerFor(interfaces, "interfaces"), frames);
}

/** `path`: where `given` stands. */
function writerFor(given: readonly PcapngInterface[], path: string, application?: string): CaptureWriter {
  const interfaces = checkedInterfaces(given, path);
  const ports = portsOf(interfaces, path);
  const putSectionOf = (buffer: WriteBuffer, section: number): void => {
    const described = interfaces.filter((_, i) => ports[i]?.section === section);
    putSection(buffer, application, described);
    buffer.section = section;
  };
  return writerOf(
    (buffer) => putSectionOf(buffer, 0),
    (buffer, frame, place) => {
      const { interface: index = 0 } = frame;
      const port = typeof index === "number" ? ports[index] : undefined;
      if (port === undefined) return refuseFrame(place, ".interface", `an integer below ${ports.length}, the number of interfaces`, index);
      if (port.section !== buffer.section) {
        if (port.section < buffer.section) refuseFrame(place, ".interface", `an interface of section ${buffer.section} or later`, index);
        putSectionOf(buffer, port.section);
      }
      putPacket(buffer, frame, port, place);
    },
  );
}

function portsOf(interfaces: readonly PcapngInterface[], path: string): Port[] {
  const ports: Port[] = [];
  const first = interfaces[0]?.section ?? 0;
  for (const [i, one] of interfaces.entries()) {
    const before = ports.at(-1) ?? { section: 0, id: -1 };
    const section = one.section === undefined ? before.section : one.section - first;
    if (section < before.section) throw new ConfigError(`${path}[${i}].section`, `${before.section + first} or more`, one.section);
    ports.push({ section, id: section === before.section ? before.id + 1 : 0, snapLength: one.snapLength ?? MAX_CAPTURED });
  }
  return ports;
}
