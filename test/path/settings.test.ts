/** A walk over everything that can be set: for each there is a case in which another value leads to another number. A setting without one fails here. */
import { expect, test } from "vitest";
import { configShape } from "../../src/config/shape.ts";
import { KNOBS } from "../../src/knobs.ts";
import type { EngineConfig, EngineOptions } from "../../src/types.ts";
import type { Build } from "../support/engines.ts";
import { type Lab, Labs, onEachMachine } from "../support/lab.ts";
import { BRIDGE_CASES, MEMBER_CASES, VLAN_CASES } from "./settings_bridges.ts";
import type { SettingCase } from "./settings_case.ts";
import { ENGINE_CASES, LIMIT_CASES, OPTION_CASES } from "./settings_engine.ts";
import { INTERFACE_CASES } from "./settings_interfaces.ts";
import { KNOB_CASES } from "./settings_knobs.ts";

/** Makes networks in which a knob has a value from the start, or gets it before the first frame. */
class LabsWithKnob extends Labs {
  readonly name: string;
  readonly value: number;
  readonly late: boolean;

  constructor(build: Build, name: string, value: number, late: boolean) {
    super(build);
    this.name = name;
    this.value = value;
    this.late = late;
  }

  override of(config: EngineConfig, options: EngineOptions = {}): Lab {
    const { [this.name]: _, ...others } = config.sysctl ?? {};
    if (!this.late) return super.of({ ...config, sysctl: { ...others, [this.name]: this.value } }, options);
    const lab = super.of({ ...config, sysctl: others }, options);
    lab.set(this.name, this.value);
    return lab;
  }
}

// What `virtual` sets is for the virtual machine: test/settings.
const { interfaces, bridges, vlans, limits, virtual: _, ...engine } = configShape.entries;
const keys = (entries: object): string[] => Object.keys(entries).sort();

/** Names of the settings of one kind, as the configuration defines them, and the cases for them. */
const WALK: [kind: string, settings: string[], cases: Record<string, SettingCase>][] = [
  ["interfaces[]", keys(interfaces.item.entries), INTERFACE_CASES],
  ["bridges[]", keys(bridges.wrapped.item.entries), BRIDGE_CASES],
  ["bridges[].members[]", keys(bridges.wrapped.item.entries.members.item.entries), MEMBER_CASES],
  ["vlans[]", keys(vlans.wrapped.item.entries), VLAN_CASES],
  ["limits", keys(limits.wrapped.entries), LIMIT_CASES],
  ["the engine", keys(engine), ENGINE_CASES],
];

onEachMachine((labs) => {
  const knobs = Object.values(KNOBS);

  test("every knob has a case, and every case a knob", () => {
    expect(keys(KNOB_CASES)).toEqual(knobs.map(({ name }) => name).sort());
  });

  const shown = knobs.filter(({ name }) => labs.build === "virtual" || !KNOB_CASES[name]?.timed);
  test.each(shown.map((knob) => [knob.name, knob.default] as const))(
    "knob %s: another value leads to another number, set at the start or later",
    (name, byDefault) => {
      const one = KNOB_CASES[name]!;
      for (const late of [false, true]) {
        const got = one.numbers.map(([value]) => [value, one.measure(new LabsWithKnob(labs.build, name, value, late))]);
        expect(got).toEqual(one.numbers);
      }
      expect(one.numbers.map(([value]) => value)).toContain(byDefault);
      expect(new Set(one.numbers.map(([, number]) => number)).size).toBeGreaterThan(1);
    },
  );

  test.each(WALK)("every key of %s has a case, and every case a key", (_kind, settings, cases) => {
    expect(keys(cases)).toEqual(settings);
  });

  test.each(WALK.flatMap(([kind, , cases]) => Object.keys(cases).map((name) => [kind, name, cases[name]!] as const)))(
    "%s.%s: another value leads to another number",
    (_kind, _name, one) => {
      const got = one.numbers.map(([value]) => one.measure(labs, value));
      expect(got).toEqual(one.numbers.map(([, number]) => number));
      expect(new Set(got).size).toBeGreaterThan(1);
    },
  );

  test.each(Object.entries(OPTION_CASES))("options.%s: another value leads to another number", (_name, one) => {
    const got = one.numbers.map(([value]) => one.measure(labs, value));
    expect(got).toEqual(one.numbers.map(([, number]) => number));
    expect(new Set(got).size).toBeGreaterThan(1);
  });
});
