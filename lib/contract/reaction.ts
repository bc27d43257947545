import type { ClientTypes } from './client.ts';
import type { EntityType } from './entity.ts';
import type { EnvelopeOf } from './envelope.ts';
import type { CommandType, EventType, Trigger } from './message-type.ts';
import { checkReaction } from './reaction-checks.ts';
import type { Refusal, Transaction } from './transaction.ts';

type Awaitable<T> = T | Promise<T>;

/** How often a reaction is tried before it gives up. */
export interface Retry {
  /** Runs of `react`, including the first; a throttled store never counts. @default 5 */
  readonly attempts?: number;
  /**
   * Seconds between runs, 0 to 1,200, once the first few have failed within about 3 seconds and the saga waits: then doubled up to
   * the setting `wakeSecondsMax` (60), if it is not longer itself. With full jitter: any time up to that. @default 1
   */
  readonly backoffSeconds?: number;
}

/** How one reaction is undone when a failure event arrives. */
export interface Compensation<In extends EventType, Out extends EventType, Told extends EventType, Step, Clients> {
  /** Any one of these failures undoes the step. */
  readonly on: In | readonly In[];
  readonly emits?: readonly Out[];
  /**
   * Hours after which the step can no longer be undone; a trigger after that is a dead letter `UNDO_WINDOW_PASSED`. Its
   * journal entry expires when no deadline can fire any more that was scheduled by then: 400 days and a claim's life later.
   * @default - no end: the step stays in the journal
   */
  readonly undoWindowHours?: number;
  /** `event`: the trigger, or the failure that `onGiveUp` told, if the outcome of a call was learned only later. */
  undo(event: EnvelopeOf<In | Told>, tx: Transaction<Out, never, never, Clients>, step: Step): Awaitable<void>;
}

/** What a step remembers is what `react` returned; for a command it is the answer. */
export type ReturnFor<In extends Trigger> = [In] extends [CommandType<string, unknown, infer Answer>] ? Answer : unknown;
type NothingFor<In extends Trigger> = [In] extends [CommandType<string, unknown, infer Answer>] ? Answer : void;
type TransactionFor<In extends Trigger, Out extends EventType, Fail extends EventType, Later extends EventType, Clients> = Transaction<
  Out,
  Fail,
  Later,
  Clients
> &
  ([In] extends [CommandType] ? Refusal : unknown);

/** What `defineReaction` takes. */
export interface ReactionDefinition<
  In extends Trigger,
  Out extends EventType,
  Fail extends EventType,
  Step,
  Clients,
  UndoIn extends EventType,
  UndoOut extends EventType,
  Later extends EventType,
> {
  /** Part of the stored claim: renaming it makes redelivered events run again. `choreo check` refuses a rename of a deployed name. */
  readonly name: string;
  /** Runs on any one of these; each message is a run of its own. */
  readonly on: In | readonly In[];
  readonly emits?: readonly Out[];
  readonly fails?: readonly Fail[];
  readonly schedules?: readonly Later[];
  readonly clients?: ClientTypes<Clients>;
  /** Entities that are read for a message: fetched for the whole batch in one call. A hint; other entities are read when `tx.get` asks for them. */
  reads?(event: EnvelopeOf<In>): readonly (readonly [entity: EntityType, id: string])[];
  readonly retry?: Retry;
  /**
   * For reactions with clients. `at-least-once`: a crash in between repeats the call with the same idempotency key.
   * `at-most-once`: the attempt is recorded first and never repeated; an unknown outcome becomes a dead letter.
   * @default 'at-least-once'
   */
  readonly delivery?: 'at-least-once' | 'at-most-once';
  /** May be run again over past events on purpose, to rebuild what it keeps (`choreo replay start --mode reprocess`). @default false */
  readonly reprocessable?: boolean;
  react(event: EnvelopeOf<In>, tx: TransactionFor<In, Out, Fail, Later, Clients>): Awaitable<Step>;
  /** Runs when the last attempt failed: emit, or fail with, what other services must know. Committed together with the dead letter. @default - only the dead letter */
  onGiveUp?(
    event: EnvelopeOf<In>,
    tx: Pick<Transaction<Out, Fail, Later>, 'emit' | 'fail' | 'get' | 'newId'>,
    error: Error,
  ): Awaitable<void>;
  /** Write it below `react`: its step data is what `react` returns. */
  readonly compensation?: Compensation<UndoIn, UndoOut, NoInfer<Fail>, NoInfer<Step>, Clients>;
}

/** Smaller than what was put in: only what others type against, so that hovers and .d.ts stay one line. */
export interface Reaction<Clients = {}> {
  readonly kind: 'reaction';
  readonly name: string;
  readonly on: readonly Trigger[];
  readonly emits: readonly EventType[];
  readonly fails: readonly EventType[];
  readonly schedules: readonly EventType[];
  readonly '~clients'?: Clients;
}

/**
 * Declares what a service does when a message arrives and, with `compensation`, how that is undone. `emits`, `fails` and
 * `schedules` are the contract: topology, permissions and checks are derived from them.
 * @throws INVALID_NAME, INVALID_REACTION
 */
export function defineReaction<
  In extends Trigger,
  const Out extends EventType = never,
  const Fail extends EventType = never,
  Step extends ReturnFor<In> = NothingFor<In>, // `void`, not `unknown`: a `compensation` written above `react` then fails to compile instead of getting `any`
  Clients = {},
  UndoIn extends EventType = never,
  const UndoOut extends EventType = never,
  const Later extends EventType = never,
>(definition: ReactionDefinition<In, Out, Fail, Step, Clients, UndoIn, UndoOut, Later>): Reaction<Clients> {
  return checkReaction(definition as never) as unknown as Reaction<Clients>;
}
