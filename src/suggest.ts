/** Longer words are no slips of the pen, and comparing them takes time by the square of their length. */
const MAX_WORD = 60;
/** How many legal names a message lists at most. */
const MAX_LISTED = 32;

/** Number of letters to insert, delete, replace or swap with their neighbour (optimal string alignment). */
const distance = (a: string, b: string): number => {
  let before: number[] = [];
  let above = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = above[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1] ? before[j - 2]! + 1 : replaced;
      row.push(Math.min(replaced, swapped, above[j]! + 1, row[j - 1]! + 1));
    }
    before = above;
    above = row;
  }
  return above[b.length]!;
};

/** The legal word that was probably meant, if one is near: a slip in up to 4 letters, two in up to 12, else three. */
const nearest = (word: string, legal: readonly string[]): string | undefined => {
  if (word.length > MAX_WORD) return undefined;
  let best: string | undefined;
  let least = word.length <= 4 ? 1 : word.length <= 12 ? 2 : 3;
  for (const candidate of legal) {
    if (Math.abs(candidate.length - word.length) > least) continue;
    const d = distance(word.toLowerCase(), candidate.toLowerCase());
    if (d < candidate.length && (d < least || (d === least && best === undefined))) [best, least] = [candidate, d];
  }
  return best;
};

const listed = (words: readonly string[]): string =>
  words.length > MAX_LISTED ? `${words.slice(0, MAX_LISTED).join(", ")}, and ${words.length - MAX_LISTED} more` : words.join(", ");

/** `one of name, mac, mtu`. */
export const oneOf = (legal: readonly string[]): string => (legal.length === 0 ? "but there is none" : `one of ${listed(legal)}`);

/** `a known key (did you mean "mtu"?)`: what was expected where an unknown `word` was given, with the legal one that is near, if there is one. */
export const meant = (what: string, word: string, legal: readonly string[]): string => {
  const near = nearest(word, legal);
  return near === undefined ? what : `${what} (did you mean "${near}"?)`;
};

/** `a known key (did you mean "mtu"?), one of name, mac, mtu`: the same, with all legal words. */
export const knownWord = (what: string, word: string, legal: readonly string[]): string => `${meant(what, word, legal)}, ${oneOf(legal)}`;
