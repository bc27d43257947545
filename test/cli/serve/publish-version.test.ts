import { describe, expect, test } from 'vitest';
import { leftBehind } from '../operations/left-behind.ts';

const first = { orderId: 'o-old', customerId: 'Ada', items: [{ sku: 'tea', quantity: 1 }], totalCents: 450 };

async function publish(data: object, ...options: readonly string[]) {
  const shop = await leftBehind({ orders: 1 });
  const ran = await shop.run(['publish', 'OrderPlaced', '--data', JSON.stringify(data), '--saga', 's-1', ...options]);
  const published = shop.stage.engine.published().map(({ envelope }) => envelope);
  return { shop, ran, sent: published.filter(({ correlationid }) => correlationid === 's-1') };
}

describe('choreo publish --schema-version', () => {
  test('publishes an event as an older version of its service did, and readers lift it', async () => {
    const { shop, ran, sent } = await publish(first, '--schema-version', '1');
    expect(ran).toMatchObject({
      exit: 0,
      out: expect.stringMatching(/^✓ OrderPlaced version 1 is on the stream\n {2}next: choreo saga show s-1/),
    });
    expect(sent[0]).toMatchObject({ dataschema: expect.stringMatching(/OrderPlaced:1$/), subject: 'o-old', data: first });
    expect((await shop.run('saga show s-1')).out).toContain('inventory reserveInventory  done');
  });

  test('checks the data against that version', async () => {
    const { ran, sent } = await publish({ ...first, totalCents: 'much' }, '--schema-version', '1');
    expect(ran).toMatchObject({ exit: 2, err: expect.stringContaining('This data does not match OrderPlaced version 1:') });
    expect(ran.err).toContain('The schema is OrderPlaced/1.json');
    expect(sent).toEqual([]);
  });

  test('without it, the newest version is meant', async () => {
    const { ran } = await publish(first);
    expect(ran).toMatchObject({ exit: 2, err: expect.stringContaining('This data does not match OrderPlaced version 2:') });
  });

  test('refuses one that no service knows, and says which there are', async () => {
    const { ran, sent } = await publish(first, '--schema-version', '3');
    expect(ran).toMatchObject({ exit: 4, err: expect.stringContaining('No service of this choreography knows version 3 of OrderPlaced.') });
    expect(ran.err).toContain('are 1, 2.');
    expect(sent).toEqual([]);
  });

  test('is not for what comes through an inbound, which is in its own form', async () => {
    const shop = await leftBehind({ orders: 1 });
    const ran = await shop.run(['publish', '--inbound', 'queue:erp', '--data', '{}', '--schema-version', '1']);
    expect(ran).toMatchObject({ exit: 2, err: expect.stringContaining('--schema-version and --inbound cannot be combined.') });
  });
});
