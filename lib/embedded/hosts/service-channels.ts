import { RECEIVES_MAX } from '../../contract/limits.ts';
import type { AnyService } from '../../contract/service.ts';
import type { Delivery, DeliveryResult, Invocation } from '../../runtime/ports/delivery.ts';
import type { ReplayQueue } from '../../runtime/ports/replay-queue.ts';
import type { ServiceRuntime } from '../../runtime/service-runtime.ts';
import type { Backbone } from '../backbone.ts';
import { createQueue, type Queue, type QueueMessage } from '../channels/queue.ts';
import { createQueueMapping } from '../channels/queue-mapping.ts';
import { createStreamMapping } from '../channels/stream-mapping.ts';
import { readFailure } from '../channels/transport-failure.ts';
import { groupedReplay, replayInTurn } from './replays-in-turn.ts';

/** What the channels of a service are made of. */
export interface ChannelOptions {
  readonly backbone: Backbone;
  readonly service: AnyService;
  /** Records that the stream hands over at most. @default 100 */
  readonly batchSize?: number;
  /** How long a received message of a queue is hidden, in seconds. @default 360 */
  readonly visibilitySeconds?: number;
}

/** Runs one batch in a worker process. */
export type RunBatch = (
  path: string,
  size: number,
  work: (runtime: ServiceRuntime, invocation: Invocation) => Promise<readonly DeliveryResult[]>,
) => Promise<readonly DeliveryResult[]>;

/** By what messages of one service come. */
export interface Channels {
  readonly options: ChannelOptions;
  readonly deadLetters: Queue;
  readonly run: RunBatch;
}

/** A queue of the service; what it gives up on goes to `deadLetters`. */
export function createHostQueue(
  { backbone, service, visibilitySeconds }: ChannelOptions,
  kind: string,
  fifo: boolean,
  deadLetters?: Queue,
): Queue {
  const name = `${service.name}-${kind}`;
  return createQueue({
    name,
    fifo,
    scheduler: backbone.scheduler,
    random: backbone.random.fork(`queue ${name}`),
    ...(visibilitySeconds === undefined ? {} : { visibilitySeconds }),
    ...(deadLetters ? { deadLetters: ({ body }: QueueMessage) => deadLetters.send({ body }) } : {}),
  });
}

function queueDelivery(queue: Queue, { id, body, sentAt }: QueueMessage): Delivery {
  return { body, source: { kind: 'queue', queue: queue.name, messageId: id }, arrivedAt: sentAt };
}

/** Reads the stream; returns how far it is behind. */
export function mapStream({ options, deadLetters, run }: Channels, types: ReadonlySet<string>): () => number {
  const { backbone, service, batchSize } = options;
  const { stream, scheduler, control } = backbone;
  const mapping = createStreamMapping({
    stream,
    consumer: service.name,
    types,
    scheduler,
    random: backbone.random.fork(`stream mapping ${service.name}`),
    ...(batchSize === undefined ? {} : { batchSize }),
    isPaused: () => control.isPaused(service.name),
    onFailure: (record) => deadLetters.send({ body: JSON.stringify(record) }),
    invoke(deliveries) {
      backbone.emit({ kind: 'delivered', at: scheduler.now(), consumer: service.name, deliveries });
      return run(`stream ${JSON.stringify(deliveries[0]?.source)}`, deliveries.length, (runtime, invocation) =>
        runtime.consume(deliveries, invocation),
      );
    },
  });
  control.onResume(service.name, mapping.wake);
  return mapping.behind;
}

/** Reads a queue that the bus fills; returns how far it is behind. */
export function mapBus({ options, deadLetters, run }: Channels, types: readonly string[]): () => number {
  const { backbone, service } = options;
  const { bus, scheduler, random, control } = backbone;
  const queue = createHostQueue(options, 'bus', false, deadLetters);
  if (types.length > 0) bus.addRule({ name: service.name, pattern: { 'detail-type': types }, target: (body) => queue.send({ body }) });
  const mapping = createQueueMapping({
    queue,
    scheduler,
    random: random.fork(`bus mapping ${service.name}`),
    isPaused: () => control.isPaused(service.name),
    invoke(messages) {
      const deliveries = messages.map((message) => queueDelivery(queue, message));
      backbone.emit({ kind: 'delivered', at: scheduler.now(), consumer: service.name, deliveries });
      return run(`bus ${messages[0]?.receipt}`, messages.length, (runtime, invocation) => runtime.consume(deliveries, invocation));
    },
  });
  control.onResume(service.name, mapping.wake);
  return () => queue.size;
}

/** The replay queue. A pause is about live traffic: a redrive is how a repair is tried out. */
export function mapReplays({ options, deadLetters, run }: Channels): ReplayQueue & { waiting(): number } {
  const { scheduler, random } = options.backbone;
  const queue = createHostQueue(options, 'replay', true, deadLetters);
  createQueueMapping({
    queue,
    scheduler,
    random: random.fork(`replay mapping ${options.service.name}`),
    invoke(messages) {
      const replays = messages.map((message) => groupedReplay(message, queueDelivery(queue, message)));
      return run(`replay ${messages[0]?.receipt}`, messages.length, (runtime, invocation) => replayInTurn(runtime, replays, invocation));
    },
  });
  return {
    async send(sends) {
      for (const { task, group, deduplicationId } of sends) queue.send({ body: JSON.stringify(task), group, deduplicationId });
    },
    waiting: () => queue.size,
  };
}

/** What the transport gave up on becomes dead letters of the service. */
export function mapDeadLetters({ options, deadLetters, run }: Channels): void {
  const { scheduler, random, stream } = options.backbone;
  createQueueMapping({
    queue: deadLetters,
    scheduler,
    random: random.fork(`dead letters ${options.service.name}`),
    batchSize: 1,
    async invoke([message]) {
      const { deliveries, failure, task } = readFailure(stream, message as QueueMessage, RECEIVES_MAX);
      if (task) {
        const delivery = { task, source: queueDelivery(deadLetters, message as QueueMessage).source, attempt: failure.attempts };
        return run(`drain ${message?.receipt}`, 1, async (runtime, invocation) => [await runtime.drainTask(delivery, failure, invocation)]);
      }
      if (deliveries.length === 0) return [{ status: 'done' }];
      const results = await run(`drain ${message?.receipt}`, deliveries.length, (runtime, invocation) =>
        runtime.drain(deliveries, failure, invocation),
      );
      return [results.find(({ status }) => status !== 'done') ?? { status: 'done' }];
    },
  });
}
