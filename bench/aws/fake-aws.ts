// DynamoDB and Kinesis of a world in which every message comes for the first time: nothing is found, every condition
// holds. A process of its own, so that its CPU is not counted; it counts the calls.
import type { IncomingMessage } from 'node:http';
import { createServer } from 'node:https';
import { type Certificate, createCertificate } from './certificate.ts';

/** What the fake is told, one message at a time; it answers each one. */
export type FakeQuestion = { readonly ask: 'counts' } | { readonly ask: 'reset'; readonly latencyMilliseconds: number };

/** Calls by their operation, and what was in them, since the last reset. */
export interface FakeCounts {
  readonly calls: Readonly<Record<string, number>>;
  /** Items that were put or updated, and records of a stream. */
  readonly items: number;
  /** Operations that it does not know and refused: what was measured is then something else. */
  readonly unknown: readonly string[];
}

/** The fake's first message. */
export interface FakeStarted {
  readonly port: number;
  readonly cert: Certificate['cert'];
}

type Body = Readonly<Record<string, never>>;
type Operation = (body: Body) => { readonly answer: object; readonly items?: number };

const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
const empty = { answer: {} };
const one = { answer: {}, items: 1 };
const sequenced = (index: number) => ({ SequenceNumber: String(index + 1), ShardId: 'shardId-000000000000' });

const operations: Readonly<Record<string, Operation>> = {
  'DynamoDB_20120810.GetItem': () => empty,
  'DynamoDB_20120810.BatchGetItem': () => ({ answer: { Responses: {}, UnprocessedKeys: {} } }),
  'DynamoDB_20120810.Query': () => ({ answer: { Items: [], Count: 0, ScannedCount: 0 } }),
  'DynamoDB_20120810.PutItem': () => one,
  'DynamoDB_20120810.UpdateItem': () => one,
  'DynamoDB_20120810.DeleteItem': () => empty,
  'DynamoDB_20120810.BatchWriteItem': () => ({ answer: { UnprocessedItems: {} } }), // only deletes are sent with it
  'DynamoDB_20120810.TransactWriteItems': (body) => ({
    answer: {},
    items: list(body['TransactItems']).filter((item) => 'Put' in (item as object) || 'Update' in (item as object)).length,
  }),
  'Kinesis_20131202.PutRecord': () => ({ answer: sequenced(0), items: 1 }),
  'Kinesis_20131202.PutRecords': (body) => {
    const records = list(body['Records']);
    return { answer: { FailedRecordCount: 0, Records: records.map((_, index) => sequenced(index)) }, items: records.length };
  },
};

let calls: Record<string, number> = {};
let items = 0;
let latencyMilliseconds = 0;

function answerOf(target: string, text: string): readonly [number, object] {
  const operation = operations[target];
  calls[target] = (calls[target] ?? 0) + 1;
  if (!operation) return [400, { __type: 'UnknownOperationException', message: `the fake does not know ${target}` }];
  const result = operation(JSON.parse(text) as Body);
  items += result.items ?? 0;
  return [200, result.answer];
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

const certificate = createCertificate();
const server = createServer({ ...certificate, keepAliveTimeout: 60_000 }, async (request, response) => {
  const [status, answer] = answerOf(String(request.headers['x-amz-target']), await textOf(request));
  const send = () => response.writeHead(status, { 'content-type': 'application/x-amz-json-1.0' }).end(JSON.stringify(answer));
  if (latencyMilliseconds === 0) send();
  else setTimeout(send, latencyMilliseconds);
});

function tell(message: FakeStarted | FakeCounts): void {
  process.send?.(message);
}

process.on('message', (question: FakeQuestion) => {
  if (question.ask === 'reset') {
    calls = {};
    items = 0;
    latencyMilliseconds = question.latencyMilliseconds;
  }
  tell({ calls, items, unknown: Object.keys(calls).filter((target) => !operations[target]) });
});
process.on('disconnect', () => process.exit());
server.listen(0, 'localhost', () => {
  const address = server.address();
  if (typeof address === 'object' && address !== null) tell({ port: address.port, cert: certificate.cert });
});
