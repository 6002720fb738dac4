/** Any report as JSON. What is bigint in it (times, in the unit that the name ends in, and `now` in picoseconds; counts of a run that may exceed 2^53) becomes a string of decimal digits. */
export const json = (report: object): string => `${JSON.stringify(report, (_, value) => (typeof value === "bigint" ? String(value) : value), 2)}\n`;
