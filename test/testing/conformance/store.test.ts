import { describe, expect, test } from 'vitest';
import { isChoreographyError } from '../../../lib/contract/errors.ts';
import { createMemoryStore } from '../../../lib/embedded/memory/store.ts';
import { entityKey, keyText } from '../../../lib/runtime/journal/item-key.ts';
import type { Unit, Write } from '../../../lib/runtime/journal/unit.ts';
import type { Store, UnitOutcome } from '../../../lib/runtime/ports/store.ts';
import { sampleMarker } from '../../../lib/testing/conformance/sample-items.ts';
import { storeConformance } from '../../../lib/testing/conformance/store.ts';
import type { StoreHarness } from '../../../lib/testing/conformance/store-harness.ts';
import { failingCases } from './failing-cases.ts';

const clock = { now: () => 1_767_225_600_000 };

type Breaker = (store: Store) => Partial<Store>;

function makeBroken(breaker: Breaker): () => Promise<StoreHarness> {
  return async () => {
    const store = createMemoryStore({ clock });
    return { store: { ...store, ...breaker(store) }, clock };
  };
}

/** A store whose commits see each write changed. */
function onWrites(change: (write: Write) => Write | undefined): Breaker {
  return ({ commit }) => ({
    commit: (units) => commit(units.map(({ id, writes }) => ({ id, writes: writes.flatMap((write) => change(write) ?? []) }))),
  });
}

/** A store whose outcomes are changed. */
function onOutcomes(change: (outcome: UnitOutcome, outcomes: readonly UnitOutcome[]) => UnitOutcome): Breaker {
  return ({ commit }) => ({
    commit: async (units) => {
      const outcomes = await commit(units);
      return outcomes.map((outcome) => change(outcome, outcomes));
    },
  });
}

/** What is stored for a write's item now: makes its condition hold. */
async function withExpectHeld(store: Store, write: Write): Promise<Write> {
  if (write.kind === 'entity' || write.kind === 'entity-check') {
    const key = keyText(entityKey(write.key.entity, write.key.id));
    return { ...write, expect: (await store.read({ entities: [write.key] })).entities.get(key)?.version ?? null };
  }
  if (write.kind === 'saga')
    return { ...write, expect: (await store.read({ sagas: [write.saga] })).sagas.get(write.saga)?.version ?? null };
  if (write.kind === 'claim') {
    return { ...write, expect: (await store.read({ claims: [write.key] })).claims.get(keyText(write.key))?.version ?? null };
  }
  if (write.kind !== 'dead-letter') return write;
  return { ...write, expect: (await store.read({ deadLetters: [write.id] })).deadLetters.get(write.id)?.version ?? null };
}

/** A store that does not check the conditions of one kind of write. */
function ignoring(kind: Write['kind']): Breaker {
  return (store) => ({
    commit: async (units) => {
      const held = async (unit: Unit): Promise<Unit> => ({
        id: unit.id,
        writes: await Promise.all(unit.writes.map((write) => (write.kind === kind ? withExpectHeld(store, write) : write))),
      });
      return store.commit(await Promise.all(units.map(held)));
    },
  });
}

const breakers: readonly [what: string, breaker: Breaker, caught: string][] = [
  ...(
    [
      ['claim', 'a claim that is taken answers'],
      ['entity', 'an entity that was not seen as it is stored'],
      ['entity-check', 'a check holds a commit to what was read'],
      ['saga', 'the marker of a parked saga'],
      ['dead-letter', 'a dead letter is put and closed on condition'],
    ] as const
  ).map(([kind, caught]): [string, Breaker, string] => [`ignores the condition of a ${kind}`, ignoring(kind), caught]),
  [
    'is not atomic over units',
    ({ commit }) => ({
      commit: async (units) => {
        const outcomes: UnitOutcome[] = [];
        for (const unit of units) outcomes.push(...(await commit([unit])));
        return outcomes;
      },
    }),
    'one unit that fails keeps the whole group out',
  ],
  [
    'is not atomic over the writes of a unit',
    ({ commit }) => ({
      commit: async (units) => {
        const outcomes = await commit(units);
        if (outcomes.some(({ status }) => status !== 'committed'))
          await commit(units.map((unit) => ({ ...unit, writes: unit.writes.filter(({ kind }) => kind === 'due') })));
        return outcomes;
      },
    }),
    'one unit that fails keeps the whole group out',
  ],
  [
    'forgets expiry',
    onWrites((write) => {
      if (write.kind !== 'claim') return write;
      const { expiresAt: _, ...put } = write.put;
      return { ...write, put };
    }),
    'an expired claim counts as absent',
  ],
  [
    'answers `conflict` for a taken claim',
    onOutcomes((outcome) => (outcome.status === 'claimed' ? { status: 'conflict' } : outcome)),
    'outranks a version failure',
  ],
  [
    'does not carry the stored claim',
    onOutcomes((outcome) => (outcome.status === 'claimed' ? { status: 'claimed' } : outcome)),
    'recognised by its commit id',
  ],
  [
    'blames units that were fine',
    onOutcomes((outcome) => (outcome.status === 'cancelled' ? { status: 'conflict' } : outcome)),
    'one unit that fails keeps the whole group out',
  ],
  [
    'says that an ambiguous repeat is a new commit',
    ({ commit }) => {
      const seen = new Set<string>();
      return {
        commit: async (units) => {
          if (units.some(({ id }) => seen.has(id))) return units.map(() => ({ status: 'committed' }));
          for (const { id } of units) seen.add(id);
          return commit(units);
        },
      };
    },
    'the repeat of a commit that is in is recognised',
  ],
  [
    'drops deletions',
    onWrites((write) => (write.kind === 'entity' && write.put === null ? undefined : write)),
    'created, changed, deleted',
  ],
  [
    'drops the indexes',
    onWrites((write) => (write.kind === 'entity' && write.put ? { ...write, put: { ...write.put, indexes: {} } } : write)),
    'found by a declared index',
  ],
  [
    'keeps a number as a version',
    (store) => {
      // The classical mistake: a version that an entity can have twice.
      const versions = new Map<string, string>();
      return {
        ...onWrites((write) => {
          if (write.kind !== 'entity') return write;
          const expect = write.expect === null ? null : (versions.get(write.expect) ?? write.expect);
          if (!write.put) return { ...write, expect };
          const counted = String(Number(expect ?? 0) + 1);
          versions.set(write.put.version, counted);
          return { ...write, expect, put: { ...write.put, version: counted } };
        })(store),
      };
    },
    'an old version never matches an entity that was deleted and created again',
  ],
  ['does not keep a claim', () => ({ keepClaim: async () => {} }), '`keepClaim` takes the expiry off'],
  [
    'lists a marker behind one that names too many commits',
    ({ listOutbox }) => ({
      async listOutbox(query) {
        let left = query.limit;
        return (await listOutbox({ ...query, limit: 1_000 })).filter(({ entries }, at) => {
          if (at > 0 && entries.length > left) return false;
          left -= entries.length;
          return true;
        });
      },
    }),
    'outbox markers are listed as far as they name no more commits',
  ],
  [
    'lists the outbox newest first',
    ({ listOutbox }) => ({ listOutbox: async (query) => [...(await listOutbox(query))].reverse() }),
    'outbox markers are listed oldest first',
  ],
  [
    'lists as many markers of the outbox as commits were asked for',
    ({ listOutbox }) => ({
      listOutbox: async ({ before, limit }) => (await listOutbox({ before, limit: 1_000 })).slice(0, limit),
    }),
    'outbox markers are listed as far as they name no more commits',
  ],
  [
    'lists what is not due',
    ({ listDue }) => ({ listDue: (query) => listDue({ ...query, before: Number.MAX_SAFE_INTEGER }) }),
    'due items are listed earliest first',
  ],
  [
    'lists what is due a millisecond late',
    ({ listDue }) => ({ listDue: (query) => listDue({ ...query, before: query.before - 1 }) }),
    'due items are listed earliest first',
  ],
  [
    'lists the outbox from its beginning, wherever it is to go on',
    ({ listOutbox }) => ({ listOutbox: ({ before, limit }) => listOutbox({ before, limit }) }),
    'outbox markers are listed oldest first',
  ],
  [
    'lists what is due from its beginning, wherever it is to go on',
    ({ listDue }) => ({ listDue: ({ before, limit }) => listDue({ before, limit }) }),
    'due items are listed earliest first',
  ],
  [
    'lists from an id on, itself included',
    ({ listDue }) => ({ listDue: ({ after, ...query }) => listDue(after === undefined ? query : { ...query, after: after.slice(0, -1) }) }),
    'due items are listed earliest first',
  ],
  ['forgets how far a sweep has come', () => ({ noteSwept: async () => {} }), 'the place that a sweep has come to'],
  ['ignores limits', ({ listClaims }) => ({ listClaims: (saga) => listClaims(saga, 1_000) }), '`listClaims` gives the claims of one saga'],
  [
    'cannot page',
    ({ listDeadLetters }) => ({ listDeadLetters: async (query) => ({ items: (await listDeadLetters(query)).items }) }),
    'dead letters are listed newest first',
  ],
  [
    'orders a line as text',
    ({ listParked }) => ({
      listParked: async (saga, limit) =>
        [...(await listParked(saga, 1_000))].sort((left, right) => (String(left.order) < String(right.order) ? -1 : 1)).slice(0, limit),
    }),
    'the line of a saga is in the order of its numbers',
  ],
  ['never clears', () => ({ clearOutbox: async () => {}, clearDue: async () => {} }), 'outbox markers are listed oldest first'],
  [
    'lets the last success move back',
    () => {
      const last = new Map<string, number>();
      return { noteSuccess: async (reaction, at) => void last.set(reaction, at), lastSuccess: async (reaction) => last.get(reaction) };
    },
    'the last success of a reaction never moves back',
  ],
  [
    'reads only 100 keys',
    ({ read }) => ({ read: (request) => read({ ...request, entities: request.entities?.slice(0, 100) ?? [] }) }),
    '250 keys are read',
  ],
  [
    'mixes up keys that its separator is part of',
    onWrites((write) => (write.kind === 'entity' ? { ...write, key: { ...write.key, id: write.key.id.replaceAll('#', '|') } } : write)),
    'keys with odd characters are kept apart',
  ],
  [
    'takes an empty text for nothing',
    onWrites((write) => (write.kind === 'entity' && write.put?.state === '' ? { ...write, put: { ...write.put, state: null } } : write)),
    'a state is given back as it was',
  ],
  [
    'drops what a step remembers',
    onWrites((write) => (write.kind === 'claim' ? { ...write, put: { ...write.put, data: undefined } } : write)),
    'a fresh claim',
  ],
  [
    'has an outcome for nothing',
    ({ commit }) => ({ commit: async (units) => (units.length === 0 ? [{ status: 'committed' }] : commit(units)) }),
    'a commit of nothing',
  ],
  [
    'lists parked sagas by their next try',
    ({ listParkedSagas }) => ({
      listParkedSagas: async (query) => [...(await listParkedSagas(query))].sort((left, right) => left.wakeAt - right.wakeAt),
    }),
    'parked sagas whose time has come',
  ],
  [
    'has a value for a key that is absent',
    ({ read }) => ({
      read: async (request) => {
        const found = await read(request);
        return { ...found, sagas: found.sagas.size > 0 ? found.sagas : new Map([['saga-1', sampleMarker('saga-1', 'commit-1')]]) };
      },
    }),
    'a read of nothing finds nothing',
  ],
  [
    'creates generations over what is there',
    ({ putGenerations, generations }) => ({
      putGenerations: async (next, expect) => putGenerations(next, expect ?? (await generations())?.version ?? null),
    }),
    'the document of generations is created once',
  ],
  [
    'lets every change of the generations in',
    ({ putGenerations, generations }) => ({
      async putGenerations(next) {
        while (!(await putGenerations(next, (await generations())?.version ?? null)));
        return true;
      },
    }),
    'of two changes of the generations at the same time one is in',
  ],
  [
    'has one set of entities for all generations',
    onWrites((write) =>
      write.kind === 'entity' ? { ...write, key: { ...write.key, entity: write.key.entity.replace(/[.].*/, '') } } : write,
    ),
    'an entity and a claim in one generation are not those in another',
  ],
  [
    'lists entities under the names that they are stored by',
    ({ scanEntities }) => ({
      async scanEntities(query) {
        const page = await scanEntities(query);
        return { ...page, items: page.items.map((item) => ({ ...item, entity: `${item.entity}.${query.generation}` })) };
      },
    }),
    '`scanEntities` gives the entities of one generation',
  ],
  [
    'cuts ids at a character of its own',
    ({ scanEntities }) => ({
      async scanEntities(query) {
        const page = await scanEntities(query);
        return { ...page, items: page.items.map((item) => ({ ...item, id: item.id.split('#')[0] ?? '' })) };
      },
    }),
    '`scanEntities` gives the entities of one generation',
  ],
  [
    'deletes more than the one generation',
    ({ dropGeneration }) => ({
      async dropGeneration(query) {
        for (const generation of [1, 12]) if (query.generation === 2) await dropGeneration({ generation, limit: 100 });
        return dropGeneration(query);
      },
    }),
    '`dropGeneration` deletes the entities of one generation',
  ],
  [
    'hands out what it holds',
    ({ read }) => {
      const cache = new Map<string, unknown>();
      return {
        read: async (request) => {
          const found = await read(request);
          const [key] = request.entities ?? [];
          const text = key ? JSON.stringify(key) : '';
          if (!cache.has(text)) cache.set(text, structuredClone(found.entities));
          return { ...found, entities: cache.get(text) as typeof found.entities };
        },
      };
    },
    'does not change what is stored',
  ],
];

describe('the store suite finds a store that', () => {
  for (const [what, breaker, caught] of breakers) {
    test(what, async () => {
      const failing = await failingCases(storeConformance, makeBroken(breaker));
      expect(failing.join('\n')).toContain(caught);
    });
  }
});

test('every case of the store suite is failed by some broken store', async () => {
  const failing = new Set<string>();
  for (const [, breaker] of breakers) for (const name of await failingCases(storeConformance, makeBroken(breaker))) failing.add(name);
  expect(storeConformance.map(({ name }) => name).filter((name) => !failing.has(name))).toEqual([]);
});

test('a failure says which rule is broken, and by what', async () => {
  const [first] = storeConformance;
  const error = await first
    ?.run(
      makeBroken(() => ({
        read: async () => ({ claims: new Map(), entities: new Map(), sagas: new Map(), deadLetters: new Map(), outbox: new Map() }),
      })),
    )
    .catch((thrown: unknown) => thrown);
  expect(isChoreographyError(error, 'CONFORMANCE_FAILED')).toBe(true);
  expect(String(error)).toContain('The adapter breaks its port: a claim is read as it was written; expected: {');
});

test('names of cases are unique', () => {
  expect(new Set(storeConformance.map(({ name }) => name)).size).toBe(storeConformance.length);
});
