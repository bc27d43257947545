import { expect, test } from 'vitest';
import { createParameters } from '../../lib/aws/parameters.ts';
import { fakeClient, sdkError } from './fake-client.ts';

function failing(name: string, status?: number) {
  return createParameters(
    fakeClient(() => {
      throw sdkError(name, status);
    }),
  );
}

test('all pages below a path are listed, by full name', async () => {
  const client = fakeClient(({ input }) =>
    input.NextToken === undefined
      ? { Parameters: [{ Name: '/choreo/shop/services/order', Value: 'a' }], NextToken: 't' }
      : { Parameters: [{ Name: '/choreo/shop/services/stock', Value: 'b' }] },
  );
  expect([...(await createParameters(client).list('/choreo/shop/services'))]).toEqual([
    ['/choreo/shop/services/order', 'a'],
    ['/choreo/shop/services/stock', 'b'],
  ]);
});

test('a parameter that is not there is undefined, and removing it is fine', async () => {
  const parameters = failing('ParameterNotFound', 400);
  expect(await parameters.get('/choreo/shop/backbone')).toBeUndefined();
  await parameters.remove('/choreo/shop/backbone');
});

test('a value that does not fit is refused before anything is sent', async () => {
  const client = fakeClient(() => ({}));
  await expect(createParameters(client).put('/a', 'x'.repeat(4_001))).rejects.toMatchObject({ code: 'PARAMETER_TOO_LONG' });
  await createParameters(client).put('/a', 'x'.repeat(4_000));
  expect(client.calls.map(({ command }) => command)).toEqual(['PutParameterCommand']);
});

test.each([
  ['ThrottlingException', 400, true],
  ['TimeoutError', undefined, true],
  ['AccessDeniedException', 400, false],
] as const)('%s is PARAMETERS_UNAVAILABLE', async (name, status, retryable) => {
  const parameters = failing(name, status);
  for (const call of [parameters.get('/a'), parameters.list('/a'), parameters.put('/a', 'b'), parameters.remove('/a')]) {
    await expect(call).rejects.toMatchObject({ code: 'PARAMETERS_UNAVAILABLE', retryable });
  }
});

test('a listing that does not end is given up', async () => {
  const client = fakeClient(() => ({ Parameters: [], NextToken: 't' }));
  await expect(createParameters(client).list('/a')).rejects.toMatchObject({ code: 'PARAMETERS_UNAVAILABLE' });
  expect(client.calls).toHaveLength(500);
});
