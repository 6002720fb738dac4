/** Plain text in columns. */

/** No line of a report is longer, so that it fits a terminal and a mail. */
export const WIDTH = 100;
const GAP = "  ";

export interface Column {
  heading: string;
  /** Numbers stand right, words left. */
  align?: "left" | "right";
}

/** Lines of a table, indented by two, with one line of headings. Rows may be shorter than the headings. */
export const table = (columns: readonly Column[], rows: readonly (readonly string[])[]): string[] => {
  const headings = columns.map(({ heading }) => heading);
  const all = [headings, ...rows];
  const widths = columns.map((_, i) => Math.max(...all.map((row) => row[i]?.length ?? 0)));
  return all.map((row) => {
    const cells = columns.map(({ align }, i) => (align === "right" ? (row[i] ?? "").padStart(widths[i]!) : (row[i] ?? "").padEnd(widths[i]!)));
    return `${GAP}${cells.join(GAP)}`.trimEnd();
  });
};

export const left = (heading: string): Column => ({ heading });
export const right = (heading: string): Column => ({ heading, align: "right" });

/** Breaks a text between words. Every line is indented; a word that is longer than a line stays whole. */
export const wrap = (text: string, indent = GAP, width = WIDTH): string[] => {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && indent.length + line.length + 1 + word.length > width) {
      lines.push(indent + line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  return [...lines, indent + line];
};

/** Items behind a text, up to `most` and as many as fit into a line, the first in any case; "..." if there are more. */
export const listed = (text: string, items: readonly string[], most: number, width = WIDTH): string => {
  const line = (shown: number): string => `${text} ${items.slice(0, shown).join(", ")}${items.length > shown ? ", ..." : ""}`;
  let shown = Math.min(most, items.length);
  while (shown > 1 && line(shown).length > width) shown--;
  return line(shown);
};

const GRID_GAP = "   ";

/** Texts in as many columns as fit, filled row by row. */
export const grid = (cells: readonly string[]): string[] => {
  const widest = Math.max(0, ...cells.map((cell) => cell.length));
  const perLine = Math.max(1, Math.floor((WIDTH - GAP.length + GRID_GAP.length) / (widest + GRID_GAP.length)));
  const lines: string[] = [];
  for (let i = 0; i < cells.length; i += perLine) {
    const line = cells.slice(i, i + perLine).map((cell) => cell.padEnd(widest));
    lines.push(`${GAP}${line.join(GRID_GAP)}`.trimEnd());
  }
  return lines;
};

/** Cuts the middle out of a text that is too long. */
export const shorten = (text: string, most: number): string => {
  if (text.length <= most) return text;
  const tail = Math.floor((most - 3) / 2);
  return `${text.slice(0, most - 3 - tail)}...${text.slice(text.length - tail)}`;
};

/** Control characters and line breaks as "?": names come from files, and a report must not steer a terminal. */
export const printable = (text: string): string => text.replace(/[\p{Cc}\p{Zl}\p{Zp}\p{Cf}]/gu, "?");
