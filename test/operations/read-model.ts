// A service that keeps a read model of tickets, on the rig's world, and what a rebuild of it must come to.
import { defineEntity, defineReaction, defineService } from 'aws-choreography';
import { type SwitchReport, switchGeneration } from '../../lib/operations/generations/switch.ts';
import { startReplay } from '../../lib/operations/replay/manage.ts';
import { runReplay } from '../../lib/operations/replay/run.ts';
import type { ReplaySpec } from '../../lib/operations/replay/spec.ts';
import { storeIn } from '../../lib/runtime/journal/in-generation.ts';
import { entityKey, keyText } from '../../lib/runtime/journal/item-key.ts';
import { event } from '../runtime/rig.ts';
import { createRig, type Rig, type RigOptions } from './rig.ts';

export const opened = event('TicketOpened');
export const moved = event('TicketMoved');

/** Each event counts: applied twice, or not at all, it shows. The order shows, too. */
export const Ticket = defineEntity<{ readonly events: readonly string[]; readonly desk: string }>('Ticket', {
  indexes: { desk: ({ desk }) => desk, last: ({ events }) => events.at(-1) },
});

/** Thrown by the reaction on a message; `undefined`: it works. */
export interface Troubles {
  on?: (id: string) => Error | undefined;
}

export function readModel(source: 'stream' | 'bus', troubles: Troubles = {}) {
  const track = defineReaction({
    name: 'track',
    on: [opened, moved],
    reprocessable: true,
    async react({ id: message, type, data: { id, quantity = 0 } }, tx) {
      const trouble = troubles.on?.(message);
      if (trouble) throw trouble;
      const ticket = await tx.get(Ticket, id);
      if (!ticket && type === moved.type) throw new Error(`ticket ${id} is not known yet`);
      tx.put(Ticket, id, { events: [...(ticket?.events ?? []), message], desk: `desk-${quantity}` });
    },
  });
  return defineService({ name: 'tickets', source, reactions: [track] });
}

export interface Board extends Rig {
  /** An event of a ticket, on the stream. */
  note(ticket: string, message: string, quantity?: number): Promise<void>;
  /** What is read of all tickets, by id. */
  tickets(): Promise<Readonly<Record<string, unknown>>>;
  /** The ids that an index gives. */
  atDesk(quantity: number): Promise<readonly string[]>;
  /** All items of the entities, whatever their generation. */
  stored(): readonly string[];
}

export const whole: ReplaySpec = { consumer: 'tickets', from: { kind: 'start' }, mode: 'reprocess', ratePerSecond: 500 };

export function createBoard(source: 'stream' | 'bus', troubles: Troubles = {}, options: RigOptions = {}): Board {
  const rig = createRig({ services: [readModel(source, troubles)], clients: {}, ...options });
  const known = new Set<string>();
  const current = async () => {
    const store = rig.store('tickets');
    return storeIn(store, (await store.generations())?.current ?? 1);
  };
  return {
    ...rig,
    async note(ticket, message, quantity) {
      const type = known.has(ticket) ? moved : opened;
      known.add(ticket);
      await rig.publish(type, { id: ticket, ...(quantity === undefined ? {} : { quantity }) }, message, `saga-${ticket}`);
    },
    async tickets() {
      const keys = [...known].sort().map((id) => ({ entity: Ticket.name, id }));
      const { entities } = await (await current()).read({ entities: keys });
      return Object.fromEntries(keys.map(({ entity, id }) => [id, entities.get(keyText(entityKey(entity, id)))?.state]));
    },
    async atDesk(quantity) {
      const query = { entity: Ticket.name, index: 'desk', value: `desk-${quantity}`, limit: 100 };
      return (await (await current()).queryEntities(query)).items.map(({ id }) => id);
    },
    stored: () =>
      rig
        .store('tickets')
        .snapshot()
        .entities.map(({ entity, id }) => `${entity} ${id}`),
  };
}

/** Fills a generation. */
export async function fill(board: Board, spec: ReplaySpec = whole): Promise<string> {
  const { id } = await board.run(startReplay(board.access, spec));
  await board.run(runReplay(board.access, id));
  return id;
}

/** Fills one and switches to it. */
export async function rebuild(board: Board): Promise<void> {
  await fill(board);
  await board.run(switchGeneration(board.access, 'tickets'));
}

/** Three tickets, two of which were moved. */
export async function busyBoard(source: 'stream' | 'bus' = 'stream', troubles: Troubles = {}): Promise<Board> {
  const board = createBoard(source, troubles);
  for (const ticket of ['a', 'b', 'c']) await board.note(ticket, `${ticket}-1`, 1);
  await board.settle();
  await board.note('a', 'a-2', 2);
  await board.note('c', 'c-2', 2);
  await board.settle(20);
  return board;
}

/** Makes the filled generation the current one. */
export function switchTo(board: Board): Promise<SwitchReport> {
  return board.run(switchGeneration(board.access, 'tickets'));
}
