import type { ResolvedPort } from "../../types.ts";
import type { CaptureSource } from "../input/capture_source.ts";
import type { AssignMode, Assignment } from "./assignment.ts";
import { ByFile } from "./by_file.ts";
import { ByInterface } from "./by_interface.ts";
import { BySourceMac } from "./by_source_mac.ts";

export { ASSIGN_MODES, type Assigned, type AssignMode, type Assignment, describePorts, Refusal } from "./assignment.ts";
export { ByAppearance, interfaceKey } from "./by_appearance.ts";
export { ByFile } from "./by_file.ts";
export { BySourceMac } from "./by_source_mac.ts";

/** Assignment to the interfaces of a configuration. `told`: what `PORT=FILE` said. @throws Failure */
export const assignTo = (
  ports: readonly ResolvedPort[],
  mode: AssignMode,
  sources: readonly CaptureSource[],
  told: ReadonlyMap<CaptureSource, ResolvedPort>,
): Assignment => {
  const interfaces = ports.filter(({ kind }) => kind === "interface");
  if (mode === "file") return new ByFile(sources, interfaces, told);
  return mode === "source-mac" ? new BySourceMac(interfaces, false, told) : new ByInterface(interfaces, told);
};

/** Splits `em0=FILE`. A part before "=" that is no interface belongs to the file's name. */
export const splitCapture = (argument: string, ports: readonly ResolvedPort[]): { file: string; told?: ResolvedPort } => {
  const at = argument.indexOf("=");
  const told = ports.find(({ kind, name }) => kind === "interface" && name === argument.slice(0, Math.max(0, at)));
  return told ? { file: argument.slice(at + 1), told } : { file: argument };
};
