import type { SagaMessage } from '../../operations/sagas/saga.ts';

/** How one delivery of a message to one reaction stands. */
export type DeliveryOutcome = 'done' | 'failed' | 'undone' | 'refused' | 'open' | 'parked' | 'expected';

/** A message that came to a service; of one that no journal has, its undo only tells which it was. */
export type Delivered = Pick<SagaMessage, 'source' | 'id' | 'type'> & Partial<Pick<SagaMessage, 'time' | 'sentBy'>>;

/** A message that came to a service, or is to come, and what one reaction made of it. */
export interface Delivery {
  /** Absent: something was undone, and no journal says on which message. */
  readonly message?: Delivered;
  /** The message says that something failed: some compensation hears it. */
  readonly isFailure: boolean;
  readonly to: string;
  /** Absent: it waits, and no reaction has failed on it so far. */
  readonly reaction?: string;
  /** `trigger`: the reaction is undone. */
  readonly role: 'action' | 'trigger';
  readonly outcome: DeliveryOutcome;
  /** ISO time of the commit, where a journal tells it. */
  readonly at?: string;
  /** Types of the events that went out with it. */
  readonly sent: readonly string[];
  /** What else there is to say, e.g. the code of an error. */
  readonly note?: string;
}

/** Which delivery it is: no other one of a saga has the same. */
export function deliveryKey({ message, to, reaction = '', role }: Delivery): string {
  return JSON.stringify([message?.source, message?.id, to, reaction, role]);
}

/** When a delivery happened, as far as it is known. */
export function timeOf({ at, message }: Delivery): string {
  return at ?? message?.time ?? '';
}
