import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { defineReaction, defineService } from 'aws-choreography';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createHandlersOn } from '../../lib/lambda/create-handlers.ts';
import { event, messageOf } from '../runtime/rig.ts';
import { context, kinesisEvent, variables } from './bench.ts';

/** A function may begin something new until 5 s before its end; its calls are over half a second before it. */
const REMAINING_MILLISECONDS = 8_000;

const STEP_MILLISECONDS = 100;

/** An operation that never gets an answer, while all others do. */
let hanging = '';
let arrived: () => void = () => {};
const server = createServer((request, response) => {
  const operation = String(request.headers['x-amz-target']).split('.').at(-1) ?? '';
  if (operation === hanging) arrived();
  else response.end('{}');
});

beforeEach(async () => {
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  vi.stubEnv('AWS_ENDPOINT_URL', `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  vi.stubEnv('AWS_REGION', 'us-east-1');
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'test');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test');
  vi.stubEnv('POWERTOOLS_LOG_LEVEL', 'SILENT');
  vi.stubEnv('POWERTOOLS_METRICS_DISABLED', 'true');
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] });
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllEnvs();
  server.closeAllConnections();
  server.close();
});

const OrderPlaced = event('OrderPlaced');
const service = defineService({ name: 'shop', reactions: [defineReaction({ name: 'rest', on: OrderPlaced, react: async () => {} })] });

test.each(['GetItem', 'BatchGetItem', 'PutItem'])(
  'a function whose table leaves %s unanswered still reports its batch in time',
  async (operation) => {
    hanging = operation;
    const asked = new Promise<void>((done) => {
      arrived = done;
    });
    const { worker } = createHandlersOn({ service, clients: {}, variables: () => variables });
    const batch = kinesisEvent({ ...messageOf(OrderPlaced, 'o-1'), time: new Date().toISOString() });
    const report = worker(batch, context(REMAINING_MILLISECONDS));
    let reported = false;
    void report.then(() => {
      reported = true;
    });
    await asked;
    // What is left passes; not a millisecond more, so whatever goes on waiting would never end.
    for (let passed = 0; passed < REMAINING_MILLISECONDS; passed += STEP_MILLISECONDS) {
      await vi.advanceTimersByTimeAsync(STEP_MILLISECONDS);
      await new Promise((done) => setImmediate(done)); // the sockets are real
    }
    expect(reported).toBe(true);
    expect((await report)?.batchItemFailures).toHaveLength(1);
  },
);
