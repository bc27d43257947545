import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { createDynamoStore } from '../../../lib/aws/dynamo/store.ts';
import { fakeClient } from '../fake-client.ts';

export const NOW = 1_767_225_600_000;

/** A store whose table answers as `answer` says; the clock stands, and keeps the waits. */
export function fakeStore(answer: Parameters<typeof fakeClient>[0] = () => ({})) {
  const fake = fakeClient(answer);
  const waits: number[] = [];
  const clock = {
    now: () => NOW,
    sleep: async (milliseconds: number) => {
      waits.push(milliseconds);
    },
  };
  const client = fake as unknown as DynamoDBClient;
  const store = createDynamoStore({ client, table: 'journal', tables: { orders: 'team-orders' }, clock });
  return { store, client, calls: fake.calls, waits, clock };
}

/** A transaction that was cancelled, with a reason for each request. */
export function cancelledError(...reasons: readonly (string | Readonly<Record<string, unknown>>)[]): Error {
  const CancellationReasons = reasons.map((reason) => (typeof reason === 'string' ? { Code: reason } : reason));
  const $metadata = { httpStatusCode: 400 };
  return Object.assign(new Error('cancelled'), { name: 'TransactionCanceledException', CancellationReasons, $metadata });
}
