import { ChoreographyError, isChoreographyError } from 'aws-choreography';
import { describe, expect, test } from 'vitest';

test('an error is final and without details unless it says otherwise', () => {
  const error = new ChoreographyError('HOP_LIMIT', 'Too many hops.');
  expect(error).toMatchObject({ name: 'ChoreographyError', code: 'HOP_LIMIT', message: 'Too many hops.', details: {}, retryable: false });
  expect(error).toBeInstanceOf(Error);
  expect('cause' in error).toBe(false);
});

test('the cause is kept as it was', () => {
  const cause = new Error('socket closed');
  expect(new ChoreographyError('STORE', 'The store is away.', { cause, retryable: true })).toMatchObject({ cause, retryable: true });
});

describe('as JSON', () => {
  test('it has what a log needs: no stack, the cause as its message', () => {
    const error = new ChoreographyError('STORE', 'The store is away.', {
      cause: new Error('socket closed'),
      details: { table: 'orders' },
      retryable: true,
    });
    expect(JSON.parse(JSON.stringify(error))).toEqual({
      code: 'STORE',
      message: 'The store is away.',
      retryable: true,
      details: { table: 'orders' },
      cause: 'socket closed',
    });
  });

  test('a cause that is no error stays as it is, and none is left out', () => {
    expect(new ChoreographyError('STORE', 'Away.', { cause: 'ECONNRESET' }).toJSON()).toEqual({
      code: 'STORE',
      message: 'Away.',
      retryable: false,
      details: {},
      cause: 'ECONNRESET',
    });
    expect(new ChoreographyError('STORE', 'Away.').toJSON()).toEqual({ code: 'STORE', message: 'Away.', retryable: false, details: {} });
  });
});

describe('the guard', () => {
  /** What a second bundle of the package would have: the same name, another class. */
  class ChoreographyErrorOfAnotherBundle extends Error {
    override readonly name = 'ChoreographyError';
    readonly code = 'HOP_LIMIT';
  }

  test('knows our errors, also those of another bundle', () => {
    expect(isChoreographyError(new ChoreographyError('HOP_LIMIT', 'x'))).toBe(true);
    expect(isChoreographyError(new ChoreographyErrorOfAnotherBundle('x'))).toBe(true);
    expect(new ChoreographyErrorOfAnotherBundle('x')).not.toBeInstanceOf(ChoreographyError);
  });

  test('tells codes apart', () => {
    expect(isChoreographyError(new ChoreographyErrorOfAnotherBundle('x'), 'HOP_LIMIT')).toBe(true);
    expect(isChoreographyError(new ChoreographyErrorOfAnotherBundle('x'), 'TOO_OLD')).toBe(false);
  });

  test.each([new Error('x'), { name: 'ChoreographyError', code: 'HOP_LIMIT' }, 'HOP_LIMIT', undefined, null])(
    'knows that %s is not ours',
    (error) => {
      expect(isChoreographyError(error)).toBe(false);
    },
  );
});
