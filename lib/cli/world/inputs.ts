import type { Choreography } from '../../contract/choreography.ts';
import { ChoreographyError } from '../../contract/errors.ts';
import { type CommandType, type EventType, issueText, type MessageSchema, type Trigger } from '../../contract/message-type.ts';
import { messagesOf, reactionsOf, type Service } from '../../contract/service.ts';
import type { Engine } from '../../embedded/engine.ts';
import type { CommandOutcome } from '../../runtime/service-runtime.ts';
import { suggestion } from '../suggest.ts';
import { createForeignInput, type DeliveredMessage, type ForeignMessage, inboundNames } from './foreign-input.ts';

/** A command that is sent into a world, by the name of its type. */
export interface CommandInput {
  readonly command: string;
  readonly data: unknown;
  /** @default - one of its own for each call */
  readonly idempotencyKey?: string;
  /** @default - the service that has the command */
  readonly service?: string;
}

/** An event that is put onto the stream of a world, as another system would. */
export interface EventInput {
  readonly event: string;
  readonly data: unknown;
  /** One that a service takes, sends or lifts. @default - the newest of them */
  readonly version?: number;
  /** @default - a saga of its own */
  readonly correlationId?: string;
}

/** How messages get into a world in memory from outside. */
export interface WorldInputs {
  /** @throws UNKNOWN_COMMAND, UNKNOWN_SERVICE, SCHEMA_VIOLATION, INVALID_IDEMPOTENCY_KEY, COMMAND_UNAVAILABLE (retryable) */
  send(input: CommandInput): Promise<CommandOutcome>;
  /** @throws UNKNOWN_EVENT, SCHEMA_VIOLATION */
  publish(input: EventInput): Promise<{ readonly id: string; readonly correlationId: string }>;
  /** @throws UNKNOWN_INPUT */
  deliver(input: ForeignMessage): Promise<DeliveredMessage>;
}

/** Calls of a command that gets no answer: whoever typed it waits some seconds, not a minute. */
const TRIES_MAX = 5;
/** Who sends and publishes, in the envelope of the message. */
const OUTSIDE = 'choreo';
/** Places of the data that an error names. */
const ISSUES_NAMED_MAX = 10;

const found = (name: string, { all }: Known): Trigger | undefined => (Object.hasOwn(all, name) ? all[name] : undefined);

/** The commands or the events that services know, each in its newest version. */
interface Known {
  readonly kind: 'command' | 'event';
  readonly verb: 'send' | 'publish';
  readonly all: Readonly<Record<string, Trigger>>;
}

function knownOf({ services }: Choreography, kind: Known['kind']): Known {
  const all: Record<string, Trigger> = {};
  for (const message of services.flatMap((service) => reactionsOf(service as Service).flatMap(messagesOf))) {
    if (message.kind === kind && message.version >= (all[message.type]?.version ?? 0)) all[message.type] = message;
  }
  return { kind, verb: kind === 'command' ? 'send' : 'publish', all };
}

/** Schemas of an event by version: those that services name, and those that they lift. */
function versionsOf({ services }: Choreography, type: string): ReadonlyMap<number, MessageSchema> {
  const messages = services.flatMap((service) => [
    ...reactionsOf(service as Service).flatMap(messagesOf),
    ...service.upcasts.map(({ from }) => from),
  ]);
  return new Map(messages.filter((message) => message.type === type).map(({ version, schema }) => [version, schema]));
}

/** The event as it was in a version. @throws UNKNOWN_EVENT */
function inVersion(choreography: Choreography, event: EventType, version: number): EventType {
  const versions = versionsOf(choreography, event.type);
  const schema = versions.get(version);
  if (schema) return { ...event, version, schema };
  throw new ChoreographyError('UNKNOWN_EVENT', `No service of this choreography knows version ${version} of ${event.type}.`, {
    details: {
      why: `The versions that services take, send or lift are ${[...versions.keys()].sort((left, right) => left - right).join(', ')}.`,
      fix: 'Take one of them; an older one is known to a service that lifts it (`upcasts`).',
    },
  });
}

/** What can be put into a choreography from outside. */
export interface InputNames {
  readonly commands: readonly string[];
  readonly events: readonly string[];
  readonly inbounds: readonly string[];
}

/** The names of the commands, events and inbounds of a choreography, in the order in which its services name them. */
export function namesOf(choreography: Choreography): InputNames {
  return {
    commands: Object.keys(knownOf(choreography, 'command').all),
    events: Object.keys(knownOf(choreography, 'event').all),
    inbounds: inboundNames(choreography),
  };
}

function unknown(name: string, { kind, verb, all }: Known, other: Known): ChoreographyError {
  const names = Object.keys(all);
  const meant = suggestion(name, names);
  const fix =
    found(name, other) !== undefined
      ? `${name} is ${other.kind === 'event' ? 'an event' : 'a command'}: choreo ${other.verb} ${name}.`
      : meant === undefined
        ? 'Check the name; after a change to the code, start what is served again.'
        : `Did you mean choreo ${verb} ${meant}?`;
  const code = kind === 'command' ? 'UNKNOWN_COMMAND' : 'UNKNOWN_EVENT';
  const why = names.length === 0 ? `It has no ${kind} at all.` : `Its ${kind}s are ${names.join(', ')}.`;
  return new ChoreographyError(code, `No service of this choreography knows the ${kind} ${name}.`, { details: { why, fix } });
}

/** All that is wrong with the data, before anything is sent. @throws SCHEMA_VIOLATION */
function checkData({ type, version, schema }: Trigger, data: unknown): void {
  const issues = schema.validate(data);
  if (issues.length === 0) return;
  const lines = issues.slice(0, ISSUES_NAMED_MAX).map(issueText);
  const more = issues.length - lines.length;
  throw new ChoreographyError(
    'SCHEMA_VIOLATION',
    [`This data does not match ${type} version ${version}:`, ...lines, ...(more > 0 ? [`and ${more} more`] : [])].join('\n'),
    {
      details: {
        issues: issues.slice(0, ISSUES_NAMED_MAX),
        why: `It does not match the schema of ${type}; nothing was sent.`,
        fix: `Correct --data. The schema is ${type}/${version}.json in the directory of your schemas.`,
      },
    },
  );
}

/** @throws UNKNOWN_COMMAND, UNKNOWN_EVENT */
function oneOf(name: string, known: Known, other: Known): Trigger {
  const message = found(name, known);
  if (message === undefined) throw unknown(name, known, other);
  return message;
}

/** The ways into an engine. They do not run its world: somebody else does. */
export function createInputs(
  engine: Pick<Engine, 'call' | 'publish' | 'putEvent' | 'putMessage'>,
  choreography: Choreography,
): WorldInputs {
  const deliver = createForeignInput(engine, choreography);
  const commands = knownOf(choreography, 'command');
  const events = knownOf(choreography, 'event');
  return {
    async send({ command: name, data, idempotencyKey, service }) {
      const command = oneOf(name, commands, events) as CommandType;
      checkData(command, data);
      return engine.call(command, data, {
        caller: OUTSIDE,
        triesMax: TRIES_MAX,
        ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
        ...(service === undefined ? {} : { service }),
      });
    },
    async publish({ event: name, data, version, correlationId }) {
      const newest = oneOf(name, events, commands) as EventType;
      const event = version === undefined ? newest : inVersion(choreography, newest, version);
      checkData(event, data);
      return engine.publish(event, data, { source: OUTSIDE, ...(correlationId === undefined ? {} : { correlationId }) });
    },
    deliver: async (message) => deliver(message),
  };
}
