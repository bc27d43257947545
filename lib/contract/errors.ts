/** What every error of this package carries besides its message. */
export interface ErrorOptions {
  /** What led to it; kept as `cause`. */
  readonly cause?: unknown;
  /** Plain data for logs and tests: where, which value, which limit. @default {} */
  readonly details?: Readonly<Record<string, unknown>>;
  /** Whether the same call may succeed later without a change. @default false */
  readonly retryable?: boolean;
}

/**
 * The one error of this package. `code` is stable and documented in `docs/errors.md`; the message says what was wrong,
 * where, and what to do. Distinguish errors by `code`, with `isChoreographyError`, never by `instanceof`: a bundle may
 * hold two copies of this class.
 */
export class ChoreographyError extends Error {
  readonly code: string;
  readonly details: Readonly<Record<string, unknown>>;
  readonly retryable: boolean;

  constructor(code: string, message: string, options: ErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'ChoreographyError';
    this.code = code;
    this.details = options.details ?? {};
    this.retryable = options.retryable ?? false;
  }

  /** For logs and dead letters: no stack, the cause as its message. */
  toJSON(): Readonly<Record<string, unknown>> {
    const { code, message, details, retryable, cause } = this;
    const reason = cause instanceof Error ? cause.message : cause;
    return { code, message, retryable, details, ...(reason === undefined ? {} : { cause: reason }) };
  }
}

/** Whether `error` is ours and, when `code` is given, that one; works across bundles. */
export function isChoreographyError(error: unknown, code?: string): error is ChoreographyError {
  if (!(error instanceof Error) || error.name !== 'ChoreographyError') return false;
  return code === undefined || (error as ChoreographyError).code === code;
}
