// The runtime over DynamoDB: two processes that get the same messages, in batches, with answers that get lost.

import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { defineEntity, defineReaction, defineService } from 'aws-choreography';
import { afterAll, expect, test } from 'vitest';
import { journalClient } from '../../lib/aws/dynamo/client.ts';
import { createDynamoControl } from '../../lib/aws/dynamo/control.ts';
import { createDynamoStore } from '../../lib/aws/dynamo/store.ts';
import { systemClock as clock, systemEntropy as entropy } from '../../lib/aws/system-clock.ts';
import type { Envelope } from '../../lib/contract/envelope.ts';
import { createRuntime } from '../../lib/runtime/create-runtime.ts';
import { entityKey, keyText } from '../../lib/runtime/journal/item-key.ts';
import type { ServiceRuntime } from '../../lib/runtime/service-runtime.ts';
import { deliveriesOf, event, messageOf } from '../runtime/rig.ts';
import { createTables } from './dynamo-tables.ts';

const MESSAGES = 100;
const BATCH = 10;
/** Of the transactions that are carried out, every second answer is lost. */
const LOST_EVERY = 2;
const BATCH_MILLISECONDS = 60_000;

const tables = createTables();
afterAll(tables.removeAll);

const placed = event('OrderPlaced');
const reserved = event('StockReserved');
const table = { name: 'orders', key: (id: string) => ({ orderNumber: Number(id) }), versionAttribute: 'rev' };
const Stock = defineEntity<{ readonly taken: number }>('Stock');
const Order = defineEntity<{ readonly status: string; readonly number: number }>('Order', { table });

const service = defineService({
  name: 'stock',
  reactions: [
    defineReaction({
      name: 'reserve',
      on: placed,
      emits: [reserved],
      async react({ data: { id } }, tx) {
        const shelf = `shelf-${Number(id) % 4}`;
        const { taken = 0 } = (await tx.get(Stock, shelf)) ?? {};
        tx.put(Stock, shelf, { taken: taken + 1 });
        await tx.get(Order, id);
        tx.put(Order, id, { status: 'reserved', number: Number(id) });
        tx.emit(reserved, { id });
      },
    }),
  ],
});

/** A client that loses answers after the table has done its work. */
function losing() {
  const client = journalClient(new DynamoDBClient({ maxAttempts: 1 }));
  let transactions = 0;
  let lost = 0;
  client.middlewareStack.add(
    (next, context) => async (args) => {
      const result = await next(args);
      if (context['commandName'] !== 'TransactWriteItemsCommand') return result;
      transactions += 1;
      if (transactions % LOST_EVERY !== 0) return result;
      lost += 1;
      throw Object.assign(new Error('the answer got lost'), { name: 'TimeoutError' });
    },
    { step: 'finalizeRequest', priority: 'low', name: 'loseAnswers' },
  );
  return { client, lost: () => lost };
}

interface Names {
  readonly table: string;
  readonly orders: string;
  readonly control: string;
}

function startProcess(client: DynamoDBClient, names: Names, published: Envelope[]): ServiceRuntime {
  return createRuntime({
    service,
    ports: {
      store: createDynamoStore({ client, table: names.table, tables: { orders: names.orders }, clock }),
      control: createDynamoControl({ client, table: names.control }),
      publisher: {
        async publish(events) {
          published.push(...events);
          return events.map(() => ({ status: 'published' }));
        },
      },
      replayQueue: { send: async () => undefined },
      clock,
      entropy,
      telemetry: { count: () => undefined, time: () => undefined, log: () => undefined },
    },
  });
}

/** Hands a process its messages batch by batch; what is unfinished comes again, as a stream would give it. */
async function consumeAll(runtime: ServiceRuntime, messages: readonly Envelope[]): Promise<void> {
  for (let at = 0; at < messages.length; at += BATCH) {
    let left = messages.slice(at, at + BATCH);
    for (let turn = 0; turn < 10 && left.length > 0; turn += 1) {
      const results = await runtime.consume(deliveriesOf(left, clock.now()), { deadline: clock.now() + BATCH_MILLISECONDS });
      left = left.filter((_, index) => results[index]?.status !== 'done');
    }
    expect(left).toEqual([]);
  }
}

test('two processes that get 100 messages twice each, and lose every second answer, apply each one once', async () => {
  const names = { table: await tables.journal(), orders: await tables.orders(), control: await tables.control() };
  const wire = losing();
  const published: Envelope[] = [];
  const ids = Array.from({ length: MESSAGES }, (_, index) => String(index));
  const messages = ids.map((id) => messageOf(placed, id, { time: new Date(clock.now()).toISOString() }));
  const backwards = [...messages].reverse();
  await Promise.all([
    consumeAll(startProcess(wire.client, names, published), [...messages, ...backwards]),
    consumeAll(startProcess(wire.client, names, published), [...backwards, ...messages]),
  ]);

  expect(wire.lost()).toBeGreaterThan(2);
  const store = createDynamoStore({ client: tables.client, table: names.table, tables: { orders: names.orders }, clock });
  const shelves = ['shelf-0', 'shelf-1', 'shelf-2', 'shelf-3'].map((id) => ({ entity: 'Stock', id }));
  const orders = ids.map((id) => ({ entity: 'Order', id, table }));
  const { entities } = await store.read({ entities: [...shelves, ...orders] });
  const stateOf = (entity: string, id: string) => entities.get(keyText(entityKey(entity, id)))?.state;
  expect(shelves.map(({ id }) => stateOf('Stock', id))).toEqual(shelves.map(() => ({ taken: MESSAGES / 4 })));
  expect(ids.map((id) => stateOf('Order', id))).toEqual(ids.map((id) => ({ status: 'reserved', number: Number(id) })));
  expect(new Set(published.map(({ id }) => id)).size).toBe(MESSAGES);
  expect((await store.scanClaims({ limit: 1_000 })).items.map(({ state }) => state)).toEqual(ids.map(() => 'done'));
  expect((await store.listDeadLetters({ limit: 10 })).items).toEqual([]);
  expect(await store.listOutbox({ before: clock.now() + BATCH_MILLISECONDS, limit: 10 })).toEqual([]);
});
