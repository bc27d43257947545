import type { LogRecord } from '../../runtime/ports/telemetry.ts';

/** One thing that the runtime logged about a saga. */
export interface SagaFact {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly saga: string;
  readonly service: string;
  readonly reaction: string;
  /** The message that the reaction was about. */
  readonly message: string;
  /** The outcome of a task; `retry`: it failed, and is tried again. */
  readonly outcome: string;
  /** `trigger`: the message asked to undo the reaction. `settle`: a started call was looked up, then undone. */
  readonly role: string;
  readonly emitted: readonly string[];
  /** Failed tries before this one. */
  readonly attempts: number;
  readonly code?: string;
  readonly error?: string;
}

function texts(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];
}

function optional(fields: Readonly<Record<string, unknown>>, name: 'code' | 'error'): { readonly [key: string]: string } {
  const value = fields[name];
  return typeof value === 'string' ? { [name]: value } : {};
}

/** The fact in a log record; `undefined` for a record that is about no reaction of a saga. */
export function factOf({ fields }: LogRecord, at: number): SagaFact | undefined {
  const { saga, service, reaction, type, outcome, role, attempts, emitted } = fields as Readonly<Record<string, unknown>>;
  if (typeof saga !== 'string' || typeof service !== 'string' || typeof reaction !== 'string' || typeof type !== 'string') return undefined;
  return {
    at,
    saga,
    service,
    reaction,
    message: type,
    outcome: typeof outcome === 'string' ? outcome : 'retry',
    role: typeof role === 'string' ? role : 'action',
    emitted: texts(emitted),
    attempts: typeof attempts === 'number' ? attempts : 0,
    ...optional(fields, 'code'),
    ...optional(fields, 'error'),
  };
}
