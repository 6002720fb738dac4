/** Which flow is reaped, over ticks, uses and changes of routes drawn at random: held against the rule in its plain form. */
import { expect, test } from "vitest";
import { Random } from "../model/random.ts";
import { cacheOf, ofFlow, pathOf } from "../support/flows.ts";
import { onEachMachine } from "../support/lab.ts";

const MOST_FLOWS = 256;
const TIMER = 10;
const TICK = 0.5;
const PREFIX = "20.7.0.0/16";

interface Flow {
  n: number;
  timer: number;
  uses: number;
  lastUses: number;
  /** How often its route had been replaced when it was made. */
  generation: number;
}

/** The flows of one CPU, newest first. Every fifth goes by the route that is replaced. */
class Rule {
  #flows: Flow[] = [];
  #generation = 0;

  packet(n: number): string {
    const flow = this.#flows.find((one) => one.n === n);
    if (flow && this.#isValid(flow)) {
      flow.timer = TIMER;
      flow.uses++;
      return "Fastforwarded";
    }
    const made = { n, timer: TIMER, uses: 0, lastUses: 0, generation: this.#generation };
    if (flow) Object.assign(flow, made);
    else {
      if (this.#flows.length === MOST_FLOWS) this.#flows.splice(this.#flows.indexOf(this.#victim()), 1);
      this.#flows.unshift(made);
    }
    return "Forwarded";
  }

  tick(): void {
    for (const flow of this.#flows) {
      flow.timer--;
      flow.lastUses = flow.uses;
      flow.uses = 0;
    }
    this.#flows = this.#flows.filter(({ timer }) => timer > 0);
  }

  replaceRoute(): void {
    this.#generation++;
  }

  #isValid({ n, generation }: Flow): boolean {
    return n % 5 !== 0 || generation === this.#generation;
  }

  #victim(): Flow {
    const uses = (flow: Flow): number => flow.uses + flow.lastUses;
    const less = (a: Flow, b: Flow): boolean => a.timer < b.timer || (a.timer === b.timer && uses(a) < uses(b));
    return this.#flows.find((flow) => !this.#isValid(flow)) ?? this.#flows.reduce((least, flow) => (less(flow, least) ? flow : least));
  }
}

onEachMachine((labs) => {
  test.each([
    [1, 90],
    [2, 120],
    [3, 400],
  ])("seed %d, %d packets between two ticks", (seed, perTick) => {
    const lab = cacheOf(labs);
    const rule = new Rule();
    const random = new Random(seed);
    const route = { dst: PREFIX, via: "10.0.1.2", if: "em1" };
    lab.engine.setRoute(route);
    for (let tick = 0; tick < 16; tick++) {
      if (tick > 0) rule.tick();
      for (let i = 0; i < perTick; i++) {
        const n = random.percent(50) ? random.from(1, 100) : random.from(1, 400);
        const packet = ofFlow(n, n % 5 === 0 ? { dst: "20.7.0.9" } : {});
        expect(pathOf(lab, packet, tick * TICK + 0.1), `packet ${i} after tick ${tick}, flow ${n}`).toBe(rule.packet(n));
        if (!random.percent(1)) continue;
        lab.engine.setRoute(route);
        rule.replaceRoute();
      }
    }
    expect(lab.stat("ipf_reaped")).toBeGreaterThan(50);
  });
});
