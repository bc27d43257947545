import { isChoreographyError } from '../../contract/errors.ts';
import type { ShardPage, ShardPosition, StreamReader, StreamRecord } from '../../runtime/ports/stream-reader.ts';
import { broken, type ConformanceCase, check, checkSame, conformanceCase } from './check.ts';

/** A stream reader to be checked: on an empty stream, with the other end of it. */
export interface StreamReaderHarness {
  readonly reader: StreamReader;
  /** Puts records one after the other; where each came to lie. */
  put(
    records: readonly { readonly body: string; readonly partitionKey: string }[],
  ): Promise<readonly { readonly shard: string; readonly sequenceNumber: string }[]>;
  /** Lets time pass, until a record put now arrives later than those before it, as far as the stream can tell times apart. */
  pass(): Promise<void>;
  /** Makes the cursors that were given out too old. `undefined` where a test cannot wait for that. */
  readonly expireCursors: (() => Promise<void>) | undefined;
  /** Splits a shard in two, which closes it. `undefined` for a stream whose shards stay as they are. */
  readonly split: ((shard: string) => Promise<void>) | undefined;
}

const rule = conformanceCase<StreamReaderHarness>;

/** Pages after which a reader that does not come to an end is broken; empty ones are normal. */
const PAGES_MAX = 60;
/** Empty pages in a row, with nothing behind them, after which an open shard counts as read. */
const EMPTY_PAGES = 2;

type Put = { readonly shard: string; readonly sequenceNumber: string };

function bodies(records: readonly StreamRecord[]): readonly string[] {
  return records.map(({ body }) => body);
}

/** Reads on to the end of what is there; `closed`: the shard ended. */
async function readOn(
  reader: StreamReader,
  shard: string,
  from: Parameters<StreamReader['read']>[0]['from'],
  limit = 100,
): Promise<{ readonly records: readonly StreamRecord[]; readonly closed: boolean; readonly last: ShardPage }> {
  const records: StreamRecord[] = [];
  let position = from;
  let empty = 0;
  for (let pages = 0; pages < PAGES_MAX; pages += 1) {
    const page = await reader.read({ shard, from: position, limit });
    check(page.records.length <= limit, 'a page is bounded by its limit', { limit, records: page.records.length });
    check(page.behindMilliseconds >= 0, 'a page is never ahead of the stream', { behind: page.behindMilliseconds });
    records.push(...page.records);
    if (page.cursor === undefined) return { records, closed: true, last: page };
    empty = page.records.length === 0 && page.behindMilliseconds === 0 ? empty + 1 : 0;
    if (empty === EMPTY_PAGES) return { records, closed: false, last: page };
    position = { kind: 'cursor', cursor: page.cursor };
  }
  return broken('reading comes to the end of what is there', { pages: PAGES_MAX });
}

async function codeOf(read: Promise<unknown>): Promise<string> {
  try {
    await read;
    return 'no error';
  } catch (error) {
    return isChoreographyError(error) ? error.code : String(error);
  }
}

/** Puts records of one partition key, and gives their shard and numbers. */
async function putLine(
  { put }: StreamReaderHarness,
  texts: readonly string[],
  between: () => Promise<void> = async () => {},
): Promise<{ shard: string; numbers: string[] }> {
  const places: Put[] = [];
  for (const body of texts) {
    places.push(...(await put([{ body, partitionKey: 'saga-1' }])));
    await between();
  }
  const [first] = places;
  if (first === undefined) return broken('a record that is put has a place');
  return { shard: first.shard, numbers: places.map(({ sequenceNumber }) => sequenceNumber) };
}

const line = ['a', 'b', 'c', 'd', 'e'];

/** What is in a shard, and where reading it begins. */
const readingCases: readonly ConformanceCase<StreamReaderHarness>[] = [
  rule('an empty stream has shards, and an open shard is never at its end', async ({ reader }) => {
    const shards = await reader.shards();
    check(shards.length > 0, 'a stream has a shard');
    for (const { id } of shards) {
      const { records, closed } = await readOn(reader, id, { kind: 'start' });
      checkSame([bodies(records), closed], [[], false], 'an open shard without records has a cursor and nothing else');
    }
  }),
  rule('each record is read once, as it was put, in the shard that took it', async ({ reader, put }) => {
    const given = Array.from({ length: 12 }, (_, position) => ({
      body: JSON.stringify({ position, text: '"quotes" \\ \n 日本 👩‍🚀 \uFEFF' }),
      partitionKey: `saga-${position}|日本`,
    }));
    const places = await put(given);
    const found: { shard: string; sequenceNumber: string; body: string; partitionKey: string }[] = [];
    for (const { id } of await reader.shards()) {
      const { records } = await readOn(reader, id, { kind: 'start' }, 5);
      check(
        records.every(({ arrivedAt }) => arrivedAt > 0),
        'a record says when it arrived, in milliseconds since 1970',
      );
      found.push(...records.map(({ sequenceNumber, body, partitionKey }) => ({ shard: id, sequenceNumber, body, partitionKey })));
    }
    const byBody = (left: { body: string }, right: { body: string }) => (left.body < right.body ? -1 : 1);
    const expected = places.map((place, position) => ({ ...place, ...given[position] })) as typeof found;
    checkSame(
      found.sort(byBody).map(({ shard, sequenceNumber, body, partitionKey }) => [shard, sequenceNumber, body, partitionKey]),
      expected.sort(byBody).map(({ shard, sequenceNumber, body, partitionKey }) => [shard, sequenceNumber, body, partitionKey]),
      'what is read is what was put',
    );
  }),
  rule('records of a shard are in the order of their numbers, page by page', async (harness) => {
    const { shard, numbers } = await putLine(harness, line);
    for (const limit of [1, 2, 5]) {
      const { records } = await readOn(harness.reader, shard, { kind: 'start' }, limit);
      checkSame(bodies(records), line, `pages of ${limit} give each record once, in order`);
      checkSame(
        records.map(({ sequenceNumber }) => sequenceNumber),
        numbers,
        'sequence numbers are those of the put',
      );
    }
    const ordered = numbers.map(BigInt).every((number, index, all) => index === 0 || number > (all[index - 1] as bigint));
    check(ordered, 'sequence numbers grow', { numbers });
  }),
  rule('`at` begins with its record, `after` with the next one', async (harness) => {
    const { shard, numbers } = await putLine(harness, line);
    const expectFrom = async (from: ShardPosition, expected: readonly string[]) =>
      checkSame(bodies((await readOn(harness.reader, shard, from)).records), expected, `${from.kind} begins where it says`);
    for (const [index, sequenceNumber] of numbers.entries()) {
      await expectFrom({ kind: 'at', sequenceNumber }, line.slice(index));
      await expectFrom({ kind: 'after', sequenceNumber }, line.slice(index + 1));
    }
  }),
  rule('a time begins with the first record that arrived then or later', async (harness) => {
    const { shard } = await putLine(harness, line, () => harness.pass());
    const { records } = await readOn(harness.reader, shard, { kind: 'start' });
    for (const { arrivedAt } of records) {
      const expected = bodies(records.filter((record) => record.arrivedAt >= arrivedAt));
      const found = await readOn(harness.reader, shard, { kind: 'time', at: arrivedAt });
      checkSame(bodies(found.records), expected, 'a time leaves out what arrived before it, and nothing else');
    }
    const all = await readOn(harness.reader, shard, { kind: 'time', at: 0 });
    checkSame(bodies(all.records), line, 'a time before the first record begins with it');
  }),
  rule('`latest` gives only what is put later', async (harness) => {
    const { shard } = await putLine(harness, ['before']);
    const { records, cursor } = await harness.reader.read({ shard, from: { kind: 'latest' }, limit: 10 });
    checkSame([bodies(records), cursor === undefined], [[], false], '`latest` skips what is there, and has a cursor');
    await putLine(harness, ['later']);
    const later = await readOn(harness.reader, shard, { kind: 'cursor', cursor: cursor ?? '' });
    checkSame(bodies(later.records), ['later'], 'the cursor goes on with what came meanwhile');
  }),
  rule('a page that reaches the newest record is 0 milliseconds behind', async (harness) => {
    const { shard } = await putLine(harness, line);
    const { last } = await readOn(harness.reader, shard, { kind: 'start' });
    checkSame(last.behindMilliseconds, 0, 'nothing is left behind the last page');
  }),
];

/** Shards, and what cannot be read. */
const shardCases: readonly ConformanceCase<StreamReaderHarness>[] = [
  rule('a shard that is not there is UNKNOWN_SHARD', async ({ reader }) => {
    for (const from of [{ kind: 'start' }, { kind: 'latest' }] as const) {
      const code = await codeOf(reader.read({ shard: 'shardId-000000009999', from, limit: 1 }));
      checkSame(code, 'UNKNOWN_SHARD', `reading an unknown shard from ${from.kind} says so`);
    }
  }),
  rule('a cursor that is too old is CURSOR_EXPIRED, and its position still works', async (harness) => {
    const { reader, expireCursors } = harness;
    const { shard, numbers } = await putLine(harness, line);
    const { cursor, records } = await reader.read({ shard, from: { kind: 'at', sequenceNumber: numbers[0] ?? '' }, limit: 1 });
    if (expireCursors === undefined) return;
    await expireCursors();
    const code = await codeOf(reader.read({ shard, from: { kind: 'cursor', cursor: cursor ?? '' }, limit: 1 }));
    checkSame(code, 'CURSOR_EXPIRED', 'an old cursor says so');
    const rest = await readOn(reader, shard, { kind: 'after', sequenceNumber: records[0]?.sequenceNumber ?? numbers[0] ?? '' });
    checkSame(bodies(rest.records), line.slice(1), 'reading goes on after the last record');
  }),
  rule('a shard that is closed is read to its end, before the shards that go on from it', async (harness) => {
    const { reader, split } = harness;
    const { shard, numbers } = await putLine(harness, line);
    if (split === undefined) return;
    await split(shard);
    await harness.put([{ body: 'after', partitionKey: 'saga-1' }]);
    const shards = await reader.shards();
    const ids = shards.map(({ id }) => id);
    checkSame([...new Set(ids)].length, ids.length, 'each shard is listed once');
    for (const { id, parents } of shards) {
      check(
        parents.every((parent) => ids.indexOf(parent) < ids.indexOf(id) && ids.includes(parent)),
        'a shard is listed after its parents',
        { ids },
      );
    }
    const children = shards.filter(({ parents }) => parents.includes(shard));
    check(children.length === 2, 'both halves name the shard as their parent', { children: children.length });
    const parent = shards.find(({ id }) => id === shard);
    check(BigInt(parent?.lastSequenceNumber ?? -1) >= BigInt(numbers.at(-1) ?? 0), 'a closed shard says where it ends', { parent });
    const { records, closed } = await readOn(reader, shard, { kind: 'start' });
    checkSame([bodies(records), closed], [line, true], 'a closed shard ends after its last record');
    const found = await Promise.all(children.map(async ({ id }) => bodies((await readOn(reader, id, { kind: 'start' })).records)));
    checkSame(found.flat(), ['after'], 'what comes later is in one of the halves');
  }),
];

/** Every guarantee of the `StreamReader` port. Each case wants a stream that is empty. */
export const streamReaderConformance: readonly ConformanceCase<StreamReaderHarness>[] = [...readingCases, ...shardCases];
