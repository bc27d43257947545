import type { Clock } from '../../runtime/ports/clock.ts';
import { systemEntropy } from '../system-clock.ts';

/** Milliseconds of the first wait, at most; doubles. */
const WAIT_MILLISECONDS = 25;
/** Milliseconds of any wait, at most. */
const WAIT_MILLISECONDS_MAX = 800;

/** Waits before a call is made again of which DynamoDB left a part undone, `times` in a row; full jitter. */
export async function backOff(clock: Clock, times: number): Promise<void> {
  await clock.sleep(Math.round(systemEntropy.random() * Math.min(WAIT_MILLISECONDS_MAX, WAIT_MILLISECONDS * 2 ** times)));
}
