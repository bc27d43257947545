import { textOf } from '../aws/json-value.ts';

/** Whether an event asks for the sweep: the construct's own, or one of a schedule. */
export function isTick(event: unknown): boolean {
  return textOf(event, 'task') === 'sweep' || textOf(event, 'detail-type') === 'Scheduled Event';
}
