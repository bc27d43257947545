/** An id of ours: 22 characters of base64url, of which a dash may be the first. */
const DASHED_ID = /^-[\w-]{21}$/;

/** `choreo saga show -4jx…`: to the parser it is an option, unless it comes behind `--`. */
export function withDashedId(args: readonly string[]): readonly string[] {
  const isAboutSaga = args.some((word, index) => word === 'saga' && args[index + 1] === 'show');
  if (!isAboutSaga || args.includes('--')) return args;
  const ids = args.filter((word) => DASHED_ID.test(word));
  return ids.length === 0 ? args : [...args.filter((word) => !DASHED_ID.test(word)), '--', ...ids];
}
