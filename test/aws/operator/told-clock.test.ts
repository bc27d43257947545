import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { awsClients } from '../../../lib/aws/calls/clients.ts';
import { toldClock } from '../../../lib/aws/operator/told-clock.ts';
import { awsServer } from '../calls/aws-server.ts';

const NOW = Date.parse('2026-03-01T12:00:00.000Z');
/** What the server dates its answers with. */
let dated = NOW;
/** Milliseconds that a call takes by the machine's clock. */
let takes = 0;
let machine = NOW;

const server = awsServer((_call, response) => {
  machine += takes;
  response.setHeader('date', new Date(dated).toUTCString());
  response.setHeader('content-type', 'application/x-amz-json-1.0');
  response.end('{"TableNames":[]}');
});
beforeAll(() => server.start());
afterAll(() => {
  server.stop();
  vi.unstubAllEnvs();
});

/** What an operator's clock says at noon after one call, by a machine that is so many seconds off. */
async function noonOf(offSeconds: number, callMilliseconds = 0): Promise<number> {
  [dated, takes, machine] = [NOW, callMilliseconds, NOW + offSeconds * 1000];
  const clients = awsClients();
  const clock = toldClock([clients.of(DynamoDBClient)], { now: () => machine, sleep: async () => {} });
  await clients.of(DynamoDBClient).send(new ListTablesCommand({}));
  clients.destroy();
  return clock.now() - machine + NOW + offSeconds * 1000;
}

test('a machine that is minutes off, either way, goes by the date of the answers', async () => {
  for (const seconds of [-240, -10, 10, 240]) expect(Math.abs((await noonOf(seconds)) - NOW)).toBeLessThanOrEqual(500);
});

test('one that is right within seconds keeps its own time, which is finer than a date', async () => {
  for (const seconds of [-3, 0, 3]) expect(await noonOf(seconds)).toBe(NOW + seconds * 1000);
});

test('a call that takes long leaves open when its answer was dated, and so changes nothing', async () => {
  expect(await noonOf(-20, 30_000)).toBe(NOW - 20_000);
});

test('the last answer counts: a clock that was set right is left alone', async () => {
  [dated, takes, machine] = [NOW, 0, NOW - 240_000];
  const clients = awsClients();
  const clock = toldClock([clients.of(DynamoDBClient)], { now: () => machine, sleep: async () => {} });
  await clients.of(DynamoDBClient).send(new ListTablesCommand({}));
  expect(clock.now()).toBeGreaterThan(NOW - 1);
  machine = NOW;
  await clients.of(DynamoDBClient).send(new ListTablesCommand({}));
  clients.destroy();
  expect(clock.now()).toBe(NOW);
});

test('a call that takes long does not move a clock that goes by an earlier answer, either', async () => {
  [dated, takes, machine] = [NOW, 0, NOW - 240_000];
  const clients = awsClients();
  const clock = toldClock([clients.of(DynamoDBClient)], { now: () => machine, sleep: async () => {} });
  await clients.of(DynamoDBClient).send(new ListTablesCommand({}));
  const off = clock.now() - machine;
  takes = 30_000;
  await clients.of(DynamoDBClient).send(new ListTablesCommand({}));
  clients.destroy();
  expect(clock.now() - machine).toBe(off);
});
