/** What a loop or an engine has counted, in one form: "GROUP NUMBER NAME" to value, without zeros. Interfaces by their numbers. */
export type Counts = Map<string, number>;

/** Groups by the kind of what is counted: the C program prints the same words. */
export const countKey = (group: string, number: number, name: string): string => `${group} ${number} ${name}`;
