// What an event costs through the real SDK, over TLS to a fake of DynamoDB and Kinesis on this machine: ours beside what a
// team would take instead. docs/performance.md says what is compared, and what is not counted.
import { fork } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Figure } from '../measure.ts';
import { type Fake, nextMessage, startFake } from './fake.ts';
import type { FakeCounts } from './fake-aws.ts';
import type { Age, VariantName, VariantResult } from './variant.ts';
import type { Work } from './work.ts';

interface Row {
  readonly name: string;
  readonly variant: VariantName;
  readonly batch: number;
  readonly environment?: Readonly<Record<string, string>>;
}

const BATCH = 100;
/** Milliseconds that the fake takes for an answer, beside none: about what DynamoDB takes for a write. */
const LATENCY_MILLISECONDS = 8;

const documented: Row = { name: 'Powertools, documented form', variant: 'powertools-documented', batch: BATCH };
const extended: Row = { name: 'Powertools, schema extended once', variant: 'powertools-extended', batch: BATCH };
const transaction: Row = { name: 'a transaction per event, by hand', variant: 'transaction', batch: BATCH };
const ours = (batch: number): Row => ({ name: `ours, batches of ${batch}`, variant: 'ours', batch });
/** The others log nothing; ours writes a line for each event, unless it is told not to. */
const oursWithoutLogs: Row = {
  ...ours(BATCH),
  name: `ours, batches of ${BATCH}, logs from WARN on`,
  environment: { POWERTOOLS_LOG_LEVEL: 'WARN' },
};

/** CPU microseconds of an event, by what handled it. */
type Costs = ReadonlyMap<VariantName, VariantResult['cost']>;

interface Section {
  readonly name: string;
  readonly title: string;
  readonly work: Work;
  readonly latencyMilliseconds: number;
  readonly rows: readonly Row[];
}

const sections: readonly Section[] = [
  {
    name: 'aws-write',
    title: 'a state is written',
    work: 'write',
    latencyMilliseconds: 0,
    rows: [
      { name: 'bare loop: decode and call', variant: 'bare', batch: BATCH },
      documented,
      extended,
      transaction,
      { ...transaction, name: `${transaction.name}, one at a time`, batch: 1 },
      ours(1),
      ours(10),
      ours(BATCH),
      oursWithoutLogs,
    ],
  },
  {
    name: 'aws-latency',
    title: `the same, each call takes ${LATENCY_MILLISECONDS} ms`,
    work: 'write',
    latencyMilliseconds: LATENCY_MILLISECONDS,
    rows: [documented, extended, transaction, ours(BATCH)],
  },
  {
    name: 'aws-read',
    title: 'a state is read, then written',
    work: 'read',
    latencyMilliseconds: 0,
    rows: [documented, extended, transaction, ours(BATCH)],
  },
  {
    name: 'aws-publish',
    title: 'a state is written and an event published',
    work: 'publish',
    latencyMilliseconds: 0,
    rows: [documented, extended, transaction, ours(BATCH)],
  },
];

/** Calls of some kinds per event. */
function callsPerEvent({ calls }: FakeCounts, events: number, kind: RegExp): number {
  const counted = Object.entries(calls).filter(([operation]) => kind.test(operation));
  return counted.reduce((sum, [, count]) => sum + count, 0) / events;
}

async function runRow(fake: Fake, folder: string, { variant, batch, environment }: Row, work: Work): Promise<VariantResult> {
  const child = fork(join(folder, 'variant.mjs'), [variant, work, String(batch)], {
    env: { ...process.env, NODE_NO_WARNINGS: '1', ...fake.environment, ...environment },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'], // what is logged is written, and read by nobody
  });
  return nextMessage<VariantResult>(child, variant);
}

/** How many times less than the others, of the rows before. */
function ratiosOf(name: string, cost: VariantResult['cost'], costs: Costs): readonly Figure[] {
  const ratio = (other: VariantName, age: Age) => (costs.get(other)?.[age] ?? Number.NaN) / cost[age];
  return [
    { name, value: ratio('powertools-documented', 'grown'), unit: '× less than documented' },
    { name, value: ratio('powertools-extended', 'grown'), unit: '× less than extended' },
    { name, value: ratio('powertools-documented', 'young'), unit: '× young' },
    { name, value: ratio('powertools-extended', 'young'), unit: '× young, extended' },
  ];
}

/** The figures of one row; `costs`: of the rows before it. */
function figuresOf({ name, variant }: Row, { events, cost }: VariantResult, counts: FakeCounts, costs: Costs): readonly Figure[] {
  const compared = variant === 'ours' || variant === 'transaction';
  return [
    { name, value: cost.grown, unit: 'µs CPU' },
    { name, value: cost.young, unit: 'µs young' },
    {
      name,
      value: callsPerEvent(counts, events, /\.(?:PutItem|UpdateItem|DeleteItem|BatchWriteItem|TransactWriteItems)$/),
      unit: 'writes',
    },
    { name, value: callsPerEvent(counts, events, /\.(?:GetItem|BatchGetItem|Query)$/), unit: 'reads' },
    { name, value: callsPerEvent(counts, events, /\.PutRecords?$/), unit: 'publishes' },
    ...(compared ? ratiosOf(name, cost, costs) : []),
  ];
}

async function runSection(fake: Fake, folder: string, { work, latencyMilliseconds, rows }: Section): Promise<readonly Figure[]> {
  const figures: Figure[] = [];
  const costs = new Map<VariantName, VariantResult['cost']>();
  for (const row of rows) {
    await fake.reset(latencyMilliseconds);
    const result = await runRow(fake, folder, row, work);
    const counts = await fake.counts();
    if (counts.unknown.length > 0) throw new Error(`${row.name} asked for ${counts.unknown.join(', ')}, which the fake does not know`);
    if (row.variant !== 'bare' && counts.items < result.events)
      throw new Error(`${row.name} wrote ${counts.items} items for ${result.events} events`);
    costs.set(row.variant, result.cost);
    figures.push(...figuresOf(row, result, counts, costs));
  }
  return figures;
}

/** The benches, one for each kind of work. */
export const awsBenches = sections.map((section) => ({
  name: section.name,
  title: `Through the AWS SDK, per event: ${section.title}`,
  async run(): Promise<readonly Figure[]> {
    const folder = fileURLToPath(new URL('.', import.meta.url));
    const fake = await startFake(folder);
    try {
      return await runSection(fake, folder, section);
    } finally {
      fake.stop();
    }
  },
}));
