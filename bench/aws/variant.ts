// One way to handle orders, measured in a process of its own: node --expose-gc variant.mjs <name> <work> <batch>
import { cpuMicroseconds, median } from '../measure.ts';
import { createBareHandle, createTransactionHandle } from './by-hand.ts';
import { batches } from './events.ts';
import { createOurHandle } from './ours.ts';
import { createPowertoolsHandle } from './powertools.ts';
import type { Handle, Work } from './work.ts';

/** The ways, by name. */
export type VariantName = 'bare' | 'powertools-documented' | 'powertools-extended' | 'transaction' | 'ours';

/** What a process tells when it is done. */
export interface VariantResult {
  /** All of them, those of the warm-up included: what the calls are divided by. */
  readonly events: number;
  /** The median of the rounds. */
  readonly cpuMicrosecondsPerEvent: number;
}

/** Milliseconds of CPU: on a machine that does other things, too, the same work as on a quiet one. */
const WARM_UP_MILLISECONDS = 800;
const ROUND_MILLISECONDS = 1_000;
const ROUNDS = 3;
/** Milliseconds that a round may take where it waits for answers. */
const WAIT_MILLISECONDS_MAX = 6_000;
/** Events that are made before each round, so that making them is not measured. */
const EVENTS_MADE = 15_000;

const ways: Readonly<Record<VariantName, (work: Work) => Handle>> = {
  bare: createBareHandle,
  'powertools-documented': (work) => createPowertoolsHandle('documented', work),
  'powertools-extended': (work) => createPowertoolsHandle('extended once', work),
  transaction: createTransactionHandle,
  ours: createOurHandle,
};

const [name, work, size] = process.argv.slice(2) as [VariantName, Work, string];
const [handle, batch] = [ways[name](work), Number(size)];
let events = 0;

/** CPU microseconds of an event, in so many milliseconds of CPU. */
async function round(milliseconds: number): Promise<number> {
  const made = batches(events, Math.ceil(EVENTS_MADE / batch), batch);
  globalThis.gc?.();
  let handled = 0;
  const [before, end] = [cpuMicroseconds(), performance.now() + WAIT_MILLISECONDS_MAX];
  for (const event of made) {
    await handle(event);
    handled += batch;
    if (cpuMicroseconds() - before >= milliseconds * 1_000 || performance.now() >= end) break;
  }
  const cost = (cpuMicroseconds() - before) / handled;
  events += handled;
  return cost;
}

await round(WARM_UP_MILLISECONDS);
const costs: number[] = [];
for (let index = 0; index < ROUNDS; index += 1) costs.push(await round(ROUND_MILLISECONDS));
const result: VariantResult = { events, cpuMicrosecondsPerEvent: median(costs) };
process.send?.(result, () => process.exit());
