import { beforeAll, describe, expect, test } from 'vitest';
import { ChoreographyError } from '../../lib/contract/errors.ts';
import type { PageDesk } from '../../lib/page/desk.ts';
import { answerPage, type PageAnswer } from '../../lib/page/pages.tsx';
import { type LeftBehind, leftBehind } from '../cli/operations/left-behind.ts';
import { begun, createDesk } from '../operations/desk.ts';

const WEEK_SECONDS = 604_800;

function deskFor({ world }: LeftBehind, changed: Partial<PageDesk> = {}): PageDesk {
  const { access, finish } = world;
  return { access, finish, name: 'shop.json', options: '--run shop.json', lookBackSeconds: WEEK_SECONDS, ...changed };
}

const ask = (desk: PageDesk, path: string, query: Record<string, string> = {}): Promise<PageAnswer> =>
  answerPage(desk, path, new URLSearchParams(query));

/** What a reader sees: without tags. */
const textOf = ({ body }: PageAnswer): string =>
  body
    .replace(/<title>.*?<\/title>/g, '')
    .replace(/<[^>]+>/g, ' ')
    .replace(/\s+/g, ' ');

let shop: LeftBehind;
beforeAll(async () => {
  shop = await leftBehind({ leave: 'failed', fail: 'shipping' });
});
const sagaIn = ({ stage }: LeftBehind) => stage.sagas[0]?.saga ?? '';

describe('the page of sagas', () => {
  test('lists those that ran lately with their status, each with a link', async () => {
    const page = await ask(deskFor(shop), '');
    expect([page.status, page.type]).toEqual([200, 'text/html']);
    for (const { saga } of shop.stage.sagas) expect(page.body).toContain(`href="saga?id=${encodeURIComponent(saga)}"`);
    expect(textOf(page)).toMatch(/\d+ events of this run were read\./);
    expect(textOf(page)).toMatch(/✗ stuck \S+ REACTION_FAILED in notification notifyCustomer PlaceOrder/);
    expect(textOf(page)).toContain('choreo saga list --stuck --run shop.json');
  });

  test('finds one by its id, and others by a part of their subject', async () => {
    const id = sagaIn(shop);
    expect(await ask(deskFor(shop), '', { q: ` ${id} ` })).toMatchObject({ status: 303, location: `saga?id=${encodeURIComponent(id)}` });
    const found = await ask(deskFor(shop), '', { q: 'no such subject' });
    expect(textOf(found)).toContain('No saga was found.');
    expect(found.body).toContain('value="no such subject"');
  });

  test('without a stream says how to find one nevertheless', async () => {
    const { stream: _, ...access } = shop.world.access;
    expect(textOf(await ask(deskFor(shop, { access }), ''))).toContain('find one by its correlation id');
  });
});

describe('the page of a saga', () => {
  test('says how it stands and what is in its way, with the error in full and the command that shows more', async () => {
    const text = textOf(await ask(deskFor(shop), 'saga', { id: sagaIn(shop) }));
    expect(text).toMatch(/PlaceOrder \S+ ✗ stuck/);
    expect(text).toContain('REACTION_FAILED in notification notifyCustomer: dead letter, open, after 1 attempt');
    expect(text).toContain("Cannot read properties of undefined (reading 'template')");
    expect(text).toMatch(/choreo dead-letter show notification \S+ --run shop\.json/);
  });

  test('draws each delivery, also what was undone, and tells the same in words', async () => {
    const { body } = await ask(deskFor(shop), 'saga', { id: sagaIn(shop) });
    expect(body).toContain('↩ undo chargePayment');
    expect(body).toMatch(/aria-label="[^"]*ShipmentFailed from shipping to payment: chargePayment undone/);
    expect(body.match(/<g class="lane">/g)).toHaveLength(
      new Set(['web-shop', 'order', 'inventory', 'payment', 'shipping', 'notification', 'search']).size,
    );
  });

  test('that nobody knows is not found', async () => {
    const page = await ask(deskFor(shop), 'saga', { id: 'nothing' });
    expect([page.status, textOf(page)]).toEqual([404, expect.stringContaining('No journal has a claim or a message of it')]);
    for (const id of ['', 'x'.repeat(257)]) expect((await ask(deskFor(shop), 'saga', { id })).body).toContain('No saga has such an id');
  });

  test('has nothing of the data of messages in it', async () => {
    const pages = await Promise.all(['saga', '', 'dead-letters'].map((path) => ask(deskFor(shop), path, { id: sagaIn(shop) })));
    for (const { body } of pages) expect(body).not.toMatch(/customerId|totalCents|Ada/);
  });
});

describe('the other pages', () => {
  test('show consumers, the map with what went over the stream, and dead letters by their problems', async () => {
    const consumers = textOf(await ask(deskFor(shop), 'consumers'));
    expect(consumers).toMatch(/notification bus ✗ has dead letters .*payment stream ✓ runs/);
    const map = await ask(deskFor(shop), 'map');
    expect(map.body).toMatch(/<g class="message failure seen">.{0,200}ShipmentFailed<\/text><text class="count"[^>]*>4</);
    expect(textOf(map)).toContain('The numbers count the events of this run.');
    const letters = textOf(await ask(deskFor(shop), 'dead-letters'));
    expect(letters).toContain('REACTION_FAILED in notification notifyCustomer (react) on OrderCancelled: 4 open');
    expect(letters).toMatch(/choreo dead-letter redrive notification --problem \S+ --dry-run --run shop\.json/);
  });

  test('count an event once that went over the stream twice', async () => {
    const desk = createDesk();
    for (const id of ['o-0', 'o-0', 'o-1']) await desk.publish(begun, { id }, id);
    const world = { access: desk.access, finish: desk.run, name: 'rig', options: '', lookBackSeconds: WEEK_SECONDS };
    expect((await ask(world, 'map')).body).toMatch(/OrderBegun<\/text><text class="count"[^>]*>2</);
  });

  test('say so where there is nothing', async () => {
    const well = await leftBehind({ orders: 1 });
    expect(textOf(await ask(deskFor(well), 'dead-letters'))).toContain('There are none.');
    expect(await ask(deskFor(well), 'toString')).toMatchObject({ status: 404 });
  });

  test('show an error of the world with its code; any other is not hidden', async () => {
    const failing = (error: Error) => deskFor(shop, { access: { ...shop.world.access, consumers: () => Promise.reject(error) } });
    const away = new ChoreographyError('STORE_UNAVAILABLE', 'The table <does> not answer.', { retryable: true });
    const page = await ask(failing(away), 'map');
    expect([page.status, page.body]).toEqual([503, expect.stringContaining('The table &lt;does> not answer.')]);
    expect(page.body).toContain('choreo explain STORE_UNAVAILABLE');
    await expect(ask(failing(new Error('a bug')), 'map')).rejects.toThrow('a bug');
  });

  test('take texts as texts, whatever is in them', async () => {
    const { body } = await ask(deskFor(shop), '', { q: '"><script>alert(1)</script>' });
    expect(body).not.toContain('<script>alert');
  });

  test('are looked at again only in a world in which time passes', async () => {
    expect((await ask(deskFor(shop), 'map')).body).not.toContain('<script');
    expect((await ask(deskFor(shop, { refreshSeconds: 2 }), 'map')).body).toMatch(/data-refresh="2".*<script src="refresh\.js">/s);
  });
});
