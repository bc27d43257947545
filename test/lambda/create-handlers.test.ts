import { client, defineReaction, defineService } from 'aws-choreography';
import { createHandlers, openService } from 'aws-choreography/lambda';
import { describe, expect, test } from 'vitest';
import type { Settings } from '../../lib/contract/settings.ts';
import { event, messageOf } from '../runtime/rig.ts';
import { context, createBench, kinesisEvent, variables } from './bench.ts';

interface Mailer {
  send(text: string): Promise<void>;
}
const OrderPlaced = event('OrderPlaced');
const rest = defineReaction({ name: 'rest', on: OrderPlaced, react: async () => {} });
const calm = defineService({ name: 'calm', reactions: [rest] });
const mail = defineReaction({
  name: 'mail',
  on: OrderPlaced,
  clients: { mailer: client<Mailer>() },
  react: async ({ data }, tx) => tx.clients.mailer.send(data.id),
});
// Written inline, a reaction's type is `Reaction<any>`: its clients have no names.
const inline = defineService({ name: 'inline', reactions: [defineReaction({ name: 'rest', on: OrderPlaced, react: async () => {} })] });
const post = defineService({ name: 'post', reactions: [mail] });
const mailer: Mailer = { send: async () => {} };

describe('handlers', () => {
  test('need the clients that the service declares, and no others', () => {
    // Checked by `tsc`: nothing is read or made before the first event.
    createHandlers(calm);
    createHandlers(calm, {});
    createHandlers(inline);
    createHandlers(post, { clients: { mailer } });
    createHandlers(post, { clients: { mailer: async () => mailer } });
    openService(post, { clients: { mailer: () => mailer }, logger: console });
    // @ts-expect-error the clients are missing
    createHandlers(post);
    // @ts-expect-error a client is missing
    createHandlers(post, { clients: {} });
    // @ts-expect-error it is not that client
    createHandlers(post, { clients: { mailer: { send: (count: number) => count } } });
    // @ts-expect-error the service has no clients
    createHandlers(calm, { clients: { mailer } });
    expect(Object.keys(createHandlers(calm))).toEqual(['worker', 'command']);
  });

  test('make each client once, and one that failed again with the next event', async () => {
    const made: string[] = [];
    const sent: string[] = [];
    const both = defineReaction({
      name: 'both',
      on: OrderPlaced,
      clients: { mailer: client<Mailer>(), phone: client<Mailer>() },
      async react({ data }, tx) {
        await tx.clients.mailer.send(data.id);
        await tx.clients.phone.send(data.id);
      },
    });
    const clients = {
      mailer: async () => {
        made.push('mailer');
        if (made.length === 1) throw new Error('the secret cannot be read');
        return { send: async (text: string) => void sent.push(`mail ${text}`) };
      },
      phone: () => {
        made.push('phone');
        return { send: async (text: string) => void sent.push(`call ${text}`) };
      },
    };
    const { handlers } = createBench(defineService({ name: 'desk', reactions: [both] }), { clients });
    const batch = (id: string) => kinesisEvent(messageOf(OrderPlaced, id));
    await expect(handlers.worker(batch('a'), context())).rejects.toThrow('the secret cannot be read');
    await Promise.all([handlers.worker(batch('a'), context()), handlers.worker(batch('b'), context())]);
    await handlers.worker(batch('c'), context());
    expect(made).toEqual(['mailer', 'phone', 'mailer']);
    expect(sent.sort()).toEqual(['call a', 'call b', 'call c', 'mail a', 'mail b', 'mail c']);
  });

  test.each([
    ['not said', undefined, 90_000, 90],
    ['too short', 30, 90_000, 90],
    ['longer', 600, 90_000, 600],
    ['the longest function, by a clock that is behind', undefined, 900_400, 900],
  ])('take an attempt for running as long as the function may run, or longer: %s', async (_, given, remaining, expected) => {
    const settings: Partial<Settings> = given === undefined ? {} : { attemptSecondsMax: given };
    const begun: number[] = [];
    const undoable = defineReaction({
      name: 'mail',
      on: OrderPlaced,
      clients: { mailer: client<Mailer>() },
      react: async ({ data }, tx) => tx.clients.mailer.send(data.id),
      compensation: { on: event('OrderCancelled'), undo: async () => {} },
    });
    const bench = createBench(defineService({ name: 'post', reactions: [undoable] }), {
      clients: { mailer },
      variables: () => ({ ...variables, CHOREO_SETTINGS: JSON.stringify(settings) }),
    });
    const { commit } = bench.store;
    bench.store.commit = (units) => {
      for (const write of units.flatMap(({ writes }) => writes))
        if (write.kind === 'claim' && write.put.state === 'started') begun.push(write.put.runningUntil ?? 0);
      return commit(units);
    };
    const message = messageOf(OrderPlaced, 'a');
    await bench.handlers.worker(kinesisEvent(message), context(remaining));
    expect(((begun[0] ?? 0) - Date.parse(message.time)) / 1000).toBe(expected);
  });
});
