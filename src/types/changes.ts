/** Something that was changed while the engine ran. */
export interface ChangeResult {
  /** Engine time; what happens from then on meets the new value. */
  time: bigint;
  /**
   * The BSD name of a knob; the name of an interface, vlan or bridge ("up", "down"); "em0 polling", "em0 carrier" ("on", "off"); "bridge0 member em1" ("in",
   * "out"); "bridge0 maxaddr"; "route 198.51.100.0/24" ("192.0.2.9 em1"; on link "em1"; "none").
   */
  what: string;
  from: number | string;
  to: number | string;
}
