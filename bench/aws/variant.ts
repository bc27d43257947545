// One way to handle orders, measured in a process of its own: node variant.mjs <name> <work> <batch>
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
  /** CPU microseconds of an event, the median of the rounds, by the age of the process. */
  readonly cost: Readonly<Record<Age, number>>;
}

/** `young`: the compiler is still at work on what runs often. `grown`: it is done, as in a function that has run for a while. */
export type Age = 'young' | 'grown';

/** Milliseconds of CPU before a process has that age: on a machine that does other things, too, the same work as on a quiet one. */
const ageMilliseconds: Readonly<Record<Age, number>> = { young: 800, grown: 8_000 };
const ROUND_MILLISECONDS = 1_000;
const ROUNDS = 3;
/** Times the CPU time that a round may take where it waits for answers. */
const WAIT_FACTOR_MAX = 6;
/** Events that are made at a time, outside of what is measured; few, so that they are no load for the garbage collection. */
const EVENTS_MADE = 2_000;

const ways: Readonly<Record<VariantName, (work: Work) => Handle>> = {
  bare: createBareHandle,
  'powertools-documented': (work) => createPowertoolsHandle('documented', work),
  'powertools-extended': (work) => createPowertoolsHandle('extended once', work),
  transaction: createTransactionHandle,
  ours: createOurHandle,
};

const [name, work, size] = process.argv.slice(2) as [VariantName, Work, string];
const [handle, batch] = [ways[name](work), Number(size)];
const began = cpuMicroseconds();
let events = 0;

/** CPU microseconds of an event, in so many milliseconds of CPU. Nothing is collected by force: that throws compiled code away, too. */
async function round(milliseconds: number): Promise<number> {
  const end = performance.now() + milliseconds * WAIT_FACTOR_MAX;
  let [spent, handled] = [0, 0];
  while (spent < milliseconds * 1_000 && performance.now() < end) {
    const made = batches(events, Math.ceil(EVENTS_MADE / batch), batch);
    const before = cpuMicroseconds();
    for (const event of made) {
      await handle(event);
      handled += batch;
      events += batch;
      if (spent + cpuMicroseconds() - before >= milliseconds * 1_000 || performance.now() >= end) break;
    }
    spent += cpuMicroseconds() - before;
  }
  return spent / handled;
}

/** The median of some rounds, once the process has that age. */
async function costAt(age: Age): Promise<number> {
  const milliseconds = ageMilliseconds[age] - (cpuMicroseconds() - began) / 1_000;
  if (milliseconds > 0) await round(milliseconds);
  const costs: number[] = [];
  for (let index = 0; index < ROUNDS; index += 1) costs.push(await round(ROUND_MILLISECONDS));
  return median(costs);
}

const cost = { young: await costAt('young'), grown: await costAt('grown') };
const result: VariantResult = { events, cost };
process.send?.(result, () => process.exit());
