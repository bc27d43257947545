/** Seconds after which what should go on by itself does not: somebody has to look. */
export const OVERDUE_SECONDS = 900;

/** Whether it should have gone on by now. `since`, `now`: milliseconds since 1970. */
export function isOverdue(since: number, now: number): boolean {
  return since <= now - OVERDUE_SECONDS * 1000;
}
