import { defineReaction, defineService, type EventType } from 'aws-choreography';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { environmentNames } from '../../lib/contract/deployment.ts';
import { createHandlersOn } from '../../lib/lambda/create-handlers.ts';
import type { BatchResponse } from '../../lib/lambda/lambda-context.ts';
import { awsServer } from '../aws/calls/aws-server.ts';
import { event, messageOf } from '../runtime/rig.ts';
import { context, kinesisEvent, variables } from './bench.ts';

/** A function may begin something new until 5 s before its end; its calls are over half a second before it. */
const REMAINING_MILLISECONDS = 8_000;

const STEP_MILLISECONDS = 100;

/** An operation that never gets an answer, while all others do. */
let hanging = '';
let arrived: () => void = () => {};
const answers: Record<string, string> = {
  PutRecords: JSON.stringify({ FailedRecordCount: 0, Records: [{ SequenceNumber: '1', ShardId: '0' }] }),
};
const aws = awsServer(({ operation }, response) => {
  if (operation === hanging) arrived();
  else response.end(answers[operation] ?? '{}');
});

beforeEach(async () => {
  await aws.start();
  vi.stubEnv('POWERTOOLS_LOG_LEVEL', 'SILENT');
  vi.stubEnv('POWERTOOLS_METRICS_DISABLED', 'true');
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] });
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllEnvs();
  aws.stop();
});

const OrderPlaced = event('OrderPlaced');
const OrderPaid = event('OrderPaid');
const OrderTold = event('OrderTold');
const rest = defineReaction({ name: 'rest', on: OrderPlaced, react: async () => {} });
const tell = defineReaction({ name: 'tell', on: OrderPaid, emits: [OrderTold], react: ({ data }, tx) => tx.emit(OrderTold, data) });
const service = defineService({ name: 'shop', reactions: [rest, tell] });

/** What a function reports while an operation gets no answer, if it does within its time. */
async function reportInTime(operation: string, run: () => Promise<BatchResponse | undefined>): Promise<BatchResponse | undefined | 'late'> {
  hanging = operation;
  const asked = new Promise<void>((done) => {
    arrived = done;
  });
  let report: BatchResponse | undefined | 'late' = 'late';
  void run().then((result) => {
    report = result;
  });
  await asked;
  // What is left passes; not a millisecond more, so whatever goes on waiting would never end.
  for (let passed = 0; passed < REMAINING_MILLISECONDS; passed += STEP_MILLISECONDS) {
    await vi.advanceTimersByTimeAsync(STEP_MILLISECONDS);
    await new Promise((done) => setImmediate(done)); // the sockets are real
  }
  return report;
}

const batchOf = (type: EventType) => kinesisEvent({ ...messageOf(type, 'o-1'), time: new Date().toISOString() });

test.each([
  ['GetItem', OrderPlaced, 1],
  ['BatchGetItem', OrderPlaced, 1],
  ['PutItem', OrderPlaced, 1],
  ['TransactWriteItems', OrderPaid, 1],
  ['PutRecords', OrderPaid, 0], // what is committed is a success
  ['BatchWriteItem', OrderPaid, 0],
])('a function that gets no answer to %s still reports its batch in time', async (operation, type, failures) => {
  const { worker } = createHandlersOn({ service, clients: {}, variables: () => variables });
  const report = await reportInTime(operation, () => worker(batchOf(type), context(REMAINING_MILLISECONDS)));
  expect(report).toMatchObject({ batchItemFailures: { length: failures } });
});

test.each([
  ['GetParametersByPath', ''],
  ['PutEvents', '*'],
])('a bridge that gets no answer to %s still reports its batch in time', async (operation, always) => {
  vi.stubEnv(environmentNames.backbone, 'shop');
  vi.stubEnv(environmentNames.bus, 'shop-events');
  vi.stubEnv(environmentNames.deadLetterQueue, 'https://sqs.us-east-1.amazonaws.com/1/bridge-dead-letters');
  vi.stubEnv(environmentNames.bridgeTypes, always);
  vi.resetModules(); // its clients are made once a process
  const { handler } = await import('../../lib/lambda/bridge.ts');
  const report = await reportInTime(operation, () => handler(batchOf(OrderPaid), context(REMAINING_MILLISECONDS)));
  expect(report).toMatchObject({ batchItemFailures: { length: 1 } });
});
