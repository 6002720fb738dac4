/** Finds what is wrong with a JSON text. JSON.parse names the place in some of its messages only, and differently in each version; keys that come twice it takes. */

export interface SyntaxFault {
  /** Index of the character; the text's length if it ends too early. */
  at: number;
  expected: string;
}

const EXPECTED = {
  value: "a value",
  firstElement: 'a value or "]"',
  key: "a key in double quotes",
  firstKey: 'a key in double quotes or "}"',
  colon: '":"',
};
type Want = keyof typeof EXPECTED | "next";

const SPACE = /[ \t\r\n]*/y;
const SCALAR = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;
const ESCAPE = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;

const endOf = (pattern: RegExp, text: string, at: number): number | undefined => {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : undefined;
};

/** Index behind the string that starts at `at`, or what is wrong with it. */
const endOfString = (text: string, at: number): number | SyntaxFault => {
  let i = at + 1;
  while (text[i] !== '"') {
    if (i >= text.length || text[i]! < " ") return { at: i, expected: "the string's closing \"" };
    const next = text[i] === "\\" ? endOf(ESCAPE, text, i) : i + 1;
    if (next === undefined) return { at: i, expected: "an escape that JSON knows" };
    i = next;
  }
  return i + 1;
};

/** What may follow a finished value inside of `open`. */
const after = (open: string | undefined): string => (open === "{" ? '"," or "}"' : open === "[" ? '"," or "]"' : "the end of the file");

/** The first fault, or undefined if the text is JSON. */
export const findSyntaxFault = (text: string): SyntaxFault | undefined => walk(text, { open() {}, key: () => true });

/** The first key that its object has already; undefined if there is none. The text is JSON. */
export const findRepeatedKey = (text: string): { at: number; key: string } | undefined => {
  const objects: Set<string>[] = [];
  let [at, key] = [-1, ""];
  walk(text, {
    open: (depth) => {
      objects[depth] = new Set();
    },
    key: (depth, start, end) => {
      [at, key] = [start, JSON.parse(text.slice(start, end))];
      const keys = objects[depth]!;
      const isNew = !keys.has(key);
      keys.add(key);
      if (isNew) at = -1;
      return isNew;
    },
  });
  return at < 0 ? undefined : { at, key };
};

/** Told of what is met. Depths count from 0; `key` is given the place of a key with its quotes, and ends the walk with false. */
interface Visitor {
  open(depth: number): void;
  key(depth: number, start: number, end: number): boolean;
}

const walk = (text: string, visitor: Visitor): SyntaxFault | undefined => {
  const open: string[] = [];
  let want: Want = "value" as Want;
  let at = 0;
  for (;;) {
    at = endOf(SPACE, text, at)!;
    const char = text[at];
    const inside = open.at(-1);
    if (want === "next") {
      if (inside === undefined) return at === text.length ? undefined : { at, expected: after(inside) };
      if (char === ",") want = inside === "{" ? "key" : "value";
      else if (char === (inside === "{" ? "}" : "]")) open.pop();
      else return { at, expected: after(inside) };
      at++;
    } else if (want === "colon") {
      if (char !== ":") return { at, expected: EXPECTED.colon };
      want = "value";
      at++;
    } else if ((want === "firstKey" && char === "}") || (want === "firstElement" && char === "]")) {
      open.pop();
      want = "next";
      at++;
    } else if (char === '"') {
      const end = endOfString(text, at);
      if (typeof end !== "number") return end;
      const isKey = want === "key" || want === "firstKey";
      if (isKey && !visitor.key(open.length - 1, at, end)) return undefined;
      want = isKey ? "colon" : "next";
      at = end;
    } else if (want === "key" || want === "firstKey") return { at, expected: EXPECTED[want] };
    else if (char === "{" || char === "[") {
      visitor.open(open.length);
      open.push(char);
      want = char === "{" ? "firstKey" : "firstElement";
      at++;
    } else {
      const end = endOf(SCALAR, text, at);
      if (end === undefined) return { at, expected: EXPECTED[want] };
      want = "next";
      at = end;
    }
  }
};
