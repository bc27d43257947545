import type { Envelope } from '../contract/envelope.ts';
import type { Unit } from '../runtime/journal/unit.ts';
import type { Delivery } from '../runtime/ports/delivery.ts';

/** An event on the stream. */
export interface PublishedRecord {
  readonly envelope: Envelope;
  readonly shard: string;
  readonly sequenceNumber: string;
  /** Milliseconds since 1970. */
  readonly at: number;
}

/** What happens in the world, for those who watch. `at`: milliseconds since 1970. */
export type EngineEvent =
  | ({ readonly kind: 'published' } & PublishedRecord)
  | { readonly kind: 'delivered'; readonly at: number; readonly consumer: string; readonly deliveries: readonly Delivery[] }
  | { readonly kind: 'committed'; readonly at: number; readonly service: string; readonly units: readonly Unit[] }
  | { readonly kind: 'crashed' | 'timed-out'; readonly at: number; readonly process: string }
  /** A function threw: an error of the runtime or of an adapter, as what a reaction throws is handled there. */
  | { readonly kind: 'failed'; readonly at: number; readonly consumer: string; readonly error: unknown };
