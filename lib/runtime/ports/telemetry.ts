/** Names of what is counted; the unit is one. */
export type CounterName =
  | 'consumed'
  | 'ignored'
  | 'duplicates'
  | 'reactions-done'
  | 'reactions-failed'
  | 'reactions-refused'
  | 'reactions-cancelled'
  | 'undone'
  | 'technical-failures'
  | 'retry-budget-spent'
  | 'commands-limited'
  | 'gave-up'
  | 'dead-letters'
  | 'dead-letters-closed'
  | 'sagas-parked'
  | 'sagas-unparked'
  | 'events-published'
  | 'events-refused'
  | 'publish-retries'
  | 'schema-violation'
  | 'outbox-swept'
  | 'outbox-orphans'
  | 'due-fired'
  | 'commits'
  | 'commit-conflicts'
  | 'commit-ambiguous'
  | 'consumer-paused'
  | 'stuck-sagas'
  | 'throttled';

/** Names of what is timed, in milliseconds. */
export type TimingName = 'batch' | 'reaction' | 'commit' | 'publish' | 'age-at-consume' | 'outbox-age' | 'parked-age' | 'stuck-age';

/** Short labels: service, reaction, message type, code. Never ids from a message. */
export type Labels = Readonly<Record<string, string>>;

/** One structured log record; values are plain JSON, sensitive fields are already taken out. */
export interface LogRecord {
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  readonly message: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** Where counters, timings and logs go. Must not throw and must not wait. */
export interface Telemetry {
  count(name: CounterName, labels: Labels, value?: number): void;
  time(name: TimingName, labels: Labels, milliseconds: number): void;
  log(record: LogRecord): void;
}

/** Drops everything. */
export const noTelemetry: Telemetry = { count: () => {}, time: () => {}, log: () => {} };
