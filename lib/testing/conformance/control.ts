import type { Control } from '../../runtime/ports/control.ts';
import { type ConformanceCase, checkSame, conformanceCase } from './check.ts';

/** A control table to be checked: empty. */
export interface ControlHarness {
  readonly control: Control;
}

const rule = conformanceCase<ControlHarness>;

/** Every guarantee of the `Control` port. */
export const controlConformance: readonly ConformanceCase<ControlHarness>[] = [
  rule('a consumer that nobody set is running', async ({ control }) => {
    checkSame(await control.consumer('inventory'), { paused: false }, 'a consumer runs until it is paused');
  }),
  rule('a pause is read back with its reason and time', async ({ control }) => {
    const paused = { paused: true, reason: '10 give-ups in a row: "no answer" 日本', since: 1_767_225_600_000 };
    await control.setConsumer('inventory', paused);
    checkSame(await control.consumer('inventory'), paused, 'a state is read as it was set');
  }),
  rule('the last state counts, as a whole: a consumer that runs again has no old reason', async ({ control }) => {
    await control.setConsumer('inventory', { paused: true, reason: 'by hand', since: 1 });
    await control.setConsumer('inventory', { paused: false });
    checkSame(await control.consumer('inventory'), { paused: false }, 'a state replaces the one before');
    await control.setConsumer('inventory', { paused: true });
    checkSame(await control.consumer('inventory'), { paused: true }, 'a pause needs no reason');
  }),
  rule('each consumer has its own state', async ({ control }) => {
    const names = ['inventory', 'inventory-2', 'Inventory', 'a#b', 'a|b', '__proto__'];
    for (const name of names) await control.setConsumer(name, { paused: true, reason: name });
    for (const name of names)
      checkSame(await control.consumer(name), { paused: true, reason: name }, 'one consumer’s state is not another’s');
    checkSame(await control.consumer('payment'), { paused: false }, 'other consumers go on');
  }),
  rule('what a caller does to its own object later does not change what is set', async ({ control }) => {
    const state = { paused: true, reason: 'by hand' };
    await control.setConsumer('inventory', state);
    state.paused = false;
    checkSame(await control.consumer('inventory'), { paused: true, reason: 'by hand' }, 'a control table keeps a copy');
  }),
];
