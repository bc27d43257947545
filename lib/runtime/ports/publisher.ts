import type { Envelope } from '../../contract/envelope.ts';

/** How publishing ended for one event. */
export type PublishOutcome =
  | { readonly status: 'published' }
  /** Not taken now: throttled, or the channel is down. */
  | { readonly status: 'retry'; readonly reason: string }
  /** Never taken: not allowed, malformed, too large. */
  | { readonly status: 'refused'; readonly code: string; readonly message: string };

/**
 * The channel a service publishes to: the stream, or the bus where there is no stream. Guarantees
 * (`publisherConformance` checks them): at least once; outcomes in the order of the events; one event's failure does not
 * stop the others; events of one partition key that are `published` are in the channel in the given order, as the caller
 * sends at most one event of a key in one call. A throw means that nothing is known about any of them: send again.
 */
export interface Publisher {
  publish(events: readonly Envelope[]): Promise<readonly PublishOutcome[]>;
}
