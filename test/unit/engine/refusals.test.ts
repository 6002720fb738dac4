/** What a program without types may give: each is refused with a path, what was expected and what came. */
import { runInNewContext } from "node:vm";
import { expect, test } from "vitest";
import { Engine } from "../../../src/engine.ts";
import { ConfigError } from "../../../src/errors.ts";
import { createEngine } from "../../../src/index.node.ts";
import type { Arrival, EngineConfig, EngineOptions } from "../../../src/types.ts";
import { compileEngine } from "../../../src/wasm/compile.ts";
import { makeEngine } from "../../support/engines.ts";

const config: EngineConfig = { interfaces: [{ name: "em0", mac: "02:00:00:00:00:01" }] };
const data = new Uint8Array(60);
const EMPTY_MODULE = new Uint8Array([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]);

test.each<[unknown, string]>([
  [{ machine: "foo" }, 'options.machine: expected "instant" or "virtual", but got "foo"'],
  [{ machine: "virtaul" }, 'options.machine: expected "instant" or "virtual" (did you mean "virtual"?), but got "virtaul"'],
  [null, "options: expected an object, but got null"],
  ["virtual", 'options: expected an object, but got "virtual"'],
  [{ machin: "instant" }, 'options.machin: expected a known option (did you mean "machine"?), but got "machin"'],
  [{ collect: "no" }, 'options.collect: expected true or false, but got "no"'],
  [{ burst: "64" }, 'options.burst: expected a number, but got "64"'],
  [{ epochMs: 0.5 }, "options.epochMs: expected milliseconds, an integer from 0, but got 0.5"],
  [{ memoryLimit: -1 }, "options.memoryLimit: expected bytes, a number from 0, but got -1"],
  [{ onPlan: {} }, "options.onPlan: expected a function"],
  [{ trace: true }, "options.trace: expected an object, but got true"],
  [{ wasm: "engine.wasm" }, 'options.wasm: expected a module, its bytes or its URL, but got "engine.wasm"'],
  [{ wasm: new Uint8Array(4) }, "options.wasm: expected the bytes of a module, but got"],
  [{ wasm: new URL("no.wasm", import.meta.url) }, 'options.wasm: expected the URL of a module, but got "ENOENT'],
  [{ wasm: new URL(import.meta.url) }, 'options.wasm: expected the URL of a module, but got "WebAssembly.Module()'],
  [{ wasm: EMPTY_MODULE }, "options.wasm: expected the module of an engine, but got"],
])("options %o", async (options, message) => {
  const refusal = await createEngine(config, options as EngineOptions).catch((error: unknown) => error);
  expect(refusal).toBeInstanceOf(ConfigError);
  expect((refusal as ConfigError).message.slice(0, message.length)).toBe(message);
});

test("bytes of another realm are as good: of a module, and of a snapshot", async () => {
  const foreign = (bytes: Uint8Array): Uint8Array => runInNewContext("Uint8Array.from(bytes)", { bytes: [...bytes] });
  const none = await createEngine(config, { wasm: foreign(EMPTY_MODULE).buffer as ArrayBuffer }).catch((error: unknown) => error);
  expect((none as Error).message).toContain("expected the module of an engine");
  const engine = await makeEngine("release", config);
  const { memory, ...rest } = engine.snapshot();
  const before = engine.fingerprint();
  engine.receive([frameOf(data)]);
  engine.run();
  const copy: Uint8Array = runInNewContext("new Uint8Array(length)", { length: memory.length });
  copy.set(memory);
  expect(copy instanceof Uint8Array).toBe(false);
  engine.restore({ memory: copy, ...rest });
  expect(engine.fingerprint()).toBe(before);
});

test("options that are undefined are as good as none", async () => {
  expect(await compileEngine({ wasm: undefined } as unknown as EngineOptions, async () => new WebAssembly.Module(EMPTY_MODULE))).toBeInstanceOf(
    WebAssembly.Module,
  );
  const engine = await makeEngine("release", config, { collect: undefined, trace: undefined } as unknown as EngineOptions);
  expect(engine.machine).toBe("instant");
});

test.each<[string, (engine: Engine) => unknown, string]>([
  ["an ArrayBuffer", (engine) => engine.receive([frameOf(new ArrayBuffer(60))]), "[0].data: expected a Uint8Array, but got ArrayBuffer {}"],
  [
    "a DataView",
    (engine) => engine.receive([frameOf(new DataView(new ArrayBuffer(60)))]),
    "[0].data: expected a Uint8Array, but got DataView of 60 bytes",
  ],
  ["a text", (engine) => engine.receive([frameOf("x".repeat(90))]), '[0].data: expected a Uint8Array, but got "xxx'],
  [
    "a frame whose buffer was transferred",
    (engine) => engine.receive([frameOf(transferred())]),
    '[0].data: expected a Uint8Array, but got "a Uint8Array whose buffer was transferred"',
  ],
  [
    "a frame that its buffer ends before",
    (engine) => engine.receive([frameOf(shrunk())]),
    '[0].data: expected a Uint8Array, but got "a Uint8Array beyond the end of its buffer"',
  ],
  ["no data", (engine) => engine.receive([frameOf(undefined)]), "[0].data: expected a Uint8Array, but got nothing"],
  [
    "no frame",
    (engine) => engine.receive([null as unknown as Arrival]),
    "[0]: expected a frame: `interface`, `data` and perhaps `time`, but got null",
  ],
  ["a frame in no list", (engine) => engine.receive(frameOf(data) as unknown as Arrival[]), "frames: expected a list of frames, but got {"],
  ["no list", (engine) => engine.receive(undefined as unknown as Arrival[]), "frames: expected a list of frames, but got nothing"],
  [
    "a number as time",
    (engine) => engine.receive([{ interface: "em0", data, time: 10 } as unknown as Arrival]),
    "[0].time: expected picoseconds as a bigint, but got 10",
  ],
  ["a number as the end of a run", (engine) => engine.run(10 as unknown as bigint), "until: expected picoseconds as a bigint, but got 10"],
  ["an unknown option of a run", (engine) => engine.run(10n, { stpo: [] } as never), 'options.stpo: expected a known option (did you mean "stop"?)'],
  ["an unknown knob", (engine) => engine.setKnob("net.inet.ip.fowarding", 1), 'expected a knob (did you mean "net.inet.ip.forwarding"?), one of '],
  ["a knob whose name is none", (engine) => engine.getKnob(5 as unknown as string), "sysctl: expected a knob, one of "],
  ["a knob whose name is no text", (engine) => engine.setKnob(Object.create(null) as string, 1), "sysctl: expected a knob, one of "],
  ["a knob in a list", (engine) => engine.getKnob(["kern.polling.0.user_frac"] as unknown as string), "sysctl: expected a knob, one of "],
  ["an interface half up", (engine) => engine.setInterfaceUp("em0", "no" as unknown as boolean), 'up: expected true or false, but got "no"'],
  ["a cable half in", (engine) => engine.setCarrier("em0", 1 as unknown as boolean), "up: expected true or false, but got 1"],
  ["no route", (engine) => engine.setRoute(undefined as never), "route: expected an object, but got nothing"],
  ["a route to a number", (engine) => engine.setRoute({ dst: 5, if: "em0" } as never), "dst: expected a prefix like"],
  [
    "a route with a slip",
    (engine) => engine.setRoute({ dst: "default", if: "em0", vai: "" } as never),
    'route.vai: expected a known key (did you mean "via"?)',
  ],
  [
    "a route by no text",
    (engine) => engine.setRoute({ dst: "default", if: "em0", via: Object.create(null) } as never),
    "via: expected an IPv4 address",
  ],
  ["a route by a list", (engine) => engine.setRoute({ dst: "default", if: "em0", via: ["192.0.2.9"] } as never), "via: expected an IPv4 address"],
  ["no route to delete", (engine) => engine.deleteRoute(5 as unknown as string), "dst: expected a prefix like"],
  ["no snapshot", (engine) => engine.restore(undefined as never), "snapshot: expected what `snapshot` gave, but got nothing"],
  ["a snapshot of nothing", (engine) => engine.restore({} as never), "snapshot.system: expected a text, but got nothing"],
  ["half a snapshot", (engine) => restoreWith(engine, { memory: new Uint8Array(5) }), "snapshot.memory: expected a Uint8Array of "],
  [
    "a snapshot without a time",
    (engine) => restoreWith(engine, { time: 5 }),
    "snapshot.time: expected picoseconds as a bigint, from 0 to 2^64 - 2, but got 5",
  ],
  [
    "a snapshot before time",
    (engine) => restoreWith(engine, { time: -5n }),
    "snapshot.time: expected picoseconds as a bigint, from 0 to 2^64 - 2, but got -5n",
  ],
  ["a snapshot after time", (engine) => restoreWith(engine, { time: 2n ** 64n - 1n }), "snapshot.time: expected picoseconds as a bigint, from 0"],
  ["a snapshot without arrivals", (engine) => restoreWith(engine, { arrivals: -1 }), "snapshot.arrivals: expected an integer from 0, but got -1"],
  [
    "a snapshot without knobs",
    (engine) => restoreWith(engine, { sysctl: undefined }),
    "snapshot.sysctl: expected the values of all knobs, but got nothing",
  ],
  [
    "a snapshot without some knobs",
    (engine) => restoreWith(engine, { sysctl: { "net.inet.ip.forwarding": 1 } }),
    "snapshot.sysctl: expected the values of all knobs",
  ],
  [
    "a snapshot with other knobs",
    (engine) => restoreWith(engine, { sysctl: { ...engine.snapshot().sysctl, foo: 1 } }),
    "snapshot.sysctl: expected the values",
  ],
  [
    "a snapshot with a knob out of its range",
    (engine) => restoreWith(engine, { sysctl: { ...engine.snapshot().sysctl, "net.inet.ip.forwarding": 2 } }),
    "snapshot.sysctl: expected the values of all knobs",
  ],
  [
    "a snapshot with a knob of a CPU that there is not",
    (engine) => restoreWith(engine, { sysctl: { ...engine.snapshot().sysctl, "kern.polling.9.user_frac": 2 } }),
    "snapshot.sysctl: expected the values of all knobs",
  ],
  ["no module", () => Engine.make({} as WebAssembly.Module, config), "module: expected a WebAssembly.Module, but got {}"],
  ["an unknown protocol", (engine) => engine.setHandler("ipv5" as "ipv6", () => "pass"), 'name: expected a protocol (did you mean "ipv6"?), one of '],
  ["a handler that is none", (engine) => engine.setHandler("ip", "x" as unknown as () => "pass"), 'handler: expected a function, but got "x"'],
  ["a protocol that is no text", (engine) => engine.setHandler(true as unknown as "ip", () => "pass"), "name: expected a protocol, one of ip, arp"],
  ["protocols", (engine) => engine.setHandler(["ip"] as unknown as "ip", () => "pass"), "name: expected a protocol, one of ip, arp, ipv6, ipx, ns"],
  ["work for nothing", (engine) => engine.schedule(Object.create(null) as "ip", 0, () => {}), "name: expected a protocol, one of ip, arp"],
  ["work for an unknown protocol", (engine) => engine.schedule("foo" as "ip", 0, () => {}), "name: expected a protocol"],
  ["work that is none", (engine) => engine.schedule("ip", 0, undefined as unknown as () => void), "work: expected a function, but got nothing"],
])("%s is refused, and the engine goes on", async (_, request, message) => {
  const engine = await makeEngine("release", config);
  expect(() => request(engine)).toThrow(expect.objectContaining({ name: "ConfigError", message: expect.stringContaining(message) }));
  const foreign = runInNewContext("new Uint8Array(60)") as Uint8Array;
  engine.receive([Buffer.from(data), foreign].map((bytes) => frameOf(bytes)));
  engine.run();
  expect(engine.counters().conservation).toMatchObject({ received: 2, holds: true });
});

test("a choice of what is traced and a switch of polling that are none are refused", async () => {
  const engine = await makeEngine("virtualRelease", config, { trace: {} });
  expect(() => engine.setTrace(5 as never)).toThrow("trace: expected an object, but got 5");
  expect(() => engine.setPolling("em0", "x" as never)).toThrow('polling: expected true or false, but got "x"');
});

test("of a list with a wrong frame those before it are taken, and no others", async () => {
  const engine = await makeEngine("release", config);
  const wrong = frameOf(new DataView(new ArrayBuffer(60)));
  expect(() => engine.receive([frameOf(data), frameOf(data), wrong, frameOf(data)])).toThrow("[2].data: expected a Uint8Array");
  engine.run();
  expect(engine.counters().conservation.received).toBe(2);
});

test("what a frame has is read once", async () => {
  const engine = await makeEngine("release", config);
  let reads = 0;
  engine.receive([
    {
      interface: "em0",
      get data() {
        return reads++ ? ("x" as unknown as Uint8Array) : data;
      },
    },
  ]);
  engine.run();
  expect({ reads, ...engine.counters().conservation }).toMatchObject({ reads: 1, received: 1, holds: true });
});

function restoreWith(engine: Engine, wrong: object): void {
  engine.restore({ ...engine.snapshot(), ...wrong });
}

/** Of a buffer that has become shorter since. TypeScript does not know them yet. */
function shrunk(): Uint8Array {
  const Resizable = ArrayBuffer as unknown as new (length: number, options: object) => ArrayBuffer & { resize(length: number): void };
  const buffer = new Resizable(60, { maxByteLength: 60 });
  const bytes = new Uint8Array(buffer, 20, 20);
  buffer.resize(10);
  return bytes;
}

function transferred(): Uint8Array {
  const bytes = new Uint8Array(60);
  structuredClone(bytes, { transfer: [bytes.buffer] });
  return bytes;
}

function frameOf(bytes: unknown): Arrival {
  return { interface: "em0", data: bytes } as Arrival;
}
