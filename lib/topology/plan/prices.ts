/** One price of AWS's list. */
export interface Price {
  readonly what: string;
  /** US dollars for `per` units. */
  readonly usd: number;
  readonly per: number;
  /** What is counted. */
  readonly unit: string;
  /** Where it was read; `not confirmed`: not confirmed by a look-up. */
  readonly source: string;
  /** When that was written, or looked at: year and month. */
  readonly date: string;
}

/** Units of a price that is for a million of them. */
const MILLION = 1_000_000;
/** What AWS's own calculator takes for a month. */
export const HOURS_A_MONTH = 730;

/** Region of the prices. */
export const PRICE_REGION = 'us-east-1';

const MEMORY = 'not confirmed';
const DYNAMODB = 'aws/agent-toolkit-for-aws, amazon-dynamodb/scripts/calculate_costs.py';
/** 0.016 there is said to be 68 % less than on demand. */
const KINESIS = 'aws.amazon.com/blogs/big-data, On-demand Advantage, by its discounts';
const LAMBDA = 'git.mcrn.ar/mariano/lambda_local_runner, lambda-13-cost.md';

/**
 * The one table of prices: list prices in US dollars, without free tiers and volume discounts. The plan and the document
 * about costs go by it, and nothing else names a price.
 */
export const prices = {
  writeUnit: { what: 'DynamoDB, write on demand', usd: 0.625, per: MILLION, unit: 'write units', source: DYNAMODB, date: '2026-11' },
  readUnit: { what: 'DynamoDB, read on demand', usd: 0.125, per: MILLION, unit: 'read units', source: DYNAMODB, date: '2026-11' },
  invocation: { what: 'Lambda, requests', usd: 0.2, per: MILLION, unit: 'invocations', source: LAMBDA, date: '2026-05' },
  gigabyteSecond: { what: 'Lambda, time on ARM64', usd: 0.0000133334, per: 1, unit: 'GB-seconds', source: LAMBDA, date: '2026-05' },
  streamIn: { what: 'Kinesis on demand, in', usd: 0.08, per: 1, unit: 'GB', source: MEMORY, date: '2026-11' },
  // Enhanced fan-out, as the constructs have it in production; a reader that shares the stream pays 0.04.
  streamOut: { what: 'Kinesis on demand, to a reader of its own', usd: 0.05, per: 1, unit: 'GB', source: KINESIS, date: '2025-11' },
  putUnit: {
    what: 'Kinesis with shards, in',
    usd: 0.014,
    per: MILLION,
    unit: 'PUT units of 25 KB',
    source: 'awsnegotiations.com',
    date: '2026-05',
  },
  busEvent: { what: 'EventBridge, events of our own', usd: 1, per: MILLION, unit: 'events', source: 'cloudburn.io', date: '2026-03' },
  queueRequest: {
    what: 'SQS, standard',
    usd: 0.4,
    per: MILLION,
    unit: 'requests',
    source: 'cloudburn.io/blog/amazon-sqs-pricing',
    date: '2026-03',
  },
  fifoRequest: {
    what: 'SQS, FIFO',
    usd: 0.5,
    per: MILLION,
    unit: 'requests',
    source: 'cloudburn.io/blog/amazon-sqs-pricing',
    date: '2026-03',
  },
  streamHour: { what: 'Kinesis on demand, a stream', usd: 0.04, per: 1, unit: 'hours', source: MEMORY, date: '2026-11' },
  shardHour: {
    what: 'Kinesis, a shard',
    usd: 0.015,
    per: 1,
    unit: 'hours',
    source: 'awsnegotiations.com',
    date: '2026-05',
  },
  readerHour: {
    what: 'Kinesis, a reader of its own on a shard',
    usd: 0.015,
    per: 1,
    unit: 'hours',
    source: 'awsnegotiations.com',
    date: '2026-05',
  },
  keyMonth: {
    what: 'KMS, a key of our own',
    usd: 1,
    per: 1,
    unit: 'months',
    source: 'cloudburn.io/blog/aws-kms-pricing',
    date: '2026-03',
  },
  keyRequest: {
    what: 'KMS, requests',
    usd: 0.03,
    per: 10_000,
    unit: 'requests',
    source: 'factualminds.com/blog/aws-kms-pricing-keys-requests-multi-region',
    date: '2026-06',
  },
  alarmMonth: { what: 'CloudWatch, an alarm', usd: 0.1, per: 1, unit: 'months', source: MEMORY, date: '2026-11' },
  metricMonth: {
    what: 'CloudWatch, a metric of our own',
    usd: 0.3,
    per: 1,
    unit: 'months',
    source: 'c3x.dev/blog/aws-cloudwatch-metrics-cost',
    date: '2026-11',
  },
  logIn: { what: 'CloudWatch, logs in', usd: 0.5, per: 1, unit: 'GB', source: MEMORY, date: '2026-11' },
} as const satisfies Readonly<Record<string, Price>>;

/** Names of the rows. */
export type PriceName = keyof typeof prices;

/** US dollars for so many units. */
export function priceOf(name: PriceName, units: number): number {
  const { usd, per } = prices[name];
  return (usd * units) / per;
}
