/** How long something takes, in milliseconds: half of the time, and 99 times of 100. */
export interface Latency {
  readonly p50: number;
  readonly p99: number;
}

/** One measured latency. */
export interface LatencyFigure extends Latency {
  readonly what: string;
  /** Who measured it; `not confirmed`: not confirmed by a look-up. */
  readonly source: string;
  /** When: year and month. */
  readonly date: string;
}

const DYNAMODB = { source: 'alexdebrie/dynamodb-performance-testing, from Lambda', date: '2020-02' };
const MESSAGING = { source: 'bitesizedserverless.com/bite/serverless-messaging-latency-compared, eu-west-1' };
const MEMORY = 'not confirmed';

/** The one table of latencies: what others measured on AWS, nobody here did. A cold start is in none of them. */
export const latencies = {
  stream: { what: 'Kinesis to Lambda, a reader of its own', p50: 49.4, p99: 109, ...MESSAGING, date: '2022-09' },
  bus: { what: 'EventBridge to its target', p50: 148, p99: 387, ...MESSAGING, date: '2023-02' },
  queue: { what: 'SQS to Lambda', p50: 16.2, p99: 105, ...MESSAGING, date: '2022-09' },
  write: { what: 'DynamoDB, one item', p50: 7.55, p99: 16.2, ...DYNAMODB },
  transaction: { what: 'DynamoDB, a transaction of 5 items', p50: 25.3, p99: 92.5, ...DYNAMODB },
  remove: { what: 'DynamoDB, a batch of 5 writes', p50: 8.14, p99: 25.5, ...DYNAMODB },
  read: { what: 'DynamoDB, a batch of reads', p50: 6, p99: 16, source: MEMORY, date: '2026-11' },
  publish: { what: 'PutRecords or PutEvents, one call', p50: 10, p99: 50, source: MEMORY, date: '2026-11' },
} as const satisfies Readonly<Record<string, LatencyFigure>>;

/** One after the other. The sum of the p99 is more than the p99 of the sum: it errs on the slow side. */
export function inTurn(...parts: readonly Latency[]): Latency {
  return { p50: parts.reduce((sum, { p50 }) => sum + p50, 0), p99: parts.reduce((sum, { p99 }) => sum + p99, 0) };
}

/** The same thing some times over. */
export function times(count: number, { p50, p99 }: Latency): Latency {
  return { p50: count * p50, p99: count * p99 };
}
