import type { Severity } from './finding.ts';

/** Every code of a check with how much it weighs if nobody says otherwise. */
export const checkSeverities = {
  ALLOWANCE_UNUSED: 'warning',
  ALLOWANCE_WITHOUT_REASON: 'error',
  CHAIN_LONG: 'warning',
  CHAIN_TOO_LONG: 'error',
  CLAIM_CHANGED: 'error',
  COMMAND_OWNED_TWICE: 'error',
  COMMAND_WITHOUT_OWNER: 'warning',
  COMPENSATES_ON_TIMER: 'error',
  COMPENSATION_MISSING: 'error',
  COMPENSATION_NEVER_RUNS: 'error',
  COMPLETENESS_NOT_PROVED: 'warning',
  DEADLINE_OVERTAKEN: 'warning',
  EVENT_CYCLE: 'error',
  EVENT_NOT_CONSUMED: 'information',
  EXTERNAL_UNKNOWN: 'warning',
  FAILURE_NOT_HEARD: 'warning',
  FIELD_NOT_PRODUCED: 'error',
  GIVE_UP_UNTOLD: 'information',
  INVALID_NAME: 'error',
  MESSAGE_NOT_EMITTED: 'warning',
  NEEDS_UNDO_EVENT: 'warning',
  ORDER_NOT_KEPT: 'information',
  REACTION_REMOVED: 'information',
  REACTION_RENAMED: 'error',
  SAGA_HALF_DONE: 'error',
  SAGA_NEVER_COMPLETES: 'error',
  SAGA_WITHOUT_DEADLINE: 'warning',
  SERVICE_CYCLE: 'information',
  STEP_REMOVED: 'error',
  TIMER_NOT_CONSUMED: 'warning',
  TRIGGER_RUNS_ACTION: 'error',
  UNDONE_LATE: 'warning',
  UPCAST_MISSING: 'warning',
  VERSION_AHEAD: 'warning',
  VERSION_NOT_LIFTED: 'error',
} as const satisfies Readonly<Record<string, Severity>>;

/** A code of a check. */
export type CheckCode = keyof typeof checkSeverities;
