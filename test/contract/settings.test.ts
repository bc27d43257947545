import { describe, expect, test } from 'vitest';
import { checkSettings, defaultSettings, type Settings } from '../../lib/contract/settings.ts';

const refused = (given: object) => () => checkSettings(given as Partial<Settings>);

/** From the limits of AWS (Lambda: 900 s and batches of 10,000; DynamoDB: 100 writes of 4 MB; Kinesis: 365 days), or what the runtime can bear. */
const mosts: Settings = {
  claimLifeSeconds: 34_560_000,
  messageAgeSecondsMax: 34_560_000,
  attemptSecondsMax: 900,
  deadlineMarginMilliseconds: 600_000,
  inPlaceMilliseconds: 900_000,
  inPlaceTriesMax: 100,
  retryBudgetShare: 100,
  retryBudgetMax: 1_000_000,
  conflictRunsMax: 100,
  parkedSagasMax: 5_000,
  parkedMessagesMax: 500,
  giveUpAgeSeconds: 1_209_600,
  giveUpsInARowMax: 10_000,
  wakeSecondsMax: 1_200,
  sweepAfterSeconds: 3_600,
  keepClaimAfterSeconds: 34_560_000,
  sweepItemsMax: 10_000,
  transactionWritesMax: 100,
  transactionBytesMax: 4_000_000,
  publishTriesMax: 100,
  ambiguousCommitTriesMax: 100,
  redrivesMax: 1_000,
};

describe('the settings', () => {
  test('have defaults, which are settings themselves', () => {
    expect(checkSettings()).toEqual(defaultSettings);
    expect(checkSettings({ redrivesMax: 0 })).toEqual({ ...defaultSettings, redrivesMax: 0 });
  });

  test.each([-1, Number.NaN, Number.POSITIVE_INFINITY, '5', null])('are numbers, and %j is none of theirs', (redrivesMax) => {
    expect(refused({ redrivesMax })).toThrow(expect.objectContaining({ code: 'INVALID_SETTINGS' }));
  });

  test.each([
    ['conflictRunsMax', 100],
    ['sweepItemsMax', 10_000],
    ['transactionWritesMax', 100],
    ['transactionBytesMax', 4_000_000],
    ['publishTriesMax', 100],
    ['ambiguousCommitTriesMax', 100],
  ])('let what has to happen at least once happen: %s', (name, most) => {
    expect(refused({ [name]: 0 })).toThrow(`The setting ${name} is 0: give a number from 1 to ${most}.`);
    expect(refused({ [name]: 0.5 })).toThrow(expect.objectContaining({ code: 'INVALID_SETTINGS' }));
    expect(refused({ [name]: 1 })).not.toThrow();
  });

  test.each(Object.entries(mosts))('have a most that makes sense: %s is at most %i', (name, most) => {
    expect(refused({ [name]: most + 1 })).toThrow(
      expect.objectContaining({
        code: 'INVALID_SETTINGS',
        message: expect.stringMatching(new RegExp(`^The setting ${name} is ${most + 1}: give a number from [01] to ${most}\\.$`)),
      }),
    );
    const life = name === 'messageAgeSecondsMax' ? { messageAgeSecondsMax: most - 60, claimLifeSeconds: most } : {};
    expect(refused({ [name]: most, ...life })).not.toThrow();
  });

  test('have a most for each of them', () => {
    expect(Object.keys(mosts).sort()).toEqual(Object.keys(defaultSettings).sort());
  });

  test('keep claims for longer than messages are run', () => {
    expect(refused({ claimLifeSeconds: 159, messageAgeSecondsMax: 100 })).toThrow(/a message could be applied twice/);
    expect(refused({ claimLifeSeconds: 160, messageAgeSecondsMax: 100 })).not.toThrow();
  });

  test('are those that there are', () => {
    expect(refused({ parkedSagaMax: 1 })).toThrow(/^There is no setting parkedSagaMax; the settings are ambiguousCommitTriesMax, /);
  });
});
