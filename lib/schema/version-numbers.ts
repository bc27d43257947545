/** Versions of one message. */
export const VERSIONS_MAX = 100;

/** What is said of a message with more than `VERSIONS_MAX` versions. */
export const TOO_MANY_VERSIONS = `there are more than ${VERSIONS_MAX} versions: make the newest one version 1 of a message with another name.`;

/** What is said of the numbers of the versions of a message, from the least to the greatest, if one in between is not there. */
export function gapIn(versions: readonly number[]): string | undefined {
  const gap = versions.findIndex((version, index) => version !== index + 1);
  return gap < 0 ? undefined : `${gap + 1}.json is missing: versions count from 1 without a gap, and old ones stay.`;
}
