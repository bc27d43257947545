import { ChoreographyError } from './errors.ts';

/** The numbers the runtime goes by. Every one has a default that suits AWS; a test may shorten them. */
export interface Settings {
  /** Seconds that claims live after they are final: stream retention (7 days) + replay window (7 days) + margin (1 day). @default 1_296_000 */
  readonly claimLifeSeconds: number;
  /** No message older than this is run, by any path: the claim life without its margin. @default 1_209_600 */
  readonly messageAgeSecondsMax: number;
  /** Longest that one attempt can be running: the function's timeout. @default 60 */
  readonly attemptSecondsMax: number;
  /** Milliseconds before the platform's deadline at which no new reaction is begun. @default 5_000 */
  readonly deadlineMarginMilliseconds: number;
  /** Milliseconds that a failing message is tried again in place, before its saga is parked. @default 3_000 */
  readonly inPlaceMilliseconds: number;
  /** Tries in place. @default 3 */
  readonly inPlaceTriesMax: number;
  /** Share of a try in place that each message brings to the budget of its instance. @default 0.2 */
  readonly retryBudgetShare: number;
  /** Tries in place that the budget of an instance holds, and begins with. @default 100 */
  readonly retryBudgetMax: number;
  /** Runs of one component after conflicts, in one batch. @default 12 */
  readonly conflictRunsMax: number;
  /** Sagas of one consumer that may be parked; above it the stream waits. @default 100 */
  readonly parkedSagasMax: number;
  /** Messages in one parked saga's line; above it the stream waits. @default 100 */
  readonly parkedMessagesMax: number;
  /** Seconds between the first and the last try, at least, before a reaction without `onGiveUp` gives up. @default 900 */
  readonly giveUpAgeSeconds: number;
  /** Technical give-ups in a row that pause the consumer. @default 10 */
  readonly giveUpsInARowMax: number;
  /** Longest spacing between tries of a parked saga, in seconds. @default 60 */
  readonly wakeSecondsMax: number;
  /** Seconds after which the sweep publishes what the commit's own process has not. @default 30 */
  readonly sweepAfterSeconds: number;
  /** Seconds after which the sweep takes the expiry off a claim whose events are still unpublished. @default 3_600 */
  readonly keepClaimAfterSeconds: number;
  /** Items of one kind that one sweep handles: half of them what has waited longest, half what is behind it. The rest waits a minute. @default 500 */
  readonly sweepItemsMax: number;
  /** Writes in one transaction (DynamoDB: 100). @default 100 */
  readonly transactionWritesMax: number;
  /** Bytes in one transaction (DynamoDB: 4 MB). @default 3_500_000 */
  readonly transactionBytesMax: number;
  /** Tries of one publish call, inline. @default 3 */
  readonly publishTriesMax: number;
  /** Tries of a commit that the store does not answer or throttles. @default 5 */
  readonly ambiguousCommitTriesMax: number;
  /** Redrives of one dead letter before it is quarantined. @default 5 */
  readonly redrivesMax: number;
}

/** The defaults. */
export const defaultSettings: Settings = {
  claimLifeSeconds: 1_296_000,
  messageAgeSecondsMax: 1_209_600,
  attemptSecondsMax: 60,
  deadlineMarginMilliseconds: 5_000,
  inPlaceMilliseconds: 3_000,
  inPlaceTriesMax: 3,
  retryBudgetShare: 0.2,
  retryBudgetMax: 100,
  conflictRunsMax: 12,
  parkedSagasMax: 100,
  parkedMessagesMax: 100,
  giveUpAgeSeconds: 900,
  giveUpsInARowMax: 10,
  wakeSecondsMax: 60,
  sweepAfterSeconds: 30,
  keepClaimAfterSeconds: 3_600,
  sweepItemsMax: 500,
  transactionWritesMax: 100,
  transactionBytesMax: 3_500_000,
  publishTriesMax: 3,
  ambiguousCommitTriesMax: 5,
  redrivesMax: 5,
};

/** Seconds by which the clocks of two writers may differ. */
const CLOCK_SKEW_SECONDS = 60;

/** What has to happen at least once: of none, a commit would count as made, and an event would never go out. @default 0 */
const least: Partial<Settings> = {
  conflictRunsMax: 1,
  sweepItemsMax: 1,
  transactionWritesMax: 1,
  transactionBytesMax: 1,
  publishTriesMax: 1,
  ambiguousCommitTriesMax: 1,
};

/** A misspelled name would change nothing, and nobody would notice. */
function checkNames(given: object): void {
  const unknown = Object.keys(given).find((name) => !Object.hasOwn(defaultSettings, name));
  if (unknown === undefined) return;
  throw new ChoreographyError(
    'INVALID_SETTINGS',
    `There is no setting ${unknown}; the settings are ${Object.keys(defaultSettings).sort().join(', ')}.`,
    { details: { name: unknown } },
  );
}

/** Fills in defaults, and refuses unknown names and combinations that would apply an effect twice. @throws INVALID_SETTINGS */
export function checkSettings(given: Partial<Settings> = {}): Settings {
  checkNames(given);
  const settings = { ...defaultSettings, ...given };
  for (const [name, value] of Object.entries(settings)) {
    const min = least[name as keyof Settings] ?? 0;
    if (Number.isFinite(value) && value >= min) continue;
    const message = `The setting ${name} is ${value}: give a number of at least ${min}.`;
    throw new ChoreographyError('INVALID_SETTINGS', message, { details: { name, value } });
  }
  if (settings.claimLifeSeconds < settings.messageAgeSecondsMax + CLOCK_SKEW_SECONDS) {
    throw new ChoreographyError(
      'INVALID_SETTINGS',
      `Claims live ${settings.claimLifeSeconds} s, but messages of up to ${settings.messageAgeSecondsMax} s are run: a message could be applied twice. Give claims at least ${CLOCK_SKEW_SECONDS} s more.`,
      { details: { claimLifeSeconds: settings.claimLifeSeconds, messageAgeSecondsMax: settings.messageAgeSecondsMax } },
    );
  }
  return settings;
}
