// A service whose reactions fail when the test says so, on the rig's world.
import { client, defineEntity, defineReaction, defineService } from 'aws-choreography';
import type { DeadLetter } from '../../lib/runtime/journal/dead-letter.ts';
import { event } from '../runtime/rig.ts';
import { createRig, type Rig } from './rig.ts';

export const begun = event('OrderBegun');
export const failed = event('OrderFailed');
export const paid = event('OrderPaid');
const declined = event('PaymentDeclined');
const refunded = event('PaymentRefunded');
export const Note = defineEntity<{ readonly by: string; readonly quantity?: number }>('Note');

interface Bank {
  charge(id: string): Promise<string>;
  refund(id: string): Promise<void>;
}

/** What the test makes of the world. */
export interface Desk extends Rig {
  /** Thrown by `note`; `undefined`: it works. */
  broken: Error | undefined;
  bankBroken: Error | undefined;
  readonly bankLog: string[];
  /** Newest first. */
  letters(): readonly DeadLetter[];
  only(): DeadLetter;
  noted(id: string): unknown;
  claimStates(saga: string): readonly string[];
}

/** An error that is a dead letter at once. */
export function never(text = 'never', code = 'NEVER'): Error {
  return Object.assign(new Error(text), { code, retryable: false });
}

/** The world with one service `desk`: `note` on an order, `pay` on it at most once, with a compensation. */
export function createDesk(): Desk {
  const world: { broken: Error | undefined; bankBroken: Error | undefined } = { broken: undefined, bankBroken: undefined };
  const bankLog: string[] = [];
  const bank: Bank = {
    async charge(id) {
      bankLog.push(`charge ${id}`);
      if (world.bankBroken) throw world.bankBroken;
      return `charge-${id}`;
    },
    async refund(id) {
      bankLog.push(`refund ${id}`);
    },
  };
  const desk = defineService({
    name: 'desk',
    reactions: [
      defineReaction({
        name: 'note',
        on: begun,
        async react({ data: { id, quantity } }, tx) {
          if (world.broken) throw world.broken;
          await tx.get(Note, id);
          tx.put(Note, id, { by: 'note', ...(quantity === undefined ? {} : { quantity }) });
        },
      }),
      defineReaction({
        name: 'pay',
        on: begun,
        emits: [paid],
        fails: [declined],
        clients: { bank: client<Bank>() },
        delivery: 'at-most-once',
        async react({ data: { id } }, tx) {
          const charge = await tx.clients.bank.charge(id);
          tx.emit(paid, { id });
          return { charge };
        },
        compensation: {
          on: failed,
          emits: [refunded],
          async undo({ data: { id } }, tx, step) {
            await tx.clients.bank.refund(step?.charge ?? id);
          },
        },
      }),
    ],
  });
  const rig = createRig({ services: [desk], clients: { bank } });
  const letters = () => rig.store('desk').allDeadLetters();
  return Object.assign(world, rig, {
    bankLog,
    letters,
    only: () => letters()[0] as DeadLetter,
    noted: (id: string) => rig.store('desk').entity(Note.name, id)?.state,
    claimStates: (saga: string) =>
      rig
        .store('desk')
        .claimsOf(saga)
        .map(({ reaction, state }) => `${reaction} ${state}`),
  });
}

/** Orders whose note fails for good. */
export async function brokenDesk(count: number): Promise<Desk> {
  const desk = createDesk();
  desk.broken = never();
  for (let index = 0; index < count; index += 1) await desk.publish(begun, { id: `o-${index}` }, `o-${index}`);
  await desk.settle();
  if (desk.letters().length !== count) throw new Error(`${desk.letters().length} dead letters`);
  return desk;
}

/** An order whose charge, at most once, may have taken effect. */
export async function unknownDesk(): Promise<Desk> {
  const desk = createDesk();
  desk.bankBroken = never();
  await desk.publish(begun, { id: 'o-0' }, 'o-0');
  await desk.settle(180); // until no call can be under way any more
  desk.bankBroken = undefined;
  return desk;
}
