import { ChoreographyError } from './errors.ts';
import { KEY_LIFETIME_HOURS_MAX } from './limits.ts';

/** An outside system that a reaction calls: a payment provider, a mailer. */
export interface ClientType<Client = unknown> {
  readonly kind: 'client';
  readonly '~client'?: Client;
}

/** What `client` takes. */
export interface ClientOptions {
  /** The client only reads: calling it again does no harm, and nothing has to be settled or undone. @default false */
  readonly readOnly?: boolean;
  /**
   * How long the outside system remembers an idempotency key, in hours. After it, and in the last minute before it, as clocks differ, a call
   * whose outcome is unknown is never repeated. @default 24
   */
  readonly keyLifetimeHours?: number;
}

/** The whole declaration, for the runtime. */
export interface ClientDefinition extends ClientType {
  readonly readOnly: boolean;
  readonly keyLifetimeHours: number;
}

/** Declares that a reaction calls an outside system; the handler (or the test) supplies it. @throws INVALID_KEY_LIFETIME */
export function client<Client>(options: ClientOptions = {}): ClientType<Client> {
  const { readOnly = false, keyLifetimeHours = 24 } = options;
  if (!(keyLifetimeHours > 0 && keyLifetimeHours <= KEY_LIFETIME_HOURS_MAX)) {
    throw new ChoreographyError(
      'INVALID_KEY_LIFETIME',
      `keyLifetimeHours is ${keyLifetimeHours}: give the hours that the outside system remembers an idempotency key, more than 0 and at most ${KEY_LIFETIME_HOURS_MAX}.`,
      { details: { keyLifetimeHours } },
    );
  }
  return Object.freeze({ kind: 'client', readOnly, keyLifetimeHours } as const);
}

/** The declaration of each client; TypeScript infers `Clients` back from it. */
export type ClientTypes<Clients> = { readonly [K in keyof Clients]: ClientType<Clients[K]> };

/** The full declaration behind a `ClientType`. */
export function clientDefinition(type: ClientType): ClientDefinition {
  return type as ClientDefinition;
}
