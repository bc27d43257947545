// The handlers of a service on ports in memory, with events as AWS sends them.
import type { Service } from 'aws-choreography';
import { environmentNames as names } from '../../lib/contract/deployment.ts';
import type { Envelope } from '../../lib/contract/envelope.ts';
import { createMemoryControl, type MemoryControl } from '../../lib/embedded/memory/control.ts';
import { createMemoryStore, type MemoryStore } from '../../lib/embedded/memory/store.ts';
import { createHandlersOn, type Handlers } from '../../lib/lambda/create-handlers.ts';
import type { InstanceOptions } from '../../lib/lambda/start-instance.ts';
import type { PublishOutcome } from '../../lib/runtime/ports/publisher.ts';
import type { ReplaySend } from '../../lib/runtime/ports/replay-queue.ts';
import type { StreamReader } from '../../lib/runtime/ports/stream-reader.ts';
import type { LogRecord } from '../../lib/runtime/ports/telemetry.ts';
import { TEST_TIME } from '../../lib/testing/message.ts';

export const variables: Readonly<Record<string, string>> = {
  [names.backbone]: 'shop',
  [names.stream]: 'shop-events',
  [names.bus]: 'shop-bus',
  [names.table]: 'journal',
  [names.controlTable]: 'control',
  [names.replayQueue]: 'https://sqs.us-east-1.amazonaws.com/1/replay.fifo',
  [names.busQueue]: 'https://sqs.us-east-1.amazonaws.com/1/bus',
  [names.deadLetterQueue]: 'https://sqs.us-east-1.amazonaws.com/1/dead',
  [names.replayDeadLetterQueue]: 'https://sqs.us-east-1.amazonaws.com/1/dead.fifo',
  [names.inbounds]: JSON.stringify({ 'imports-queue': 'imports', 'feed-stream': 'feed', 'rules-queue': 'rules' }),
};

export interface LambdaBench {
  readonly handlers: Handlers;
  /** Handlers of another process, on the same journal and channels. */
  restarted(): Handlers;
  /** Its methods may be replaced. */
  readonly store: MemoryStore;
  readonly control: MemoryControl;
  /** Answers of the next publish calls, in order; then all is published. */
  readonly publishing: ((events: readonly Envelope[]) => Promise<readonly PublishOutcome[]>)[];
  readonly published: Envelope[];
  readonly queue: ReplaySend[];
  readonly hidden: (readonly [string, number])[];
  readonly log: LogRecord[];
  /** How often the ports were made. */
  starts(): number;
  flushes(): number;
}

export const context = (milliseconds = 60_000) => ({ getRemainingTimeInMillis: () => milliseconds });

export function createBench(
  // biome-ignore lint/suspicious/noExplicitAny: a service is invariant in its clients; only `any` admits every one of them
  service: Service<any>,
  changes: Partial<InstanceOptions> & {
    readonly streamReader?: StreamReader | ((stream: string) => StreamReader);
    readonly hideTask?: () => Promise<unknown>;
  } = {},
): LambdaBench {
  let now = Date.parse(TEST_TIME);
  const clock = {
    now: () => now,
    async sleep(milliseconds: number) {
      now += milliseconds;
    },
  };
  const store = createMemoryStore({ clock });
  const control = createMemoryControl();
  const publishing: LambdaBench['publishing'] = [];
  const published: Envelope[] = [];
  const queue: ReplaySend[] = [];
  const hidden: (readonly [string, number])[] = [];
  const log: LogRecord[] = [];
  let [ids, starts, flushes] = [0, 0, 0];
  const flush = () => {
    flushes += 1;
  };
  const { streamReader, hideTask, ...others } = changes;
  const options: InstanceOptions = {
    service,
    clients: {},
    variables: () => variables,
    createTelemetry: () => ({ count() {}, time() {}, log: (record) => log.push(record), flush }),
    createPorts(_environment, telemetry) {
      starts += 1;
      return {
        store,
        control,
        publisher: {
          async publish(events) {
            const outcomes = await (publishing.shift()?.(events) ?? events.map(() => ({ status: 'published' as const })));
            published.push(...events.filter((_, index) => outcomes[index]?.status === 'published'));
            return outcomes;
          },
        },
        replayQueue: { send: async (sends) => void queue.push(...sends) },
        clock,
        entropy: { random: () => 0.5, uniqueId: () => `commit-${++ids}` },
        telemetry,
        hideTask: hideTask ?? (async (receipt, seconds) => void hidden.push([receipt, seconds])),
        ...(streamReader ? { streamReader: typeof streamReader === 'function' ? streamReader : () => streamReader } : {}),
      };
    },
    ...others,
  };
  return {
    ...{ handlers: createHandlersOn(options), store, control, publishing, published, queue, hidden, log },
    restarted: () => createHandlersOn(options),
    starts: () => starts,
    flushes: () => flushes,
  };
}

export function kinesisEvent(...bodies: readonly (string | object)[]) {
  return {
    Records: bodies.map((body, index) => ({
      eventSource: 'aws:kinesis',
      eventID: `shardId-000000000000:${index + 1}`,
      eventSourceARN: 'arn:aws:kinesis:us-east-1:1:stream/shop-events/consumer/order:1',
      kinesis: {
        partitionKey: 'k',
        sequenceNumber: String(index + 1),
        data: Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)).toString('base64'),
        approximateArrivalTimestamp: Date.parse(TEST_TIME) / 1000,
      },
    })),
  };
}

export function sqsEvent(queue: string, ...bodies: readonly (string | object | { readonly body: object; readonly group: string })[]) {
  return {
    Records: bodies.map((given, index) => {
      const { body, group } =
        typeof given === 'object' && 'group' in given ? (given as { body: object; group: string }) : { body: given, group: `g-${index}` };
      return {
        eventSource: 'aws:sqs',
        messageId: `m-${index + 1}`,
        receiptHandle: `r-${index + 1}`,
        body: typeof body === 'string' ? body : JSON.stringify(body),
        eventSourceARN: `arn:aws:sqs:us-east-1:1:${queue}`,
        attributes: { ApproximateReceiveCount: '1', SentTimestamp: String(Date.parse(TEST_TIME)), MessageGroupId: group },
        messageAttributes: {},
      };
    }),
  };
}
