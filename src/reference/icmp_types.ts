/** ICMP types and codes (RFC 792), by their BSD names. */
export const ICMP_ECHOREPLY = 0;
export const ICMP_UNREACH = 3;
export const ICMP_REDIRECT = 5;
export const ICMP_ECHO = 8;
export const ICMP_TIMXCEED = 11;
export const ICMP_PARAMPROB = 12;
export const ICMP_TSTAMP = 13;
export const ICMP_TSTAMPREPLY = 14;

export const UNREACH_HOST = 1;
export const UNREACH_PROTOCOL = 2;
export const UNREACH_PORT = 3;
export const UNREACH_NEEDFRAG = 4;
export const UNREACH_SRCFAIL = 5;
export const REDIRECT_HOST = 1;

/** ICMP_INFOTYPE: queries and their answers. All other types count as errors. */
export const isInformation = (type: number): boolean => type === ICMP_ECHOREPLY || (type >= 8 && type <= 10) || (type >= 13 && type <= 18);
