import { ChoreographyError } from '../../contract/errors.ts';
import type { CommandType, EventType } from '../../contract/message-type.ts';
import { createEnvelope, isoTime } from '../../runtime/message/envelopes.ts';
import type { CommandOutcome } from '../../runtime/service-runtime.ts';
import type { Backbone } from '../backbone.ts';
import { callCommand } from './command-caller.ts';
import { inputName } from './inbounds.ts';
import type { ServiceHost } from './service-host.ts';

/** How `send` is called. */
export interface SendOptions {
  /** @default - one of its own for each call */
  readonly idempotencyKey?: string;
  /** @default 'world' */
  readonly caller?: string;
  /** @default - the service that has the command */
  readonly service?: string;
  /** Calls of the command while no answer comes, or one that says to try later. @default 20 */
  readonly triesMax?: number;
}

/** How `publish` is called. */
export interface PublishOptions {
  /** @default - the id of the event: a saga of its own */
  readonly correlationId?: string;
  /** @default 'world' */
  readonly source?: string;
  readonly id?: string;
}

/** What comes into a world from outside: commands, events, and messages of other systems. */
export interface WorldInputs {
  /** Runs a command, and the world until its answer is there. @throws COMMAND_UNAVAILABLE (retryable), UNKNOWN_COMMAND, SCHEMA_VIOLATION */
  send(command: CommandType, data: unknown, options?: SendOptions): Promise<CommandOutcome>;
  /** The same without running the world: for one that somebody else runs, e.g. as the machine's time passes. */
  call(command: CommandType, data: unknown, options?: SendOptions): Promise<CommandOutcome>;
  /** Puts an event onto the stream, as another system would. @throws SCHEMA_VIOLATION */
  publish(event: EventType, data: unknown, options?: PublishOptions): Promise<{ readonly id: string; readonly correlationId: string }>;
  /** Puts any text onto the stream. */
  putRecord(data: string, partitionKey: string): void;
  /** Puts an event of another system onto the bus, as `PutEvents` would; rules of services with such an inbound take it. */
  putEvent(event: { readonly source: string; readonly detailType: string; readonly detail: object }): void;
  /** Puts a message of another system into a queue or stream that inbounds read, by logical name. @throws UNKNOWN_INPUT */
  putMessage(to: { readonly queue: string } | { readonly stream: string }, body: string): void;
}

const WORLD = 'world';

/** The host of a service. @throws UNKNOWN_SERVICE */
export function hostOf(hosts: ReadonlyMap<string, ServiceHost>, service: string): ServiceHost {
  const host = hosts.get(service);
  if (host) return host;
  throw new ChoreographyError('UNKNOWN_SERVICE', `There is no service ${service}; the services are ${[...hosts.keys()].join(', ')}.`, {
    details: { service },
  });
}

function ownerOf(hosts: ReadonlyMap<string, ServiceHost>, { type }: CommandType): ServiceHost {
  for (const host of hosts.values()) if (host.commands.has(type)) return host;
  throw new ChoreographyError('UNKNOWN_COMMAND', `No service has a reaction to ${type}.`, { details: { command: type } });
}

/** Commands and events from outside. */
export function createWorldInputs(hosts: ReadonlyMap<string, ServiceHost>, backbone: Backbone): WorldInputs {
  const { scheduler, stream } = backbone;
  const callers = { ...backbone, random: backbone.random.fork('callers') };
  let inputs = 0;
  const nextId = (kind: string) => {
    inputs += 1;
    return `${kind}-${inputs}`;
  };
  const call: WorldInputs['call'] = async (command, data, options = {}) => {
    const { idempotencyKey = nextId('call'), caller = WORLD, service, triesMax } = options;
    const host = service === undefined ? ownerOf(hosts, command) : hostOf(hosts, service);
    return callCommand(callers, host, { command, data, idempotencyKey, caller }, triesMax);
  };
  return {
    call,
    send: (command, data, options) => scheduler.finish(call(command, data, options)),
    async publish(event, data, { id = nextId('event'), correlationId = id, source = WORLD } = {}) {
      const head = { id, source, time: isoTime(scheduler.now()), correlationid: correlationId, causationid: id, hops: 0 };
      await backbone.publisher.publish([createEnvelope(event, data, head)]);
      return { id, correlationId };
    },
    putRecord: (data, partitionKey) => void stream.put({ data, partitionKey }),
    putEvent: ({ source, detailType, detail }) =>
      backbone.bus.put({ source, detailType, detail: JSON.stringify(detail), time: isoTime(scheduler.now()) }),
    putMessage(to, body) {
      const name = inputName(to);
      const inputs = [...hosts.values()].flatMap((host) => host.inputs.get(name) ?? []);
      if (inputs.length === 0) {
        throw new ChoreographyError('UNKNOWN_INPUT', `No service has an inbound from the ${name}; declare one with defineInbound.`, {
          details: { to },
        });
      }
      for (const input of inputs) input(body);
    },
  };
}
