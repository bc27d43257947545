import type { IEventBus } from 'aws-cdk-lib/aws-events';
import type { IStream } from 'aws-cdk-lib/aws-kinesis';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { inboundDefinition } from '../../contract/inbound.ts';
import type { AnyService } from '../../contract/service.ts';
import { grantKeyUse } from '../grants/grant-key.ts';
import { misuse } from '../misuse.ts';
import { BusRules } from '../sources/bus-rules.ts';
import { QueueMapping } from '../sources/queue-mapping.ts';
import { type StartAt, StreamMapping, type StreamReading } from '../sources/stream-mapping.ts';

/** Messages of other systems that a service takes in, by the way they come. */
export interface InboundWays {
  readonly rules: readonly { readonly source: string; readonly detailType: string }[];
  /** Logical names. */
  readonly queues: readonly string[];
  readonly streams: readonly string[];
}

/** Sorts a service's inbounds; each way is there once. */
export function inboundWays({ inbound }: AnyService): InboundWays {
  const from = inbound.map((one) => inboundDefinition(one).from);
  const rules = new Map(from.flatMap((one) => ('bus' in one ? [[`${one.bus.source}\n${one.bus.detailType}`, one.bus] as const] : [])));
  return {
    rules: [...rules.values()],
    queues: [...new Set(from.flatMap((one) => ('queue' in one ? [one.queue] : [])))],
    streams: [...new Set(from.flatMap((one) => ('stream' in one ? [one.stream] : [])))],
  };
}

/** Where the messages of other systems come from. */
export interface BroughtSources {
  /**
   * Queues named in `defineInbound`, by logical name; their visibility timeout must be at least the worker's timeout. An app may
   * give all of its services the same: what no inbound of a service names is of no effect there. @default - none
   */
  readonly queues?: Readonly<Record<string, IQueue>>;
  /** Streams named in `defineInbound`, by logical name. What no inbound of a service names is of no effect there. @default - none */
  readonly streams?: Readonly<Record<string, IStream>>;
  /** Bus of the events named in `defineInbound`. Of no effect on a service without such an inbound. @default - the default bus of the account, where partners and AWS itself publish */
  readonly inboundBus?: IEventBus;
}

/** What `InboundSources` takes. */
export interface InboundSourcesProps extends BroughtSources, StreamReading {
  readonly service: AnyService;
  readonly worker: IFunction;
  readonly inboundBus: IEventBus;
  /** The queue that rules fill. @default - no rule brings messages */
  readonly ruleQueue?: IQueue;
  readonly deadLetterQueue: IQueue;
  /** @default - none: needed only for streams */
  readonly startAt?: StartAt;
}

/** Brings what is there under a logical name. @throws INBOUND_UNMAPPED */
export function brought<Resource>(
  scope: Construct,
  what: 'queues' | 'streams',
  name: string,
  given: Readonly<Record<string, Resource>> = {},
): Resource {
  const found = Object.hasOwn(given, name) ? given[name] : undefined;
  if (found !== undefined) return found;
  const has = Object.keys(given).join(', ') || 'none';
  throw misuse(
    scope,
    'INBOUND_UNMAPPED',
    `an inbound takes messages from "${name}", and \`${what}\` has ${has}: add \`${what}: { '${name}': … }\`.`,
    { name },
  );
}

/** Connects the worker with the messages of other systems. */
export class InboundSources extends Construct {
  constructor(scope: Construct, id: string, props: InboundSourcesProps) {
    super(scope, id);
    const { service, worker, inboundBus, ruleQueue, deadLetterQueue, startAt } = props;
    const { rules, queues, streams } = inboundWays(service);
    if (ruleQueue) {
      const patterns = rules.map(({ source, detailType }) => ({ source: [source], detailType: [detailType] }));
      new BusRules(this, 'Rules', {
        bus: inboundBus,
        description: `For ${service.name}, of another system`,
        patterns,
        queue: ruleQueue,
        deadLetterQueue,
      });
      new QueueMapping(this, 'RuleQueue', { queue: ruleQueue, target: worker });
    }
    for (const name of queues) {
      const queue = brought(scope, 'queues', name, props.queues);
      grantKeyUse(queue.encryptionMasterKey, worker, ['sqs']);
      new QueueMapping(this, `Queue-${name}`, { queue, target: worker });
    }
    for (const name of streams) {
      const stream = brought(scope, 'streams', name, props.streams);
      if (startAt === undefined)
        throw misuse(scope, 'START_AT_MISSING', `${service.name} reads the stream "${name}": say where it starts, with \`startAt\`.`);
      grantKeyUse(stream.encryptionKey, worker, ['kinesis']);
      new StreamMapping(this, `Stream-${name}`, {
        ...props,
        name: service.name,
        stream,
        target: worker,
        startAt,
        onFailure: deadLetterQueue,
      });
    }
  }
}
