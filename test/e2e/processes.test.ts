import { execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { CreateStreamCommand, KinesisClient } from '@aws-sdk/client-kinesis';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { runFolder } from '../../lib/localstack/folders.ts';
import { startLocalStack, statusOf, stopLocalStack } from '../../lib/localstack/index.ts';
import { until } from './fidelity/probe.ts';

interface Row {
  readonly pid: number;
  readonly parent: number;
}

async function processes(): Promise<readonly Row[]> {
  const { stdout } = await promisify(execFile)('ps', ['-A', '-o', 'pid=,ppid=,stat=']);
  const rows = stdout
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/));
  return rows.filter(([, , state]) => !state?.startsWith('Z')).map(([pid, parent]) => ({ pid: Number(pid), parent: Number(parent) }));
}

/** A process and everything below it. */
async function family(root: number): Promise<readonly number[]> {
  const rows = await processes();
  const below = (pid: number): number[] => [pid, ...rows.filter(({ parent }) => parent === pid).flatMap((row) => below(row.pid))];
  return below(root);
}

async function allGone(pids: readonly number[]): Promise<void> {
  await until(`the end of ${pids.length} processes`, async () => {
    const alive = new Set((await processes()).map(({ pid }) => pid));
    return pids.every((pid) => !alive.has(pid));
  });
}

/** Makes LocalStack start its Java and its Kinesis process. */
async function useAll(endpoint: string): Promise<void> {
  const config = {
    endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    requestHandler: new NodeHttpHandler(),
  };
  const key = {
    AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' as const }],
    KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' as const }],
  };
  await new DynamoDBClient(config).send(new CreateTableCommand({ TableName: 'one', BillingMode: 'PAY_PER_REQUEST', ...key }));
  await new KinesisClient(config).send(new CreateStreamCommand({ StreamName: 'one', ShardCount: 1 }));
}

async function guardOf(name: string): Promise<number> {
  const { pid = 0 } = await statusOf({ name });
  return pid;
}

describe('no process outlives the emulator', () => {
  let name: string;
  let members: readonly number[];
  beforeEach(async () => {
    name = `test-${randomBytes(4).toString('hex')}`;
    const { endpoint } = await startLocalStack({ name });
    await useAll(endpoint);
    members = await family(await guardOf(name));
    expect(members.length).toBeGreaterThanOrEqual(4); // guard, LocalStack, DynamoDB Local, kinesis-local
  });
  afterEach(async () => {
    await stopLocalStack({ name });
    await rm(runFolder(process.env, name), { recursive: true }); // its log
  });

  test('when it is stopped from elsewhere', async () => {
    expect(await stopLocalStack({ name })).toBe(true);
    await allGone(members);
    expect(await statusOf({ name })).toMatchObject({ state: 'down' });
    expect(await stopLocalStack({ name })).toBe(false);
  });

  test('when LocalStack is killed', async () => {
    process.kill(members[1] as number, 'SIGKILL');
    await allGone(members);
  });

  test('when its guard is killed', async () => {
    process.kill(members[0] as number, 'SIGKILL');
    await allGone(members);
  });
});

test('an emulator without a name ends when the process that started it is killed', async () => {
  const script = `import { startLocalStack } from './lib/localstack/index.ts';
    void startLocalStack().then(({ endpoint }) => console.log(endpoint)); setInterval(() => {}, 1000);`;
  const args = [join('node_modules', 'tsx', 'dist', 'cli.mjs'), '--conditions=source', '--input-type=module', '--eval', script];
  const owner = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'], detached: true });
  await once(owner.stdout, 'data');
  const members = await family(owner.pid as number);
  expect(members.length).toBeGreaterThanOrEqual(3);
  for (const pid of await ownersOf(members)) process.kill(pid, 'SIGKILL');
  await allGone(members);
});

/** The processes of Node that hold the emulator, not the emulator itself. */
async function ownersOf(members: readonly number[]): Promise<readonly number[]> {
  const { stdout } = await promisify(execFile)('ps', ['-o', 'pid=,args=', '-p', members.join(',')]);
  const lines = stdout
    .trim()
    .split('\n')
    .filter((line) => !line.includes('choreo_localstack'));
  return lines.map((line) => Number(line.trim().split(' ')[0]));
}
