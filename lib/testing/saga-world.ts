import type { EntityType } from '../contract/entity.ts';
import { ChoreographyError } from '../contract/errors.ts';
import type { AnswerOf, CommandType, DataOf } from '../contract/message-type.ts';
import type { Saga } from '../operations/sagas/saga.ts';
import type { CommandOutcome } from '../runtime/service-runtime.ts';

/** How a command is sent. */
export interface SendOptions {
  /** The same key gets the first answer. @default - a new one each time */
  readonly idempotencyKey?: string;
}

/** How long a saga may take. */
export interface EndedOptions {
  /** Seconds of real time, 1 to 900. A world in memory takes none: there, time is virtual. @default 60 */
  readonly withinSeconds?: number;
}

/**
 * What a test of a saga needs, and what a world has wherever its services run: in memory (`createWorld`), or on an emulator
 * or in an account (`openWorld`). A test that is a function of a `SagaWorld` runs on all of them.
 */
export interface SagaWorld {
  /** Runs a command; a repeated idempotency key gets the first answer. @throws the refusal's code, COMMAND_UNAVAILABLE, UNKNOWN_COMMAND, SCHEMA_VIOLATION */
  send<C extends CommandType>(
    command: C,
    data: NoInfer<DataOf<C>>,
    options?: SendOptions,
  ): Promise<{ answer: AnswerOf<C>; correlationId: string }>;
  /**
   * Waits until nothing more is to happen in a saga: it is `completed`, `compensated`, or `stuck` on a dead letter, which
   * somebody has to look at. Deadlines that lie ahead are not waited for. @throws SAGA_NOT_ENDED, NOT_AT_REST, OPTION_OUT_OF_BOUNDS
   */
  ended(correlationId: string, options?: EndedOptions): Promise<Saga>;
  /** An entity as its service has it. @throws UNKNOWN_SERVICE, INVALID_ID */
  state<State>(service: string, entity: EntityType<State>, id: string): State | undefined | Promise<State | undefined>;
  /** A service's entities by a declared index, as `openService(…).query` finds them: by id, 1,000 at most. @throws UNKNOWN_SERVICE, UNKNOWN_INDEX */
  query<State>(service: string, entity: EntityType<State>, index: string, value: string): Promise<readonly State[]>;
}

/** Entities that `query` of a world finds. */
export const QUERY_ENTITIES_MAX = 1_000;

/** What a command answered. @throws the refusal's code */
export function answerOf<C extends CommandType>(
  { type: command }: C,
  outcome: CommandOutcome,
): { answer: AnswerOf<C>; correlationId: string } {
  if (outcome.ok) return { answer: outcome.answer as never, correlationId: outcome.correlationId };
  throw new ChoreographyError(outcome.code, outcome.message, { retryable: outcome.retryable, details: { command } });
}
