import { EventBus } from 'aws-cdk-lib/aws-events';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { grantKeyUse } from '../grants/grant-key.ts';
import { misuse } from '../misuse.ts';
import { BusRules } from '../sources/bus-rules.ts';
import { ruleTypes, streamFilters } from '../sources/event-pattern.ts';
import { QueueMapping } from '../sources/queue-mapping.ts';
import { StreamMapping } from '../sources/stream-mapping.ts';
import type { ChoreographyServiceProps } from './choreography-service-props.ts';
import { InboundSources } from './inbound-sources.ts';
import type { ServiceQueues } from './service-queues.ts';
import { subscribedTypes } from './subscriptions.ts';

const REPLAY_CONCURRENCY = 2;

/** What `connectMessageSources` takes. */
export interface MessageSourcesProps {
  readonly service: ChoreographyServiceProps;
  readonly queues: ServiceQueues;
  readonly worker: IFunction;
}

function readStream(scope: Construct, { service: props, queues, worker }: MessageSourcesProps): void {
  const { backbone, service, startAt } = props;
  const types = subscribedTypes(service);
  if (!backbone.stream) {
    throw misuse(
      scope,
      'STREAM_MISSING',
      `${service.name} reads from a stream, and the backbone ${backbone.name} has none: give the service \`source: 'bus'\`, or the backbone a stream.`,
    );
  }
  if (types.length === 0) return;
  if (startAt === undefined) {
    throw misuse(
      scope,
      'START_AT_MISSING',
      `${service.name} reads the stream: say where it starts, \`startAt: 'earliest'\`, \`'latest'\` or a date. Later deploys keep it.`,
    );
  }
  new StreamMapping(scope, 'Stream', {
    ...props,
    name: service.name,
    stream: backbone.stream,
    target: worker,
    startAt,
    onFailure: queues.deadLetters,
    filters: streamFilters(scope, types),
  });
}

function readBus(scope: Construct, { service: props, queues, worker }: MessageSourcesProps): void {
  const { backbone, service, busConcurrency } = props;
  const queue = queues.bus as IQueue;
  const patterns = ruleTypes(scope, subscribedTypes(service)).map((types) => ({ detailType: [...types] }));
  const description = `Events for ${service.name}`;
  new BusRules(scope, 'Bus', { bus: backbone.bus, description, patterns, queue, deadLetterQueue: queues.deadLetters });
  new QueueMapping(scope, 'BusQueue', { queue, target: worker, maxConcurrency: busConcurrency });
}

/** Leads to the worker what its service takes: events of the stream or the bus, replays, what AWS gave up on, and foreign messages. */
export function connectMessageSources(scope: Construct, props: MessageSourcesProps): void {
  const { service, deadLetterQueue, replayConcurrency = REPLAY_CONCURRENCY } = props.service;
  const { worker, queues } = props;
  const { replay, deadLetters, replayDeadLetters, inbound } = queues;
  grantKeyUse(deadLetterQueue?.encryptionMasterKey, worker, ['sqs']);
  if (service.source === 'stream') readStream(scope, props);
  else readBus(scope, props);
  new QueueMapping(scope, 'ReplayQueue', { queue: replay, target: worker, maxConcurrency: replayConcurrency });
  new QueueMapping(scope, 'DeadLetterQueue', { queue: deadLetters, target: worker, maxConcurrency: REPLAY_CONCURRENCY });
  new QueueMapping(scope, 'ReplayDeadLetterQueue', { queue: replayDeadLetters, target: worker, maxConcurrency: REPLAY_CONCURRENCY });
  const inboundBus = props.service.inboundBus ?? EventBus.fromEventBusName(scope, 'DefaultBus', 'default');
  const sources = { ...props.service, worker, inboundBus, deadLetterQueue: deadLetters, ...(inbound ? { ruleQueue: inbound } : {}) };
  if (service.inbound.length > 0) new InboundSources(scope, 'Inbound', sources);
}
