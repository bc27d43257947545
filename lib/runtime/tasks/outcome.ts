import type { Envelope } from '../../contract/envelope.ts';
import type { Claim, ClaimState, RefusalRecord } from '../journal/claim.ts';
import type { Unit } from '../journal/unit.ts';

/** How a task ended, for telemetry, tests and the caller of a command. */
export interface TaskOutcome {
  readonly status: 'done' | 'failed' | 'refused' | 'undone' | 'cancelled' | 'duplicate' | 'requested' | 'dead-lettered';
  /** What `react` returned, now or when it ran. */
  readonly data?: unknown;
  readonly refusal?: RefusalRecord;
  /** The state of the claim that was found, where there was nothing to do. */
  readonly found?: ClaimState;
  /** Of a dead letter. */
  readonly code?: string;
  readonly events: readonly Envelope[];
  readonly scheduled: readonly Envelope[];
}

/** What handling a task in one round came to. */
export type TaskResult =
  /** To be committed, alone or with others. `technical`: a give-up that counts towards pausing. */
  | { readonly kind: 'unit'; readonly unit: Unit; readonly outcome: TaskOutcome; readonly technical?: boolean }
  /** Nothing to commit. `leftover`: a finished claim whose events may not be out yet. */
  | { readonly kind: 'finished'; readonly outcome: TaskOutcome; readonly leftover?: Claim }
  | { readonly kind: 'failed'; readonly error: unknown }
  /** Run again on fresh state. */
  | { readonly kind: 'conflict' }
  /** Another attempt may be running. */
  | { readonly kind: 'wait' };

/** An outcome without events. */
export function silent(status: TaskOutcome['status'], more: Partial<TaskOutcome> = {}): TaskOutcome {
  return { status, events: [], scheduled: [], ...more };
}
