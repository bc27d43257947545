import { ChoreographyError } from './errors.ts';
import type { PastVersion } from './message-type.ts';

/** Lifts one version of an event to the next. */
export interface Upcast {
  readonly kind: 'upcast';
  readonly from: PastVersion;
}

/** The whole definition, for the runtime. */
export interface UpcastDefinition extends Upcast {
  up(data: unknown): unknown;
}

/**
 * Lifts the data of one version to the next; the runtime chains them, so reactions only see the current version. A version
 * without an upcast goes on as it is, and has to meet the schema of the next one that has, or of the current one. Keep it
 * pure: it runs on every delivery of an old message. @throws INVALID_UPCAST
 */
export function defineUpcast<Data, Next>(from: PastVersion<string, Data, Next>, up: NoInfer<(data: Data) => Next>): Upcast {
  const { kind, type } = (from ?? {}) as { readonly kind?: string; readonly type?: string };
  if (kind !== 'past') {
    throw new ChoreographyError(
      'INVALID_UPCAST',
      `defineUpcast got ${type ?? typeof from}, which is not an older version: lift one like ${type ?? 'OrderPlaced'}V1.`,
      { details: { type } },
    );
  }
  if (typeof up !== 'function')
    throw new ChoreographyError('INVALID_UPCAST', `The upcast of ${type} version ${from.version} has no function.`, { details: { type } });
  return Object.freeze({ kind: 'upcast', from, up } as const);
}

/** The full definition behind an `Upcast`. */
export function upcastDefinition(upcast: Upcast): UpcastDefinition {
  return upcast as UpcastDefinition;
}
