import { ChoreographyError } from './errors.ts';
import {
  CLOCK_SKEW_SECONDS,
  FUNCTION_SECONDS_MAX,
  PARKED_SAGAS_MAX,
  QUEUE_RETENTION_DAYS,
  RETRY_ATTEMPTS_MAX,
  WAKE_SECONDS_MAX,
} from './limits.ts';

/** The numbers the runtime goes by. Every one has a default that suits AWS, and a most that it may be; a test may shorten them. */
export interface Settings {
  /**
   * Seconds that claims live after they are final: stream retention (7 days) + replay window (7 days) + margin (1 day). At most 400 days, as a
   * stream keeps 365. Those of steps live 400 days more: as far ahead, an event may be scheduled. @default 1_296_000
   */
  readonly claimLifeSeconds: number;
  /** No message older than this is run, by any path: the claim life without its margin, a minute less at least. @default 1_209_600 */
  readonly messageAgeSecondsMax: number;
  /**
   * Longest that one attempt can be running: the function's timeout, at most 900 as on Lambda. There it is what the function has,
   * and a smaller value changes nothing. @default 60
   */
  readonly attemptSecondsMax: number;
  /**
   * Milliseconds before the platform's deadline at which no new reaction is begun, at most 600_000: with more, even the longest function
   * would stand idle for most of its time. @default 5_000
   */
  readonly deadlineMarginMilliseconds: number;
  /** Milliseconds that a failing message is tried again in place, before its saga is parked; at most 900_000, the longest function. @default 3_000 */
  readonly inPlaceMilliseconds: number;
  /** Tries in place, at most 100, as a reaction has no more attempts. @default 3 */
  readonly inPlaceTriesMax: number;
  /** Share of a try in place that each message brings to the budget of its instance; at most 100, all that it can have. @default 0.2 */
  readonly retryBudgetShare: number;
  /** Tries in place that the budget of an instance holds, and begins with; at most 1_000_000, all of a batch of 10,000. @default 100 */
  readonly retryBudgetMax: number;
  /** Runs of one component after conflicts, in one batch; at most 100: each reads and commits again. @default 12 */
  readonly conflictRunsMax: number;
  /** Sagas of one consumer that may be parked; above it the stream waits. At most 5_000, which is what the journal lists. @default 100 */
  readonly parkedSagasMax: number;
  /** Messages in one parked saga's line; above it the stream waits. At most 500: one item of the journal names them all. @default 100 */
  readonly parkedMessagesMax: number;
  /**
   * Seconds between the first and the last try, at least, before a reaction without `onGiveUp` gives up; at most 14 days, as long
   * as a queue keeps a message. @default 900
   */
  readonly giveUpAgeSeconds: number;
  /** Technical give-ups in a row that pause the consumer; at most 10_000, a whole batch. @default 10 */
  readonly giveUpsInARowMax: number;
  /**
   * Longest spacing between tries of a parked saga, in seconds, unless a reaction asks for more (`retry.backoffSeconds`). At most 1_200: with more, a queue would drop a task after its 14 days
   * before the 1,000 receives are over that bring it to the dead letters. @default 60
   */
  readonly wakeSecondsMax: number;
  /** Seconds after which the sweep publishes what the commit's own process has not; at most 3_600. @default 30 */
  readonly sweepAfterSeconds: number;
  /** Seconds after which the sweep takes the expiry off a claim whose events are still unpublished; at most 400 days, the life of a claim. @default 3_600 */
  readonly keepClaimAfterSeconds: number;
  /**
   * Items of one kind that one sweep handles: half of them what has waited longest, half what is behind it. The rest waits a minute. At
   * most 10_000: they are read before the first is handled. @default 500
   */
  readonly sweepItemsMax: number;
  /** Writes in one transaction, at most 100, as in DynamoDB. @default 100 */
  readonly transactionWritesMax: number;
  /** Bytes in one transaction, at most 4_000_000, as in DynamoDB. @default 3_500_000 */
  readonly transactionBytesMax: number;
  /** Tries of one publish call, inline; at most 100, then the sweep goes on. @default 3 */
  readonly publishTriesMax: number;
  /** Tries of a commit that the store does not answer or throttles; at most 100, then the message comes again. @default 5 */
  readonly ambiguousCommitTriesMax: number;
  /** Redrives of one dead letter before it is quarantined; at most 1_000. @default 5 */
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

/** Records of the largest batch that Lambda takes from a stream. */
const BATCH_RECORDS_MAX = 10_000;
/** Days that a claim may live: a stream keeps at most 365, and the rest is for replays and the margin. */
const CLAIM_DAYS_MAX = 400;

/**
 * The least and the most of each. 1 is for what has to happen at least once: of none, a commit would count as made, and an event
 * would never go out. Above the most a setting would be passed over, or stand in the way of what it is to protect.
 */
const bounds: Readonly<Record<keyof Settings, readonly [least: number, most: number]>> = {
  claimLifeSeconds: [0, CLAIM_DAYS_MAX * 86_400],
  messageAgeSecondsMax: [0, CLAIM_DAYS_MAX * 86_400],
  attemptSecondsMax: [0, FUNCTION_SECONDS_MAX],
  deadlineMarginMilliseconds: [0, 600_000],
  inPlaceMilliseconds: [0, FUNCTION_SECONDS_MAX * 1_000],
  inPlaceTriesMax: [0, RETRY_ATTEMPTS_MAX],
  retryBudgetShare: [0, RETRY_ATTEMPTS_MAX],
  retryBudgetMax: [0, BATCH_RECORDS_MAX * RETRY_ATTEMPTS_MAX],
  conflictRunsMax: [1, 100],
  parkedSagasMax: [0, PARKED_SAGAS_MAX],
  parkedMessagesMax: [0, 500],
  giveUpAgeSeconds: [0, QUEUE_RETENTION_DAYS * 86_400],
  giveUpsInARowMax: [0, BATCH_RECORDS_MAX],
  wakeSecondsMax: [0, WAKE_SECONDS_MAX],
  sweepAfterSeconds: [0, 3_600],
  keepClaimAfterSeconds: [0, CLAIM_DAYS_MAX * 86_400],
  sweepItemsMax: [1, 10_000],
  transactionWritesMax: [1, 100],
  transactionBytesMax: [1, 4_000_000],
  publishTriesMax: [1, 100],
  ambiguousCommitTriesMax: [1, 100],
  redrivesMax: [0, 1_000],
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
    const [least, most] = bounds[name as keyof Settings];
    if (typeof value === 'number' && value >= least && value <= most) continue;
    const message = `The setting ${name} is ${value}: give a number from ${least} to ${most}.`;
    throw new ChoreographyError('INVALID_SETTINGS', message, { details: { name, value, least, most } });
  }
  if (settings.claimLifeSeconds < settings.messageAgeSecondsMax + CLOCK_SKEW_SECONDS) {
    throw new ChoreographyError(
      'INVALID_SETTINGS',
      `Claims live ${settings.claimLifeSeconds} s (claimLifeSeconds), but messages of up to ${settings.messageAgeSecondsMax} s are run (messageAgeSecondsMax): a message could be applied twice. Give claims at least ${CLOCK_SKEW_SECONDS} s more.`,
      { details: { claimLifeSeconds: settings.claimLifeSeconds, messageAgeSecondsMax: settings.messageAgeSecondsMax } },
    );
  }
  return settings;
}
