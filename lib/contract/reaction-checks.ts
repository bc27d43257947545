import type { ClientDefinition } from './client.ts';
import type { EntityType } from './entity.ts';
import type { Envelope } from './envelope.ts';
import { ChoreographyError } from './errors.ts';
import { RETRY_ATTEMPTS_MAX, WAKE_SECONDS_MAX } from './limits.ts';
import type { EventType, Trigger } from './message-type.ts';
import { checkReactionName } from './names.ts';

/** The transaction as the runtime hands it over, its types erased: the same members as `Transaction` and `Refusal`. */
export interface AnyTransaction {
  readonly idempotencyKey: string;
  readonly clients: Readonly<Record<string, object>>;
  newId(): string;
  get(entity: EntityType, id: string): Promise<unknown>;
  getMany(entity: EntityType, ids: readonly string[]): Promise<ReadonlyMap<string, unknown>>;
  put(entity: EntityType, id: string, state: unknown): void;
  delete(entity: EntityType, id: string): void;
  emit(event: EventType, data: unknown): void;
  schedule(event: EventType, data: unknown, options: { readonly afterSeconds: number }): void;
  fail(event: EventType, data: unknown): never;
  refuse(code: string, message: string): never;
}

/** A reaction with defaults filled in and its types erased: what the runtime runs. */
export interface RunnableReaction {
  readonly kind: 'reaction';
  readonly name: string;
  readonly on: readonly Trigger[];
  readonly emits: readonly EventType[];
  readonly fails: readonly EventType[];
  readonly schedules: readonly EventType[];
  readonly clients: Readonly<Record<string, ClientDefinition>>;
  readonly retry: { readonly attempts: number; readonly backoffSeconds: number };
  readonly delivery: 'at-least-once' | 'at-most-once';
  readonly reprocessable: boolean;
  /** It calls something that changes the world outside: the protocol for outside calls is on. */
  readonly callsOutside: boolean;
  reads?(event: Envelope): readonly (readonly [entity: EntityType, id: string])[];
  react(event: Envelope, tx: AnyTransaction): unknown;
  onGiveUp?(event: Envelope, tx: AnyTransaction, error: Error): unknown;
  readonly compensation?: RunnableCompensation;
}

/** A compensation with its types erased. */
export interface RunnableCompensation {
  readonly on: readonly EventType[];
  readonly emits: readonly EventType[];
  readonly undoWindowHours?: number;
  undo(event: Envelope, tx: AnyTransaction, step: unknown): unknown;
}

type Loose = { readonly [K in keyof RunnableReaction]?: unknown } & {
  readonly name: string;
  readonly compensation?: { readonly on?: unknown; readonly emits?: unknown; readonly undo?: unknown; readonly undoWindowHours?: number };
};

function refuse(name: string, problem: string, details: Readonly<Record<string, unknown>> = {}): never {
  throw new ChoreographyError('INVALID_REACTION', `Reaction ${name}: ${problem}.`, { details: { reaction: name, ...details } });
}

const OPTIONS = 'name on emits fails schedules clients reads retry delivery reprocessable react onGiveUp compensation'.split(' ');
const COMPENSATION_OPTIONS = 'on emits undoWindowHours undo'.split(' ');

/** A misspelled `compensation` would leave a step that nothing undoes; the compiler sees it, JavaScript and tsx do not. */
function checkOptions(name: string, options: object, known: readonly string[], within = ''): void {
  const unknown = Object.keys(options).find((option) => !known.includes(option));
  if (unknown !== undefined) refuse(name, `there is no option \`${within}${unknown}\`; the options are ${known.join(', ')}`);
}

function messages(name: string, list: string, value: unknown, kinds: readonly string[]): readonly never[] {
  const items: readonly unknown[] = value === undefined ? [] : [value].flat();
  const seen = new Set<string>();
  for (const item of items) {
    const { kind, type } = (typeof item === 'object' && item !== null ? item : {}) as { kind?: string; type?: string };
    if (kind === 'past') refuse(name, `\`${list}\` has an older version of ${type}; use ${type} and lift the older one with defineUpcast`);
    if (kind === undefined || !kinds.includes(kind)) {
      const shown = typeof item === 'string' ? `"${item}"` : typeof item;
      refuse(
        name,
        `\`${list}\` has ${type ?? shown}, which is not ${kinds.includes('command') ? 'a message' : 'an event'}; use the constants in schemas/generated`,
      );
    }
    if (seen.has(`${type}`)) refuse(name, `\`${list}\` has ${type} twice`);
    seen.add(`${type}`);
  }
  return items as readonly never[];
}

function checkRetry(name: string, retry: unknown): RunnableReaction['retry'] {
  const { attempts = 5, backoffSeconds = 1 } = (retry ?? {}) as { attempts?: number; backoffSeconds?: number };
  if (!Number.isInteger(attempts) || attempts < 1 || attempts > RETRY_ATTEMPTS_MAX)
    refuse(name, `\`retry.attempts\` is ${attempts}; give a whole number from 1 to ${RETRY_ATTEMPTS_MAX}`);
  if (!(backoffSeconds >= 0 && backoffSeconds <= WAKE_SECONDS_MAX))
    refuse(name, `\`retry.backoffSeconds\` is ${backoffSeconds}; give 0 to ${WAKE_SECONDS_MAX}`);
  return { attempts, backoffSeconds };
}

function checkCompensation(definition: Loose, on: readonly Trigger[]): RunnableCompensation | undefined {
  const { name, compensation } = definition;
  if (compensation === undefined) return undefined;
  checkOptions(name, compensation, COMPENSATION_OPTIONS, 'compensation.');
  if (typeof compensation.undo !== 'function') refuse(name, '`compensation.undo` is missing; write what gives back what `react` took');
  const triggers: readonly EventType[] = messages(name, 'compensation.on', compensation.on, ['event']);
  if (triggers.length === 0) refuse(name, '`compensation.on` is empty; name the failure events that undo it');
  const own = triggers.find((trigger) => on.some((message) => message.type === trigger.type));
  if (own) refuse(name, `${own.type} both runs and undoes it; a trigger cannot be its own compensation`);
  const { undoWindowHours } = compensation;
  if (undoWindowHours !== undefined && !(undoWindowHours > 0))
    refuse(name, `\`compensation.undoWindowHours\` is ${undoWindowHours}; give hours above 0, or leave it out`);
  return {
    ...(compensation as object),
    on: triggers,
    emits: messages(name, 'compensation.emits', compensation.emits, ['event']),
  } as unknown as RunnableCompensation;
}

function checkClients(name: string, clients: unknown): RunnableReaction['clients'] {
  const declared = (clients ?? {}) as Record<string, ClientDefinition | undefined>;
  for (const [key, value] of Object.entries(declared)) {
    if (value?.kind !== 'client')
      refuse(name, `\`clients.${key}\` is not a declaration; write ${key}: client<…>() and give the client to createHandlers`);
  }
  return declared as RunnableReaction['clients'];
}

function checkRules(reaction: RunnableReaction): void {
  const { name, compensation } = reaction;
  if (reaction.on.length === 0) refuse(name, '`on` is empty; name the messages it reacts to');
  if (typeof reaction.react !== 'function') refuse(name, '`react` is missing; write what the service does when the message arrives');
  const commands = reaction.on.filter((message) => message.kind === 'command').length;
  if (commands > 0 && reaction.on.length > 1)
    refuse(name, 'a reaction to a command reacts to that command alone, because its answer goes back to one caller');
  const both = reaction.emits.find((event) => reaction.fails.some((failure) => failure.type === event.type));
  if (both) refuse(name, `${both.type} is in \`emits\` and in \`fails\`; an event means success or failure, not both`);
  if (reaction.delivery !== 'at-least-once' && reaction.delivery !== 'at-most-once')
    refuse(name, `\`delivery\` is "${String(reaction.delivery)}"; use "at-least-once" or "at-most-once"`);
  if (reaction.delivery === 'at-most-once' && !reaction.callsOutside)
    refuse(name, '`delivery: "at-most-once"` is for reactions that call outside systems; declare them in `clients`');
  const emitsSomething = reaction.emits.length + reaction.fails.length + reaction.schedules.length > 0;
  if (reaction.reprocessable && (compensation || reaction.callsOutside || emitsSomething)) {
    refuse(name, '`reprocessable` is for projections: no compensation, no clients, no emits, fails or schedules');
  }
}

/** Fills in defaults and refuses what cannot work, by exact text. @throws INVALID_NAME, INVALID_REACTION */
export function checkReaction(definition: Loose): RunnableReaction {
  checkReactionName(definition.name);
  const { name } = definition;
  checkOptions(name, definition, OPTIONS);
  const on = messages(name, 'on', definition.on, ['event', 'command']);
  const clients = checkClients(name, definition.clients);
  const compensation = checkCompensation(definition, on);
  const reaction = {
    kind: 'reaction',
    name,
    on,
    emits: messages(name, 'emits', definition.emits, ['event']),
    fails: messages(name, 'fails', definition.fails, ['event']),
    schedules: messages(name, 'schedules', definition.schedules, ['event']),
    clients,
    retry: checkRetry(name, definition.retry),
    delivery: definition.delivery ?? 'at-least-once',
    reprocessable: definition.reprocessable ?? false,
    callsOutside: Object.values(clients).some((declared) => !declared.readOnly),
    ...(definition.reads ? { reads: definition.reads } : {}),
    react: definition.react,
    ...(definition.onGiveUp ? { onGiveUp: definition.onGiveUp } : {}),
    ...(compensation ? { compensation } : {}),
  } as unknown as RunnableReaction;
  checkRules(reaction);
  return Object.freeze(reaction);
}
