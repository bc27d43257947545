// Apart from the formats themselves, which every bundle of a service holds.
import { EMAIL_LENGTH_MAX, IPV6_LENGTH_MAX } from './formats.ts';

/** The least and the most characters of a text of each format; of `uri`, there is no most. */
export const formatLengths: ReadonlyMap<string, readonly [min: number, max: number]> = new Map([
  ['date', [10, 10]],
  ['date-time', [20, 35]],
  ['email', [5, EMAIL_LENGTH_MAX]],
  ['ipv4', [7, 15]],
  ['ipv6', [2, IPV6_LENGTH_MAX]],
  ['time', [9, 24]],
  ['uri', [2, Number.POSITIVE_INFINITY]],
  ['uuid', [36, 36]],
]);
