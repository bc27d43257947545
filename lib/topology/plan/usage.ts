import { type PriceName, priceOf } from './prices.ts';

/** What something uses of AWS. Counts may be fractions: a batch of 100 shares one invocation. */
export interface Usage {
  /** Writes to journals: single conditional writes and transactions. */
  readonly commits: number;
  /** Items that those write or check. */
  readonly items: number;
  /** Of DynamoDB, removals included. */
  readonly writeUnits: number;
  readonly readUnits: number;
  readonly invocations: number;
  readonly gigabyteSeconds: number;
  /** Events on the stream. */
  readonly records: number;
  readonly streamInGigabytes: number;
  /** To all readers together. */
  readonly streamOutGigabytes: number;
  /** `PutEvents` entries, in steps of 64 KB. */
  readonly busEvents: number;
  /** Of SQS: sends, receives and deletes, in steps of 64 KB. */
  readonly queueRequests: number;
  /** The same of replay queues, which are FIFO. */
  readonly fifoRequests: number;
}

/** Nothing at all. */
export const noUsage: Usage = {
  commits: 0,
  items: 0,
  writeUnits: 0,
  readUnits: 0,
  invocations: 0,
  gigabyteSeconds: 0,
  records: 0,
  streamInGigabytes: 0,
  streamOutGigabytes: 0,
  busEvents: 0,
  queueRequests: 0,
  fifoRequests: 0,
};

/** Everything together. */
export function sumOf(parts: readonly Partial<Usage>[]): Usage {
  const names = Object.keys(noUsage) as (keyof Usage)[];
  return Object.fromEntries(names.map((name) => [name, parts.reduce((sum, part) => sum + (part[name] ?? 0), 0)])) as unknown as Usage;
}

/** US dollars by service. */
export interface Cost {
  readonly dynamodb: number;
  readonly lambda: number;
  readonly kinesis: number;
  readonly eventbridge: number;
  readonly sqs: number;
  readonly total: number;
}

/** What so many times this usage costs, with a stream on demand. */
export function costOf(usage: Usage, count: number): Cost {
  const sum = (...parts: readonly (readonly [PriceName, number])[]) =>
    parts.reduce((total, [name, units]) => total + priceOf(name, units * count), 0);
  const cost = {
    dynamodb: sum(['writeUnit', usage.writeUnits], ['readUnit', usage.readUnits]),
    lambda: sum(['invocation', usage.invocations], ['gigabyteSecond', usage.gigabyteSeconds]),
    kinesis: sum(['streamIn', usage.streamInGigabytes], ['streamOut', usage.streamOutGigabytes]),
    eventbridge: sum(['busEvent', usage.busEvents]),
    sqs: sum(['queueRequest', usage.queueRequests], ['fifoRequest', usage.fifoRequests]),
  };
  return { ...cost, total: Object.values(cost).reduce((total, part) => total + part, 0) };
}
