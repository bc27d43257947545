import { describe, expect, test } from 'vitest';
import type { Envelope } from '../../lib/contract/envelope.ts';
import { ChoreographyError } from '../../lib/contract/errors.ts';
import type { OperatorAccess } from '../../lib/operations/access.ts';
import { listAudit } from '../../lib/operations/audit.ts';
import { type EditRequest, editDeadLetter } from '../../lib/operations/dead-letters/edit.ts';
import { schemaUri } from '../../lib/schema/uri.ts';
import { begun, createDesk, type Desk, never } from './desk.ts';

/** A letter about a good message, on which the reaction failed. */
async function brokenDesk(): Promise<Desk> {
  const desk = createDesk();
  desk.broken = never();
  await desk.publish(begun, { id: 'o-0' }, 'o-0');
  await desk.settle();
  return desk;
}

function edit(desk: Desk, changes: Partial<Envelope>, more: Partial<EditRequest> = {}, access: OperatorAccess = desk.access) {
  const { id, message } = desk.only();
  return desk.run(
    editDeadLetter(access, { consumer: 'desk', id, reason: 'r', message: { ...(message as Envelope), ...changes }, ...more }),
  );
}

/** A desk whose build reads version 2, and lifts what `lifts` says. */
function reading(desk: Desk, lifts: readonly number[]): OperatorAccess {
  const version = 2;
  const consumers = async () =>
    (await desk.access.consumers()).map((consumer) => {
      const { manifest } = consumer;
      if (!manifest) return consumer;
      const reactions = manifest.reactions.map((reaction) => ({ ...reaction, on: reaction.on.map((on) => ({ ...on, version })) }));
      return { ...consumer, manifest: { ...manifest, reactions, lifts: lifts.map((from) => ({ type: begun.type, version: from })) } };
    });
  return { ...desk.access, consumers };
}

describe('a correction of a dead letter', () => {
  test('is refused where its data does not meet its schema, and nothing is changed', async () => {
    const desk = await brokenDesk();
    const before = desk.journals();
    await expect(edit(desk, { data: { id: 7 } })).rejects.toMatchObject({
      code: 'EDIT_INVALID',
      message: expect.stringContaining('again in desk. OrderBegun version 1: data/id should be a text, but is number.'),
      details: { consumer: 'desk', problems: [{ path: '/data/id' }] },
    });
    expect(desk.journals()).toBe(before);
    expect((await listAudit(desk.access, { limit: 9 })).items).toEqual([]);
  });

  test('is taken unchecked where somebody says so, and the audit keeps what was found', async () => {
    const desk = await brokenDesk();
    const { check, letter } = await edit(desk, { data: { id: 7 } }, { unchecked: true });
    expect([check.problems.map(({ path }) => path), letter.message?.data]).toEqual([['/data/id'], { id: 7 }]);
    expect((await listAudit(desk.access, { limit: 9 })).items).toMatchObject([
      { action: 'dead-letter.edit', details: { unchecked: true, check: { problems: [{ path: '/data/id' }], schema: 'known' } } },
    ]);
  });

  test('whose schema nobody knows is taken, and says so, in the audit as well', async () => {
    const desk = await brokenDesk();
    const lost: OperatorAccess = { ...desk.access, checkMessage: async () => ({ problems: [], schema: 'unknown', why: 'none' }) };
    expect((await edit(desk, { data: { id: 7 } }, {}, lost)).check).toEqual({ problems: [], schema: 'unknown', why: 'none' });
    expect((await listAudit(desk.access, { limit: 9 })).items).toMatchObject([
      { details: { unchecked: false, check: { schema: 'unknown', why: 'none' } } },
    ]);
  });

  test('waits for a registry that is down, unless it is to be unchecked', async () => {
    const desk = await brokenDesk();
    const checkMessage = async () => {
      throw new ChoreographyError('REGISTRY_UNAVAILABLE', 'Glue is down', { retryable: true });
    };
    const down: OperatorAccess = { ...desk.access, checkMessage };
    await expect(edit(desk, {}, {}, down)).rejects.toMatchObject({ code: 'REGISTRY_UNAVAILABLE' });
    const broken: OperatorAccess = { ...desk.access, checkMessage: () => Promise.reject(new TypeError('a bug')) };
    await expect(edit(desk, {}, { unchecked: true }, broken)).rejects.toThrow('a bug');
    expect((await edit(desk, {}, { unchecked: true }, down)).check).toEqual({ problems: [], schema: 'unknown', why: 'Glue is down' });
  });

  test('in an older version that nothing lifts has to be what the consumer reads as it is', async () => {
    const desk = await brokenDesk();
    const known = reading(desk, []);
    const asked: string[] = [];
    const access: OperatorAccess = {
      ...known,
      async checkMessage(message) {
        asked.push(message.dataschema);
        const misfits = message.dataschema === schemaUri(begun.type, 2) && !('key' in (message.data as object));
        return { problems: misfits ? [{ path: '/data/key', rule: 'OrderBegun version 2: no key.' }] : [], schema: 'known' };
      },
    };
    await expect(edit(desk, {}, {}, access)).rejects.toMatchObject({
      code: 'EDIT_INVALID',
      details: {
        problems: [
          { path: '/data/key', rule: 'desk has no upcast from version 1 of OrderBegun and reads it as OrderBegun version 2: no key.' },
        ],
      },
    });
    expect(asked).toEqual([schemaUri(begun.type, 1), schemaUri(begun.type, 2)]);
    await expect(edit(desk, { data: { id: 'o-0', key: 'k' } }, {}, access)).resolves.toMatchObject({
      check: { problems: [], schema: 'known' },
    });
  });

  test('is not called known where the version that the consumer reads is not, nor looked at further where an upcast is run first', async () => {
    const desk = await brokenDesk();
    const why = 'nobody has registered OrderBegun version 2';
    expect((await edit(desk, {}, {}, reading(desk, []))).check).toEqual({ problems: [], schema: 'unknown', why });
    expect((await edit(desk, {}, {}, reading(desk, [1]))).check).toEqual({ problems: [], schema: 'known' });
  });

  test('in a version that is newer than the consumer has to be what the consumer reads as well', async () => {
    const desk = await brokenDesk();
    const newer = { dataschema: schemaUri(begun.type, 2), data: { key: 'o-0' } };
    await expect(edit(desk, newer)).rejects.toMatchObject({
      code: 'EDIT_INVALID',
      message: expect.stringContaining('desk reads it as OrderBegun version 1: data/id should be a text'),
    });
    expect(await edit(desk, { ...newer, data: { id: 'o-0', key: 'o-0' } })).toMatchObject({ check: { problems: [], schema: 'unknown' } });
  });

  test('that no reaction of the consumer takes is refused', async () => {
    const desk = createDesk();
    desk.backbone.stream.put({ data: '{"type":"OrderBegun"', partitionKey: 'k' });
    await desk.settle();
    await desk.publish(begun, { id: 'good' }, 'good');
    const good = desk.backbone.published[0]?.envelope as Envelope;
    await expect(edit(desk, { ...good, type: 'OrderPaid', dataschema: schemaUri('OrderPaid', 1) })).rejects.toMatchObject({
      details: { problems: [{ path: '/type', rule: 'desk subscribes to no OrderPaid.' }] },
    });
  });
});
