import { ChoreographyError } from './errors.ts';
import type { DataOf, EventType } from './message-type.ts';

/** Reads a message that is not in our envelope and says which event it is. */
export interface Inbound {
  readonly kind: 'inbound';
  readonly event: EventType;
}

/**
 * Where foreign messages come from and what they mean. `raw`: from a queue or a stream, the JSON of the message; from a bus,
 * the whole event of EventBridge, whose `detail` is what the other system wrote.
 */
export interface InboundDefinition<E extends EventType, Raw> {
  readonly from: InboundSource;
  /** A stable id from the source; duplicates are recognised by it, within their saga. */
  id(raw: Raw): string;
  /**
   * The id of the saga: that of the message of ours that it answers, or an id from the source, which begins a saga of its own.
   * The same in every copy: one with another saga is another message.
   */
  correlationId(raw: Raw): string;
  /**
   * When it came to be, as a text that `Date` reads: a copy that comes when claims have expired is then too old, and is not run.
   * @default - what `time` says at the top of the message, if that is a time; else when it arrived, so that a copy is never too old
   */
  time?(raw: Raw): string;
  /** `undefined`: the message is not for us. */
  data(raw: Raw): DataOf<E> | undefined;
  /**
   * Events of ours that it answers, in their saga. The checks go on with the saga then, and it is shown as running until an
   * answer has come, of this inbound or of another one that answers the same event. @default - it begins a saga, or none waits for it
   */
  readonly answers?: readonly EventType[];
}

/** A bus rule, a queue or a stream, by logical name. */
export type InboundSource =
  | { readonly bus: { readonly source: string; readonly detailType: string } }
  | { readonly queue: string }
  | { readonly stream: string };

/** What the queue is called that rules of a bus fill; a queue of another system has another name. */
export const RULES_QUEUE = 'rules';

/** The whole definition, for the runtime. */
export type RunnableInbound = Inbound & InboundDefinition<EventType, unknown>;

/**
 * Takes messages of a system that does not write our envelope, for this service alone. Name both types, as in
 * `defineInbound<typeof OrderPlaced, LegacyOrder>(OrderPlaced, …)`: then what `data` returns is checked as it is written.
 * @throws INVALID_INBOUND
 */
export function defineInbound<E extends EventType, Raw = unknown>(event: E, definition: InboundDefinition<E, Raw>): Inbound {
  if (event?.kind !== 'event')
    throw new ChoreographyError(
      'INVALID_INBOUND',
      'defineInbound needs the event that the foreign message stands for; use a constant in schemas/generated.',
    );
  for (const part of ['id', 'correlationId', 'data'] as const) {
    if (typeof definition[part] === 'function') continue;
    throw new ChoreographyError('INVALID_INBOUND', `The inbound ${event.type} has no \`${part}\`: give a function of the raw message.`, {
      details: { type: event.type, part },
    });
  }
  return Object.freeze({ kind: 'inbound', event, ...definition } as const);
}

/** The full definition behind an `Inbound`. */
export function inboundDefinition(inbound: Inbound): RunnableInbound {
  return inbound as unknown as RunnableInbound;
}
