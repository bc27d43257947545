// Whether a replay holds the rate that it was given, by the machine's own clock. A rate that is not held is an error.
import { systemClock } from '../lib/aws/system-clock.ts';
import { startReplay } from '../lib/operations/replay/manage.ts';
import { runReplay } from '../lib/operations/replay/run.ts';
import type { Figure } from './measure.ts';
import { createDesk } from './replay-desk.ts';

/** Messages a second, and for how many seconds. */
const rates = [
  [50, 4],
  [500, 4],
] as const;
/** Milliseconds that a call to the queue takes. */
const SEND_MILLISECONDS = 8;
/** Of the set rate. */
const DEVIATION_PERCENT_MAX = 5;

async function heldRate(rate: number, seconds: number): Promise<readonly Figure[]> {
  const calls: { readonly at: number; readonly count: number }[] = [];
  const desk = createDesk(systemClock, rate * seconds, async (count) => {
    calls.push({ at: performance.now(), count });
    await systemClock.sleep(SEND_MILLISECONDS);
  });
  const { id } = await startReplay(desk.access, { consumer: 'inventory', from: { kind: 'start' }, ratePerSecond: rate });
  const { state } = await runReplay(desk.access, id);
  if (state !== 'done' || desk.sent() !== rate * seconds) throw new Error(`the replay is ${state} after ${desk.sent()} messages`);
  const [first, last] = [calls[0], calls.at(-1)];
  if (!first || !last || first === last) throw new Error('a rate needs two calls at least');
  // From the first call to the last one: what that one sent takes its time behind it.
  const held = ((desk.sent() - last.count) * 1000) / (last.at - first.at);
  const percent = (held / rate - 1) * 100;
  if (Math.abs(percent) > DEVIATION_PERCENT_MAX)
    throw new Error(`a replay at ${rate} messages a second sent ${held.toFixed(1)}: more than ${DEVIATION_PERCENT_MAX} % off`);
  return [
    { name: `replay at ${rate} a second, held`, value: held, unit: 'messages/s' },
    { name: `replay at ${rate} a second, off by`, value: percent, unit: `% (at most ${DEVIATION_PERCENT_MAX})` },
  ];
}

/** The rows. */
export async function heldRates(): Promise<readonly Figure[]> {
  const rows: Figure[] = [];
  for (const [rate, seconds] of rates) rows.push(...(await heldRate(rate, seconds)));
  return rows;
}
