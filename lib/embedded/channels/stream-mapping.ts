import type { Delivery, DeliveryResult } from '../../runtime/ports/delivery.ts';
import type { Random } from '../random.ts';
import type { Scheduler } from '../time/world-clock.ts';
import { createFailureRecord, type StreamFailure, type StreamFailureRecord } from './failure-record.ts';
import type { Stream, StreamRecord } from './stream.ts';

/** What `createStreamMapping` takes. */
export interface StreamMappingOptions {
  readonly stream: Stream;
  readonly consumer: string;
  readonly scheduler: Scheduler;
  readonly random: Random;
  /** One result per record, in their order. A throw means that nothing is known about any of them. */
  readonly invoke: (deliveries: readonly Delivery[]) => Promise<readonly DeliveryResult[]>;
  /** Takes records that are given up. */
  readonly onFailure: (record: StreamFailureRecord) => void;
  /**
   * Filter of the mapping: what it does not take is passed over without an invocation. A record whose type is not known
   * is handed over; AWS would drop it silently, and a test would wait for it in vain.
   * @default - all
   */
  readonly types?: ReadonlySet<string>;
  /** @default 100 */
  readonly batchSize?: number;
  /** Retries of a batch that makes no progress. @default 1_000: a net, far looser than the runtime's own rules */
  readonly retriesMax?: number;
  /** @default 518_400 (6 days) */
  readonly recordAgeSecondsMax?: number;
  /** Cuts a batch in two when the function fails as a whole. @default true */
  readonly bisect?: boolean;
  /** @default - never */
  readonly isPaused?: () => boolean;
}

/** What hands a stream's records to a function. */
export interface StreamMapping {
  /** Looks whether there is something to do, e.g. after a pause. */
  wake(): void;
  /** Records that are not done with: the lag. */
  behind(): number;
}

const BATCH_SIZE = 100;
const RETRIES_MAX = 1_000;
const RECORD_AGE_SECONDS_MAX = 518_400;
/** Longest time until a poller sees a record, in milliseconds (enhanced fan-out: about 70 on average). */
const POLL_MILLISECONDS_MAX = 140;
/** Milliseconds before the first retry; doubles. */
const BACKOFF_MILLISECONDS = 200;
const BACKOFF_MILLISECONDS_MAX = 30_000;

/** Records from one position to another that are handed over together. */
interface Range {
  readonly from: number;
  readonly to: number;
  /** Invocations that came to nothing. */
  readonly failures: number;
}

/** The reader of one shard: one invocation at a time, in order. */
class ShardReader {
  readonly #options: StreamMappingOptions;
  readonly #shard: string;
  readonly #batchSize: number;
  /** First position that was never taken. */
  #position = 0;
  /** Taken and not done with, in order. */
  #ranges: Range[] = [];
  #state: 'resting' | 'waiting' | 'running' = 'resting';
  readonly #parents: readonly ShardReader[];
  /** Called when a closed shard is read to its end. */
  readonly #onEnd: () => void;

  constructor(options: StreamMappingOptions, shard: string, parents: readonly ShardReader[], onEnd: () => void) {
    this.#options = options;
    this.#shard = shard;
    this.#parents = parents;
    this.#onEnd = onEnd;
    this.#batchSize = options.batchSize ?? BATCH_SIZE;
  }

  /** A closed shard, of which every record is done with, and every one that came before. */
  get ended(): boolean {
    const isThrough = this.#state === 'resting' && this.behind === 0 && !this.#options.stream.isOpen(this.#shard);
    return isThrough && this.#isFirst();
  }

  /** What its parents hold comes first. */
  #isFirst(): boolean {
    return this.#parents.every(({ ended }) => ended);
  }

  get behind(): number {
    const taken = this.#ranges.reduce((sum, { from, to }) => sum + to - from, 0);
    return taken + this.#options.stream.end(this.#shard) - this.#position;
  }

  wake(milliseconds = this.#options.random.integer(POLL_MILLISECONDS_MAX)): void {
    const { scheduler, isPaused } = this.#options;
    if (this.#state !== 'resting' || this.behind === 0 || isPaused?.() || !this.#isFirst()) return;
    this.#state = 'waiting';
    scheduler.at(scheduler.now() + milliseconds, () => {
      this.#state = 'running';
      this.#poll().then(
        (pause) => {
          this.#state = 'resting';
          this.wake(pause);
          if (this.ended) this.#onEnd();
        },
        (error: unknown) => scheduler.fail(error),
      );
    });
  }

  /** Hands over one batch; returns the milliseconds until the next one. */
  async #poll(): Promise<number | undefined> {
    if (this.#options.isPaused?.()) return undefined;
    const range = this.#ranges.shift() ?? this.#take();
    const { records, first } = this.#options.stream.read(this.#shard, range.from, range.to - range.from);
    if (first > range.from && first < range.to) return this.#putBack({ ...range, from: first }); // what lay before has expired
    if (records.length === 0 || first >= range.to) return 0;
    const old = this.#countOld(records);
    if (old > 0) {
      this.#giveUp(records.slice(0, old), range, 'RecordAgeExceeded');
      return this.#putBack({ ...range, from: range.from + old });
    }
    return this.#handOver(range, records);
  }

  #take(): Range {
    const to = Math.min(this.#options.stream.end(this.#shard), this.#position + this.#batchSize);
    const range = { from: this.#position, to, failures: 0 };
    this.#position = to;
    return range;
  }

  #putBack(...ranges: readonly Range[]): number {
    this.#ranges = [...ranges.filter(({ from, to }) => from < to), ...this.#ranges];
    return 0;
  }

  async #handOver(range: Range, records: readonly StreamRecord[]): Promise<number | undefined> {
    const { stream, invoke, types } = this.#options;
    const shard = this.#shard;
    const taken = types ? records.filter(({ type }) => type === undefined || types.has(type)) : records;
    if (taken.length === 0) return 0;
    const deliveries = taken.map(
      ({ data, sequenceNumber, arrivedAt }): Delivery => ({
        body: data,
        source: { kind: 'stream', stream: stream.name, shard, sequenceNumber },
        arrivedAt,
      }),
    );
    let results: readonly DeliveryResult[] | undefined;
    try {
      results = await invoke(deliveries);
    } catch {
      results = undefined;
    }
    if (!results) return this.#failed(range, records);
    const done = results.findIndex(({ status }) => status !== 'done');
    if (done < 0 && results.length === taken.length) return undefined;
    return this.#unfinished(range, records, records.indexOf(taken[Math.max(0, done)] as StreamRecord));
  }

  /** The function failed as a whole: half of the batch next, where that is allowed; that uses up no retry. */
  #failed(range: Range, records: readonly StreamRecord[]): number {
    const size = range.to - range.from;
    if (size === 1 || this.#options.bisect === false) return this.#retry(range, records);
    const middle = range.from + Math.ceil(size / 2);
    this.#putBack({ ...range, to: middle }, { ...range, from: middle });
    return this.#backoff(1);
  }

  /** The lowest unfinished record is the checkpoint: everything from it on comes again, what was done after it included. */
  #unfinished(range: Range, records: readonly StreamRecord[], done: number): number {
    if (done === 0) return this.#retry(range, records);
    this.#putBack({ from: range.from + done, to: range.to, failures: 0 });
    return this.#backoff(1);
  }

  #retry(range: Range, records: readonly StreamRecord[]): number {
    const failures = range.failures + 1;
    if (failures > (this.#options.retriesMax ?? RETRIES_MAX)) {
      this.#giveUp(records, { ...range, failures }, 'RetryAttemptsExhausted');
      return 0;
    }
    this.#putBack({ ...range, failures });
    return this.#backoff(failures);
  }

  #backoff(failures: number): number {
    const ceiling = Math.min(BACKOFF_MILLISECONDS_MAX, BACKOFF_MILLISECONDS * 2 ** Math.min(failures - 1, 30));
    return this.#options.random.integer(ceiling) + 1;
  }

  #countOld(records: readonly StreamRecord[]): number {
    const { scheduler, recordAgeSecondsMax = RECORD_AGE_SECONDS_MAX } = this.#options;
    const before = scheduler.now() - recordAgeSecondsMax * 1000;
    const index = records.findIndex(({ arrivedAt }) => arrivedAt >= before);
    return index < 0 ? records.length : index;
  }

  #giveUp(records: readonly StreamRecord[], { from, failures }: Range, condition: StreamFailure['condition']): void {
    const { stream, consumer, scheduler, onFailure } = this.#options;
    const shard = this.#shard;
    const some = records as StreamFailure['records'];
    const id = `${consumer}-${shard}-${from}`;
    onFailure(
      createFailureRecord({
        id,
        consumer,
        stream: stream.name,
        shard,
        condition,
        attempts: failures,
        records: some,
        nowMs: scheduler.now(),
      }),
    );
  }
}

/** Reads a stream as Lambda's event source mapping does; the defaults are the ones that the constructs set, not AWS's own. */
export function createStreamMapping(options: StreamMappingOptions): StreamMapping {
  const { stream } = options;
  const readers = new Map<string, ShardReader>();
  const wake = () => {
    for (const reader of readers.values()) reader.wake();
  };
  const add = (shard: string) => {
    const parents = stream.parents(shard).map((parent) => readers.get(parent) as ShardReader);
    readers.set(shard, new ShardReader(options, shard, parents, wake));
  };
  for (const shard of stream.shards) add(shard);
  stream.onShard(add);
  stream.onPut((shard) => readers.get(shard)?.wake());
  return {
    wake,
    behind: () => [...readers.values()].reduce((sum, { behind }) => sum + behind, 0),
  };
}
