import { describe, expect, test } from 'vitest';
import { ChoreographyError } from '../../../lib/contract/errors.ts';
import type { WriterSchemas } from '../../../lib/runtime/ports/writer-schemas.ts';
import { schemaUri } from '../../../lib/schema/uri.ts';
import { claims, createRig, letters } from '../rig.ts';
import { envelope, payment, schemaOf } from './sample.ts';

const type = 'PaymentRequested';
const good = { orderId: 'o-1', cents: 1, currency: 'EUR' };

/** A registry that knows version 4; `answers` are consumed first. */
function registry(...answers: readonly ('down' | 'unknown')[]): WriterSchemas & { readonly asked: string[] } {
  const left = [...answers];
  const asked: string[] = [];
  return {
    asked,
    async find(name, version) {
      asked.push(`${name}:${version}`);
      const answer = left.shift();
      if (answer === 'down') throw new ChoreographyError('REGISTRY_UNAVAILABLE', 'down', { retryable: true });
      if (answer === 'unknown' || version > 4) return undefined;
      return schemaOf(name, version, { orderId: 'string', currency: 'string' });
    },
  };
}

const newer = (id: string, data: unknown = good, version = 4) =>
  envelope({ id, correlationid: `saga-${id}`, partitionkey: `saga-${id}`, dataschema: schemaUri(type, version), data });

describe('a message in a version that is newer than the service', () => {
  test('is taken when it meets its own schema and the one the service knows; the schema is fetched once for all', async () => {
    const schemas = registry();
    const rig = createRig(payment, { writerSchemas: schemas });
    await rig.deliver(newer('a'), newer('b'), envelope({ id: 'c', correlationid: 'saga-c' }), newer('d'));
    await rig.deliver(newer('e'));
    expect(claims(rig)).toEqual(['pay a done', 'pay b done', 'pay c done', 'pay d done', 'pay e done']);
    expect(schemas.asked).toEqual(['PaymentRequested:4']);
  });

  test('is a dead letter when it does not meet the schema it was written with', async () => {
    const rig = createRig(payment, { writerSchemas: registry() });
    await rig.deliver(newer('a', { orderId: 'o-1', cents: 1 }), newer('b'));
    expect(letters(rig)).toEqual(['SCHEMA_VIOLATION a']);
    expect(claims(rig)).toContain('pay b done');
  });

  test('waits for a deployment when the service would not understand it', async () => {
    const rig = createRig(payment, { writerSchemas: registry() });
    await rig.deliver(newer('a', { orderId: 'o-1', currency: 'EUR' }));
    expect(rig.store.allMarkers().map(({ saga }) => saga)).toEqual(['saga-a']);
    expect(letters(rig)).toEqual([]);
  });

  test.each([
    ['does not answer', 'down'],
    ['does not know it yet', 'unknown'],
  ] as const)('waits while the registry %s, and is taken when it does', async (_, answer) => {
    const schemas = registry(answer, answer);
    const rig = createRig(payment, { writerSchemas: schemas });
    await rig.deliver(newer('a'));
    expect(claims(rig)).toEqual([]);
    for (let tries = 0; tries < 5 && claims(rig).length === 0; tries += 1) await rig.wake('saga-a');
    expect(claims(rig)).toEqual(['pay a done']);
    expect(rig.store.allMarkers()).toEqual([]);
  });

  test('waits where there is no registry', async () => {
    const rig = createRig(payment);
    await rig.deliver(newer('a'));
    expect([claims(rig), letters(rig), rig.store.allMarkers().length]).toEqual([[], [], 1]);
  });
});
