import { describe, expect, test } from 'vitest';
import { checkSettings, defaultSettings, type Settings } from '../../lib/contract/settings.ts';

const refused = (given: object) => () => checkSettings(given as Partial<Settings>);

describe('the settings', () => {
  test('have defaults, which are settings themselves', () => {
    expect(checkSettings()).toEqual(defaultSettings);
    expect(checkSettings({ redrivesMax: 0 })).toEqual({ ...defaultSettings, redrivesMax: 0 });
  });

  test.each([-1, Number.NaN, Number.POSITIVE_INFINITY, '5', null])('are numbers, and %j is none of theirs', (redrivesMax) => {
    expect(refused({ redrivesMax })).toThrow(expect.objectContaining({ code: 'INVALID_SETTINGS' }));
  });

  test.each([
    'conflictRunsMax',
    'sweepItemsMax',
    'transactionWritesMax',
    'transactionBytesMax',
    'publishTriesMax',
    'ambiguousCommitTriesMax',
  ])('let what has to happen at least once happen: %s', (name) => {
    expect(refused({ [name]: 0 })).toThrow(`The setting ${name} is 0: give a number of at least 1.`);
    expect(refused({ [name]: 0.5 })).toThrow(expect.objectContaining({ code: 'INVALID_SETTINGS' }));
    expect(refused({ [name]: 1 })).not.toThrow();
  });

  test('keep claims for longer than messages are run', () => {
    expect(refused({ claimLifeSeconds: 159, messageAgeSecondsMax: 100 })).toThrow(/a message could be applied twice/);
    expect(refused({ claimLifeSeconds: 160, messageAgeSecondsMax: 100 })).not.toThrow();
  });

  test('are those that there are', () => {
    expect(refused({ parkedSagaMax: 1 })).toThrow(/^There is no setting parkedSagaMax; the settings are ambiguousCommitTriesMax, /);
  });
});
