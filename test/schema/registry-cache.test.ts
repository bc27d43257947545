import { describe, expect, test } from 'vitest';
import { ChoreographyError } from '../../lib/contract/errors.ts';
import type { RegisteredSchema, SchemaRegistry } from '../../lib/schema/registry.ts';
import { cachedRegistry, type RegistryCacheOptions } from '../../lib/schema/registry-cache.ts';

const id = '00000000-0000-4000-8000-00000000000a';
const second: RegisteredSchema = { type: 'OrderPlaced', version: 2, schema: { type: 'object' }, id };

/** A registry that counts its calls, and can be down. */
function rig(options: Partial<RegistryCacheOptions> = {}) {
  const state = { now: 0, random: 0, down: false, calls: [] as string[], schemas: [second] };
  const answer = async <Value>(call: string, value: () => Value): Promise<Value> => {
    state.calls.push(call);
    await Promise.resolve();
    if (state.down) throw new ChoreographyError('REGISTRY_UNAVAILABLE', 'down', { retryable: true });
    return value();
  };
  const registry: SchemaRegistry = {
    find: (type, version) => answer(`${type}/${version}`, () => state.schemas.find((one) => one.type === type && one.version === version)),
    findById: (wanted) => answer(wanted, () => state.schemas.find((one) => one.id === wanted)),
    history: (type) => answer(`history ${type}`, () => state.schemas.filter((one) => one.type === type)),
    types: () => answer('types', () => ['OrderPlaced']),
    metadata: (wanted) => answer(`metadata ${wanted}`, () => ({ commit: '4f2a1c' })),
    register: (schema, metadata) => answer(`register ${schema.version}${metadata ? ` ${metadata['commit']}` : ''}`, () => schema),
  };
  return { state, cache: cachedRegistry(registry, { now: () => state.now, random: () => state.random, ...options }) };
}

describe('a cached registry', () => {
  test('never asks for what is bundled, also when the registry is down', async () => {
    const { state, cache } = rig({ bundled: [second] });
    state.down = true;
    expect(await cache.find('OrderPlaced', 2)).toBe(second);
    expect(await cache.findById(id.toUpperCase())).toBe(second);
    expect(state.calls).toEqual([]);
  });

  test('asks once for what is not, however many want it at a time', async () => {
    const { state, cache } = rig();
    const found = await Promise.all([1, 2, 3].map(() => cache.find('OrderPlaced', 2)));
    expect([...found, await cache.find('OrderPlaced', 2)]).toEqual([second, second, second, second]);
    expect([await cache.findById(id), await cache.findById(id)]).toEqual([second, second]);
    expect(state.calls).toEqual(['OrderPlaced/2', id]);
  });

  test.each([
    { random: 0, ends: 100_000 },
    { random: 0.5, ends: 90_000 },
  ])('asks again when the lifetime is over, with chance $random at $ends ms', async ({ random, ends }) => {
    const { state, cache } = rig({ lifetimeSeconds: 100 });
    state.random = random;
    await cache.find('OrderPlaced', 2);
    state.now = ends - 1;
    await cache.find('OrderPlaced', 2);
    expect(state.calls).toHaveLength(1);
    state.now = ends;
    await cache.find('OrderPlaced', 2);
    expect(state.calls).toHaveLength(2);
  });

  test('remembers for a short time that a version is not there', async () => {
    const { state, cache } = rig({ absentSeconds: 5 });
    expect(await cache.find('OrderPlaced', 3)).toBeUndefined();
    state.schemas.push({ ...second, version: 3 });
    state.now = 4_999;
    expect(await cache.find('OrderPlaced', 3)).toBeUndefined();
    state.now = 5_000;
    expect(await cache.find('OrderPlaced', 3)).toMatchObject({ version: 3 });
    expect(state.calls).toEqual(['OrderPlaced/3', 'OrderPlaced/3']);
  });

  test('keeps what it found while the registry is down, and asks again after a short time', async () => {
    const { state, cache } = rig({ lifetimeSeconds: 100, absentSeconds: 5 });
    await cache.find('OrderPlaced', 2);
    state.down = true;
    state.now = 100_000;
    expect(await cache.find('OrderPlaced', 2)).toBe(second);
    state.now = 104_999;
    expect(await cache.find('OrderPlaced', 2)).toBe(second);
    expect(state.calls).toHaveLength(2);
    state.now = 105_000;
    expect(await cache.find('OrderPlaced', 2)).toBe(second);
    expect(state.calls).toHaveLength(3);
  });

  test('an unknown version of a registry that is down is an error to retry, which is not asked for at once again', async () => {
    const { state, cache } = rig({ absentSeconds: 5 });
    state.down = true;
    const down = { code: 'REGISTRY_UNAVAILABLE', retryable: true };
    await expect(cache.find('OrderPlaced', 2)).rejects.toMatchObject(down);
    await expect(cache.find('OrderPlaced', 2)).rejects.toMatchObject(down);
    expect(state.calls).toHaveLength(1);
    state.down = false;
    state.now = 5_000;
    expect(await cache.find('OrderPlaced', 2)).toBe(second);
  });

  test('knows what it registered, and always asks for lists', async () => {
    const { state, cache } = rig();
    await cache.register({ ...second, version: 3 });
    await cache.register({ ...second, version: 4 }, { commit: '4f2a1c' });
    expect(await cache.find('OrderPlaced', 3)).toMatchObject({ version: 3 });
    expect([await cache.metadata(id), await cache.metadata(id)]).toEqual([{ commit: '4f2a1c' }, { commit: '4f2a1c' }]);
    expect(await cache.history('OrderPlaced')).toEqual(await cache.history('OrderPlaced'));
    expect(await cache.types()).toEqual(['OrderPlaced']);
    const asked = [`metadata ${id}`, `metadata ${id}`];
    expect(state.calls).toEqual(['register 3', 'register 4 4f2a1c', ...asked, 'history OrderPlaced', 'history OrderPlaced', 'types']);
  });

  test('forgets the oldest of very many', async () => {
    const { state, cache } = rig();
    for (let version = 1; version <= 501; version += 1) await cache.find('OrderPlaced', version);
    await cache.find('OrderPlaced', 501);
    expect(state.calls).toHaveLength(501);
    await cache.find('OrderPlaced', 1);
    expect(state.calls).toHaveLength(502);
  });
});
