import { ChoreographyError } from './errors.ts';
import { checkCommandName, checkEventName } from './names.ts';

/** One way in which a value does not match a schema. */
export interface SchemaIssue {
  /** JSON Pointer into the data, `''` for all of it. */
  readonly path: string;
  /** What the schema asks for, in words. */
  readonly expected: string;
  /** What was there, shortened. */
  readonly received: string;
}

/** What is wrong with a message's data, as part of a sentence. */
export function issueText({ path, expected, received }: SchemaIssue): string {
  return `data${path} should be ${expected}, but is ${received}`;
}

/** What the runtime needs of a JSON Schema; written by `choreo schema generate`. */
export interface MessageSchema {
  /** Absolute URI of schema and version: the envelope's `dataschema`. */
  readonly uri: string;
  /** JSON Pointers (with `*` for any array element) of fields that never go to logs. */
  readonly sensitive: readonly string[];
  /** No issue: valid. Must not change the data. */
  validate(data: unknown): readonly SchemaIssue[];
}

/** What a team publishes: a name, a version, and (at type level only) the data it carries. Written by `choreo schema generate`. */
export interface EventType<Name extends string = string, Data = unknown> {
  readonly kind: 'event';
  readonly type: Name;
  readonly version: number;
  /** The field of the data that says what the event is about; it becomes the envelope's `subject`. */
  readonly subject: string;
  readonly schema: MessageSchema;
  /** Type only; never set. `~` keeps it last in completion lists (as in Standard Schema). */
  readonly '~data'?: Data;
}

/** An older version that may still arrive. It cannot be reacted to or emitted: an upcast lifts it to the next one. */
export interface PastVersion<Name extends string = string, Data = unknown, Next = unknown> {
  readonly kind: 'past';
  readonly type: Name;
  readonly version: number;
  readonly schema: MessageSchema;
  readonly '~data'?: Data;
  readonly '~next'?: Next;
}

/** A request to one service. It may be refused, and it has an answer. */
export interface CommandType<Name extends string = string, Data = unknown, Answer = unknown> {
  readonly kind: 'command';
  readonly type: Name;
  readonly version: number;
  readonly subject?: string;
  readonly schema: MessageSchema;
  readonly '~data'?: Data;
  readonly '~answer'?: Answer;
}

/** What a reaction may react to. */
export type Trigger = EventType | CommandType;
/** The data that a message carries. */
export type DataOf<T extends Trigger> = Exclude<T['~data'], undefined>;
/** What a command's reaction returns. */
export type AnswerOf<T extends CommandType> = Exclude<T['~answer'], undefined>;

interface MessageDefinition {
  readonly type: string;
  readonly version: number;
  readonly schema: MessageSchema;
}

function checkVersion({ type, version }: MessageDefinition): void {
  if (Number.isInteger(version) && version >= 1) return;
  throw new ChoreographyError('INVALID_VERSION', `${type} has the version ${version}: give a whole number from 1.`, {
    details: { type, version },
  });
}

/** Used by generated code. @throws INVALID_NAME, INVALID_VERSION */
export function eventType<Name extends string, Data>(definition: {
  type: Name;
  version: number;
  subject: string;
  schema: MessageSchema;
}): EventType<Name, Data> {
  checkEventName(definition.type);
  checkVersion(definition);
  return Object.freeze({ kind: 'event', ...definition } as const);
}

/** Used by generated code. @throws INVALID_NAME, INVALID_VERSION */
export function pastVersion<Name extends string, Data, Next>(definition: {
  type: Name;
  version: number;
  schema: MessageSchema;
}): PastVersion<Name, Data, Next> {
  checkEventName(definition.type);
  checkVersion(definition);
  return Object.freeze({ kind: 'past', ...definition } as const);
}

/** Used by generated code. @throws INVALID_NAME, INVALID_VERSION */
export function commandType<Name extends string, Data, Answer>(definition: {
  type: Name;
  version: number;
  subject?: string;
  schema: MessageSchema;
}): CommandType<Name, Data, Answer> {
  checkCommandName(definition.type);
  checkVersion(definition);
  return Object.freeze({ kind: 'command', ...definition } as const);
}
