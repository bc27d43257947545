import { ChoreographyError } from './errors.ts';
import type { Inbound } from './inbound.ts';
import type { Trigger } from './message-type.ts';
import { checkServiceName } from './names.ts';
import type { Reaction } from './reaction.ts';
import type { RunnableReaction } from './reaction-checks.ts';
import type { Upcast } from './upcast.ts';

/** How fast a service may publish, per running instance; the total is this times the maximum concurrency. */
export interface PublishRate {
  readonly eventsPerSecond: number;
  /** Events that may go out at once after an idle time. @default eventsPerSecond */
  readonly burst?: number;
}

/** How many commands a service takes, per running instance; the total is this times the instances of its command function. */
export interface CommandRate {
  readonly commandsPerSecond: number;
  /** Commands that may arrive at once after an idle time, at least 1. @default commandsPerSecond, or 1 */
  readonly burst?: number;
}

/** What `defineService` takes. */
// biome-ignore lint/suspicious/noExplicitAny: a reaction is invariant in its clients; only `any` admits every one of them
export interface ServiceDefinition<R extends readonly Reaction<any>[]> {
  readonly name: string;
  /** Where its events come from. @default 'stream' */
  readonly source?: 'stream' | 'bus';
  readonly reactions: R;
  readonly upcasts?: readonly Upcast[];
  readonly inbound?: readonly Inbound[];
  /** Only for a service that publishes. @default - as fast as the stream accepts them */
  readonly publishRate?: PublishRate;
  /** Only for a service with commands. Commands above this rate are refused at once as `TOO_MANY_COMMANDS`, over HTTP as 429 with `retry-after`. @default - no limit */
  readonly commandRate?: CommandRate;
  /** Promises that an event waits no longer than this, in seconds. The alarm on lag and `choreo consumer list` use it. @default - no promise; the alarm is at 5 minutes */
  readonly lagSecondsMax?: number;
}

/** A service: its reactions, and which clients they need. */
export interface Service<Clients = {}> {
  readonly kind: 'service';
  readonly name: string;
  readonly source: 'stream' | 'bus';
  readonly reactions: readonly Reaction[];
  readonly upcasts: readonly Upcast[];
  readonly inbound: readonly Inbound[];
  readonly publishRate?: PublishRate;
  readonly commandRate?: CommandRate;
  readonly lagSecondsMax?: number;
  readonly '~clients'?: Clients;
}

/** A service with any clients. */
// biome-ignore lint/suspicious/noExplicitAny: a service is invariant in its clients; only `any` admits every one of them
export type AnyService = Service<any>;

type Both<U> = (U extends unknown ? (x: U) => void : never) extends (x: infer I) => void ? { readonly [K in keyof I]: I[K] } : never;
// Of a tuple: in an array, TypeScript folds a reaction with clients into one without, and its clients are lost.
// biome-ignore lint/suspicious/noExplicitAny: as above
type ClientsOf<R extends readonly Reaction<any>[]> = Both<Exclude<R[number]['~clients'], undefined>>;

function refuse(name: string, code: string, problem: string): never {
  throw new ChoreographyError(code, `Service ${name}: ${problem}.`, { details: { service: name } });
}

function checkUnique(name: string, what: string, keys: readonly string[]): void {
  const twice = keys.find((key, index) => keys.indexOf(key) !== index);
  if (twice !== undefined) refuse(name, 'DUPLICATE', `${what} ${twice} is listed twice`);
}

/** All messages that a reaction names, with those of its compensation; one may be there more than once. */
export function messagesOf({ on, emits, fails, schedules, compensation }: RunnableReaction): readonly Trigger[] {
  return [...on, ...emits, ...fails, ...schedules, ...(compensation?.on ?? []), ...(compensation?.emits ?? [])];
}

function checkVersions(name: string, reactions: readonly RunnableReaction[]): void {
  const versions = new Map<string, number>();
  for (const message of reactions.flatMap(messagesOf)) {
    const other = versions.get(message.type);
    if (other !== undefined && other !== message.version) {
      refuse(
        name,
        'DUPLICATE',
        `${message.type} is used in the versions ${other} and ${message.version}; a service knows one current version of a message`,
      );
    }
    versions.set(message.type, message.version);
  }
}

function checkAboveZero(name: string, what: string, value: number): void {
  if (!(value > 0)) refuse(name, 'INVALID_SERVICE', `\`${what}\` is ${value}; give a number above 0`);
}

function checkBurst(name: string, what: string, burst: number, otherwise: string): void {
  if (!(burst >= 1)) refuse(name, 'INVALID_SERVICE', `\`${what}\` is ${burst}; give 1 or more, or ${otherwise}`);
}

const OPTIONS = 'name source reactions upcasts inbound publishRate commandRate lagSecondsMax'.split(' ');

type Flow = Pick<ServiceDefinition<[]>, 'publishRate' | 'commandRate' | 'lagSecondsMax'>;

/** What is given of these, checked. */
function flowOf(name: string, { publishRate, commandRate, lagSecondsMax }: Flow): Flow {
  if (publishRate) {
    checkAboveZero(name, 'publishRate.eventsPerSecond', publishRate.eventsPerSecond);
    checkBurst(name, 'publishRate.burst', publishRate.burst ?? 1, 'no event ever goes out');
  }
  if (commandRate) {
    checkAboveZero(name, 'commandRate.commandsPerSecond', commandRate.commandsPerSecond);
    checkBurst(name, 'commandRate.burst', commandRate.burst ?? 1, 'no command ever comes in');
  }
  if (lagSecondsMax !== undefined) checkAboveZero(name, 'lagSecondsMax', lagSecondsMax);
  return {
    ...(publishRate ? { publishRate } : {}),
    ...(commandRate ? { commandRate } : {}),
    ...(lagSecondsMax === undefined ? {} : { lagSecondsMax }),
  };
}

/** A rate of what a service never has would change nothing, and nobody would notice. */
function checkRates(name: string, reactions: readonly RunnableReaction[], { publishRate, commandRate }: Flow): void {
  if (commandRate && !reactions.some(({ on }) => on.some(({ kind }) => kind === 'command')))
    refuse(name, 'INVALID_SERVICE', '`commandRate` has no effect, since no reaction takes a command; leave it out');
  const publishes = ({ emits, fails, schedules, compensation }: RunnableReaction) =>
    emits.length + fails.length + schedules.length + (compensation?.emits.length ?? 0) > 0;
  if (publishRate && !reactions.some(publishes))
    refuse(name, 'INVALID_SERVICE', '`publishRate` has no effect, since no reaction publishes an event; leave it out');
}

/**
 * Combines reactions into a service, the unit that is deployed and has its own journal.
 * @throws INVALID_NAME, DUPLICATE, INVALID_SERVICE
 */
// biome-ignore lint/suspicious/noExplicitAny: as above
export function defineService<const R extends readonly Reaction<any>[]>(definition: ServiceDefinition<R>): Service<ClientsOf<R>> {
  const { name, source = 'stream', reactions, upcasts = [], inbound = [] } = definition;
  checkServiceName(name);
  // `kind`: a service that is spread, to define it with a change.
  const unknown = Object.keys(definition).find((option) => option !== 'kind' && !OPTIONS.includes(option));
  if (unknown !== undefined) refuse(name, 'INVALID_SERVICE', `there is no option \`${unknown}\`; the options are ${OPTIONS.join(', ')}`);
  if (source !== 'stream' && source !== 'bus') refuse(name, 'INVALID_SERVICE', `\`source\` is "${String(source)}"; use "stream" or "bus"`);
  if (reactions.length === 0) refuse(name, 'INVALID_SERVICE', '`reactions` is empty; a service reacts to something');
  checkUnique(
    name,
    'reaction',
    reactions.map((reaction) => reaction.name),
  );
  checkUnique(
    name,
    'the command',
    reactions.flatMap((reaction) => reaction.on.filter((message) => message.kind === 'command').map((command) => command.type)),
  );
  checkUnique(
    name,
    'the upcast from',
    upcasts.map(({ from }) => `${from.type} version ${from.version}`),
  );
  checkVersions(name, reactionsOf({ reactions }));
  const flow = flowOf(name, definition);
  checkRates(name, reactionsOf({ reactions }), flow);
  return Object.freeze({ kind: 'service', name, source, reactions, upcasts, inbound, ...flow } as never);
}

/** The service's reactions with everything that the runtime needs. */
export function reactionsOf(service: Pick<Service, 'reactions'>): readonly RunnableReaction[] {
  return service.reactions as unknown as readonly RunnableReaction[];
}
