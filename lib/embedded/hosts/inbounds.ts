import { type InboundSource, inboundDefinition, RULES_QUEUE } from '../../contract/inbound.ts';
import type { Service } from '../../contract/service.ts';
import type { Delivery, DeliveryResult } from '../../runtime/ports/delivery.ts';
import type { Backbone } from '../backbone.ts';
import type { Queue } from '../channels/queue.ts';
import { createQueueMapping } from '../channels/queue-mapping.ts';

/** What `mapInbounds` takes. */
export interface InboundsOptions {
  readonly backbone: Backbone;
  readonly service: Pick<Service, 'name' | 'inbound'>;
  /** Makes a queue of the service; the name is only its own part. */
  createQueue(kind: string): Queue;
  consume(deliveries: readonly Delivery[]): Promise<readonly DeliveryResult[]>;
}

/** Takes what another system sent to a queue or stream of this logical name. */
export type ForeignInput = (body: string) => void;

/** One name per way in; a queue and a stream of one name are two. */
export function inputName(from: Exclude<InboundSource, { readonly bus: unknown }>): string {
  return 'queue' in from ? `queue ${from.queue}` : `stream ${from.stream}`;
}

function sourceOf(from: InboundSource, messageId: string): Delivery['source'] {
  if ('stream' in from) return { kind: 'stream', stream: from.stream, shard: 'foreign', sequenceNumber: messageId };
  return { kind: 'queue', queue: 'queue' in from ? from.queue : RULES_QUEUE, messageId };
}

/**
 * Connects a service with the messages of systems that do not write our envelope: a rule of its own on the bus with the
 * whole event as input, or what is put into a queue or a foreign stream. Each way in is a queue here: at least once, in
 * no order. Returns the queues and streams by `inputName`.
 */
export function mapInbounds({ backbone, service, createQueue, consume }: InboundsOptions): ReadonlyMap<string, ForeignInput> {
  const { bus, scheduler, random, control } = backbone;
  const inputs = new Map<string, ForeignInput>();
  for (const [index, inbound] of service.inbound.entries()) {
    const { from } = inboundDefinition(inbound);
    if (!('bus' in from) && inputs.has(inputName(from))) continue;
    const queue = createQueue(`inbound-${index + 1}`);
    const send = (body: string) => queue.send({ body });
    if ('bus' in from) {
      const pattern = { source: [from.bus.source], 'detail-type': [from.bus.detailType] };
      bus.addRule({ name: queue.name, pattern, target: (_detail, event) => send(event) });
    } else inputs.set(inputName(from), send);
    const mapping = createQueueMapping({
      queue,
      scheduler,
      random: random.fork(`mapping ${queue.name}`),
      isPaused: () => control.isPaused(service.name),
      invoke: (messages) =>
        consume(messages.map(({ id, body, sentAt }) => ({ body, source: sourceOf(from, id), arrivedAt: sentAt, foreign: true as const }))),
    });
    control.onResume(service.name, mapping.wake);
  }
  return inputs;
}
