import { execFile, spawnSync } from "node:child_process";
import { promisify } from "node:util";

/** A frame as tshark shows it. What a file does not say is undefined. */
export interface SeenFrame {
  bytes: string;
  length: string;
  captured: string;
  time: string | undefined;
  section: string | undefined;
  interface: string | undefined;
  interfaceName: string | undefined;
  interfaceDescription: string | undefined;
  comments: unknown;
}

export const hasTshark = (): boolean => spawnSync("tshark", ["--version"]).status === 0;

type Layers = Record<string, unknown> & { frame: Record<string, string> & { "frame.interface_id_tree"?: Record<string, string> } };

/** All frames of a file, without the records that are none (custom blocks, which have no encapsulation). */
export async function seenByTshark(file: string): Promise<SeenFrame[]> {
  const args = ["-n", "-r", file, "-T", "json", "-x", "--no-duplicate-keys", "-J", "frame pkt_comment"];
  const { stdout } = await promisify(execFile)("tshark", args, { maxBuffer: 1 << 28 });
  const packets = JSON.parse(stdout) as { _source: { layers: Layers } }[];
  return packets
    .map(({ _source }) => _source.layers)
    .flatMap((layers) => (layers.frame["frame.encap_type"] === undefined ? [] : [seenFrame(layers)]));
}

function seenFrame(layers: Layers): SeenFrame {
  const { frame } = layers;
  const port = frame["frame.interface_id_tree"];
  return {
    bytes: (layers.frame_raw as string[])[0]!,
    length: frame["frame.len"]!,
    captured: frame["frame.cap_len"]!,
    time: frame["frame.time_epoch"],
    section: frame["frame.section_number"],
    interface: frame["frame.interface_id"],
    interfaceName: port?.["frame.interface_name"],
    interfaceDescription: port?.["frame.interface_description"],
    comments: layers.pkt_comment,
  };
}
