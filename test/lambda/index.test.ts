import { expect, test } from 'vitest';
import * as lambda from '../../lib/lambda/index.ts';

test('the lambda entry gives the readers of what AWS sends', () => {
  expect(lambda).toMatchObject({ recordsFromLambdaEvent: expect.any(Function), parseFailureRecord: expect.any(Function) });
});
