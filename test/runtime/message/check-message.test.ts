import { describe, expect, test } from 'vitest';
import { ChoreographyError } from '../../../lib/contract/errors.ts';
import { HOPS_MAX, ID_LENGTH_MAX, MESSAGE_BYTES_MAX } from '../../../lib/contract/limits.ts';
import { buildCatalog } from '../../../lib/runtime/message/catalog.ts';
import { checkMessage } from '../../../lib/runtime/message/check-message.ts';
import { decodeSent } from '../../../lib/runtime/message/decode.ts';
import { namedSchemas } from '../../../lib/runtime/message/named-schemas.ts';
import { schemaUri } from '../../../lib/schema/uri.ts';
import { envelope, payment } from './sample.ts';

const schemas = namedSchemas([payment]);
const check = (overrides: Parameters<typeof envelope>[0] = {}) => checkMessage(envelope(overrides), schemas);

describe('a message that nobody has run yet', () => {
  test('is checked by the schema of the version that it names, a past one too', async () => {
    expect(await check()).toEqual({ problems: [], schema: 'known' });
    const past = { dataschema: schemaUri('PaymentRequested', 1), data: { orderId: 'o-1' } };
    expect(await check(past)).toEqual({
      problems: [{ path: '/data/order', rule: 'PaymentRequested version 1: data/order should be a string, but is a undefined.' }],
      schema: 'known',
    });
  });

  test('is not called good where nobody knows its schema', async () => {
    expect(await check({ dataschema: schemaUri('PaymentRequested', 4), data: 7 })).toEqual({
      problems: [],
      schema: 'unknown',
      why: 'nobody has registered PaymentRequested version 4',
    });
    const find = async () => {
      throw new ChoreographyError('SCHEMA_UNSAFE', 'a pattern that takes for ever');
    };
    expect(await checkMessage(envelope(), { find })).toEqual({ problems: [], schema: 'unknown', why: 'a pattern that takes for ever' });
  });

  test('is not checked by a registry that is down', async () => {
    const find = async () => {
      throw new ChoreographyError('REGISTRY_UNAVAILABLE', 'down', { retryable: true });
    };
    await expect(checkMessage(envelope(), { find })).rejects.toMatchObject({ code: 'REGISTRY_UNAVAILABLE' });
  });

  test.each([
    ['/hops', { hops: -1 }],
    ['/time', { time: 'yesterday' }],
    ['/subject', { subject: 'x'.repeat(ID_LENGTH_MAX + 1) }],
    ['/dataschema', { dataschema: schemaUri('OrderPlaced', 1) }],
    ['', { data: { text: 'x'.repeat(MESSAGE_BYTES_MAX) } }],
  ])('has a problem at %j that the runtime would find, too', async (path, overrides) => {
    const found = await check(overrides);
    expect(found).toMatchObject({ problems: [{ path }], schema: 'not-asked' });
    expect(decodeSent(envelope(overrides), buildCatalog(payment))).toMatchObject({ kind: 'malformed' });
  });

  test('has passed the limit of hops', async () => {
    expect(await check({ hops: HOPS_MAX + 1 })).toMatchObject({ problems: [{ path: '/hops' }], schema: 'not-asked' });
  });
});
