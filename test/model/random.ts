/** Random choices from a seed: the same seed gives the same choices for ever. */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
    for (let i = 0; i < 4; i++) this.word(); // neighbouring seeds drift apart
  }

  /** 32 bits (Mulberry32). */
  word(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let z = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
    z ^= z + Math.imul(z ^ (z >>> 7), z | 61);
    return (z ^ (z >>> 14)) >>> 0;
  }

  /** 0 to n - 1. */
  below(n: number): number {
    return this.word() % n;
  }

  from(low: number, high: number): number {
    return low + this.below(high - low + 1);
  }

  percent(chance: number): boolean {
    return this.below(100) < chance;
  }

  pick<T>(list: readonly T[]): T {
    return list[this.below(list.length)]!;
  }

  /** `usual`, or with the given chance one of the others. */
  rarely<T>(chance: number, usual: T, others: readonly T[]): T {
    return this.percent(chance) ? this.pick(others) : usual;
  }

  /** One of the choices, each as often as its weight says. */
  weighted<T>(choices: readonly (readonly [weight: number, choice: T])[]): T {
    let at = this.below(choices.reduce((sum, [weight]) => sum + weight, 0));
    for (const [weight, choice] of choices) {
      at -= weight;
      if (at < 0) return choice;
    }
    throw new Error("weights must be positive");
  }

  shuffled<T>(list: readonly T[]): T[] {
    const result = [...list];
    for (let i = result.length - 1; i > 0; i--) {
      const other = this.below(i + 1);
      [result[i], result[other]] = [result[other]!, result[i]!];
    }
    return result;
  }
}
