import type { EntityType } from './entity.ts';
import type { DataOf, EventType } from './message-type.ts';

/** The argument type of `emit`/`fail`: the event itself, or, when it was not declared, a sentence that says so. */
export type Declared<E extends EventType, Allowed extends EventType, List extends string> = [E] extends [Allowed]
  ? E
  : `${E['type']} is not in this reaction's ${List}`;

/** What a reaction reads, writes and emits; all of it is committed together with the claim of its message, or not at all. */
export interface Transaction<Out extends EventType = never, Fail extends EventType = never, Later extends EventType = never, Clients = {}> {
  /** Key for calls to outside systems: the same on every retry, redrive and replay; `undo` has another. */
  readonly idempotencyKey: string;
  readonly clients: Clients;
  /** An id derived from the message: a rerun gets the same one. */
  newId(): string;

  /** Sees this reaction's own writes. The commit is conditional on what was read, including absence. @throws STATE_NEWER (retryable) */
  get<State>(entity: EntityType<State>, id: string): Promise<State | undefined>;
  /** Reads all in one call; ids that do not exist are missing in the map. @throws TOO_MANY_IDS for more than 100 */
  getMany<State>(entity: EntityType<State>, ids: readonly string[]): Promise<ReadonlyMap<string, State>>;
  /** Without a `get` before it, `put` means create. @throws ENTITY_EXISTS (which becomes a dead letter), STATE_TOO_LARGE, NOT_JSON */
  put<State>(entity: EntityType<State>, id: string, state: NoInfer<State>): void;
  /** Needs a `get` before it: otherwise it expects that the entity does not exist. @throws ENTITY_EXISTS (which becomes a dead letter) */
  delete(entity: EntityType, id: string): void;

  /** Goes out after the commit. @throws EVENT_NOT_DECLARED, SCHEMA_VIOLATION, MESSAGE_TOO_LARGE, TOO_MANY_EVENTS */
  emit<E extends EventType>(event: Declared<E, Out, 'emits'>, data: NoInfer<DataOf<E>>): void;
  /** Emitted later, e.g. a deadline: an outbox item that is not due yet. Granularity one minute. */
  schedule<E extends EventType>(
    event: Declared<E, Later, 'schedules'>,
    data: NoInfer<DataOf<E>>,
    options: { readonly afterSeconds: number },
  ): void;
  /** A business failure: this reaction's writes are dropped, the step is recorded as failed, the event goes out. Never returns. */
  fail<E extends EventType>(event: Declared<E, Fail, 'fails'>, data: NoInfer<DataOf<E>>): never;
}

/** Only for reactions to a command. */
export interface Refusal {
  /** Says no to the caller: nothing is written and no event goes out; the same idempotency key gets the same answer. Never returns. */
  refuse(code: string, message: string): never;
}
