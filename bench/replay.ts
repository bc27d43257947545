// What an operator's tools cost: reading the embedded stream shard by shard, and replaying it into a queue that only
// counts. Time stands still but for waits, which are jumped over, so a rate costs nothing here; that it is held is measured
// by the machine's own clock.
import type { OperatorAccess } from '../lib/operations/access.ts';
import { startReplay } from '../lib/operations/replay/manage.ts';
import { runReplay } from '../lib/operations/replay/run.ts';
import { walkStream } from '../lib/operations/shard-walk.ts';
import { resolvePointer } from '../lib/runtime/paths/resolve-pointer.ts';
import type { StreamReader } from '../lib/runtime/ports/stream-reader.ts';
import { generationReads } from './generation-reads.ts';
import { cpuPerItem, type Figure } from './measure.ts';
import { createDesk, createJumpingClock, type Desk } from './replay-desk.ts';
import { heldRates } from './replay-rate.ts';

const EVENTS = 20_000;
const ROUNDS = 5;

async function walkAll(access: OperatorAccess): Promise<void> {
  let read = 0;
  const walk = { from: { kind: 'start' as const }, until: access.clock.now(), shards: new Map() };
  for await (const { records } of walkStream(access, walk)) read += records.length;
  if (read !== EVENTS) throw new Error(`${read} records were read, not ${EVENTS}`);
}

async function replayAll({ access, sent }: Desk, correlationId?: string): Promise<void> {
  const before = sent();
  const only = correlationId === undefined ? {} : { correlationId };
  const { id } = await startReplay(access, { consumer: 'inventory', from: { kind: 'start' }, ratePerSecond: 1_000, ...only });
  const { state } = await runReplay(access, id);
  const expected = correlationId === undefined ? EVENTS : 1;
  if (state !== 'done' || sent() - before !== expected) throw new Error(`the replay is ${state} after ${sent() - before} messages`);
}

/** Records that are read for a failure pointer that stands for ten. */
async function readsOfPointer({ access }: Desk): Promise<number> {
  const reader = access.stream as StreamReader;
  const [shard] = await reader.shards();
  const { records } = await reader.read({ shard: shard?.id ?? '', from: { kind: 'start' }, limit: 10 });
  let read = 0;
  const counting: StreamReader = {
    ...reader,
    async read(query) {
      const page = await reader.read(query);
      read += page.records.length;
      return page;
    },
  };
  const [startSequenceNumber = '', endSequenceNumber = ''] = [records[0]?.sequenceNumber, records.at(-1)?.sequenceNumber];
  const pointer = { stream: 'bench', shard: shard?.id ?? '', startSequenceNumber, endSequenceNumber, batchSize: 10 };
  const { deliveries } = await resolvePointer(counting, pointer);
  if (deliveries.length !== 10) throw new Error(`the pointer came to ${deliveries.length} records, not 10`);
  return read;
}

function perSecond({ name, value }: Figure): Figure {
  return { name, value: 1_000_000 / value, unit: 'records/s on one core' };
}

/** The rows. */
export async function replayBench(): Promise<readonly Figure[]> {
  const unit = 'µs CPU/record';
  const desk = createDesk(createJumpingClock(), EVENTS);
  const rows: Figure[] = [
    { name: 'walk over the stream, nothing else', value: await cpuPerItem(ROUNDS, EVENTS, () => walkAll(desk.access)), unit },
    { name: 'replay of one saga out of all', value: await cpuPerItem(ROUNDS, EVENTS, () => replayAll(desk, 'saga-7')), unit },
    { name: 'replay of everything', value: await cpuPerItem(ROUNDS, EVENTS, () => replayAll(desk)), unit },
  ];
  const pointer: Figure = { name: 'failure pointer of 10 records', value: await readsOfPointer(desk), unit: 'records read' };
  return [...rows, ...rows.slice(1).map(perSecond), pointer, ...(await generationReads()), ...(await heldRates())];
}
