// The table that all peers print: system, work, M packets/s a core second, median [quartiles], samples, checks.

import os from "node:os";

/** Quartiles by linear interpolation. */
export function quartiles(values) {
  const sorted = values.toSorted((a, b) => a - b);
  return [0.25, 0.5, 0.75].map((q) => {
    const at = (sorted.length - 1) * q;
    const low = sorted[Math.floor(at)];
    return low + (sorted[Math.ceil(at)] - low) * (at - Math.floor(at));
  });
}

const millions = (rate) => (rate / 1e6).toPrecision(3);

function cells({ system, work, rates, checks }) {
  const [low, median, high] = quartiles(rates);
  return [system, work, `${millions(median)} [${millions(low)} ${millions(high)}]`, String(rates.length), checks];
}

const about = ({ cpu }) =>
  `${new Date().toISOString().slice(0, 10)} · ${os.cpus()[cpu].model}, core ${cpu} of ${os.cpus().length} · Linux ${os.release()}`;

/** Aligned Markdown, then what was left out and why. */
export function tableOf(results, given) {
  const head = ["system", "work", "M packets/core s", "samples", "checks"];
  const lines = [head, ...results.flatMap(({ rows }) => rows.map(cells))];
  const widths = head.map((_, column) => Math.max(...lines.map((line) => line[column].length)));
  const print = (line) => `| ${line.map((cell, column) => cell.padEnd(widths[column])).join(" | ")} |`;
  const rule = print(widths.map((width) => "-".repeat(width)));
  const notes = results.flatMap(({ name, skipped, failed }) => [
    ...skipped.map((reason) => `SKIPPED ${name}: ${reason}`),
    ...(failed ? [`FAILED ${name}: ${failed}`] : []),
  ]);
  return [about(given), "", print(head), rule, ...lines.slice(1).map(print), ...(notes.length > 0 ? ["", ...notes] : [])].join("\n");
}

/** The same as JSON, with every sample; rates in packets per second that the peer had the core. */
export function jsonOf(results, given) {
  const rows = results.flatMap(({ name, rows }) =>
    rows.map((row) => {
      const [q1, median, q3] = quartiles(row.rates);
      return { peer: name, ...row, median, q1, q3 };
    }),
  );
  const skipped = results.flatMap(({ name, skipped }) => skipped.map((reason) => ({ peer: name, reason })));
  const failed = results.flatMap(({ name, failed }) => (failed ? [{ peer: name, reason: failed }] : []));
  return JSON.stringify({ about: about(given), date: new Date().toISOString(), rows, skipped, failed }, null, 2);
}
