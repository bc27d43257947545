import type { EntityType } from '../../contract/entity.ts';
import { ChoreographyError } from '../../contract/errors.ts';
import type { Version } from '../journal/claim.ts';
import { entityKey, keyText } from '../journal/item-key.ts';
import type { EntityKey, EntityRecord, Write } from '../journal/unit.ts';
import { keyOf, readState, writeState } from './state-shape.ts';
import type { Workspace } from './workspace.ts';

interface Tracked {
  readonly key: EntityKey;
  /** What was there when it was first looked at; `null`: nothing, or `put` without `get`. */
  readonly expect: Version;
  /** It was read, absence included; `put` without `get` looks at nothing. */
  readonly read: boolean;
  /** `undefined`: only read. */
  written?: { readonly record: EntityRecord | null };
}

/** Tracks what one run of a reaction read and wrote. */
export interface UnitOfWork {
  get(entity: EntityType, id: string): Promise<unknown>;
  /** @throws TOO_MANY_IDS */
  getMany(entity: EntityType, ids: readonly string[]): Promise<ReadonlyMap<string, unknown>>;
  put(entity: EntityType, id: string, state: unknown): void;
  delete(entity: EntityType, id: string): void;
  /** Writes, and checks of what was only read. */
  writes(): readonly Write[];
  /** Checks of everything that was looked at: a business failure depends on what it read, and writes nothing. */
  checks(): readonly Write[];
}

/** Ids that one `getMany` may name. */
const GET_MANY_MAX = 100;

function isWrite(tracked: Tracked): tracked is Tracked & Required<Pick<Tracked, 'written'>> {
  return tracked.written !== undefined;
}

function tooManyIds(entity: EntityType, count: number): ChoreographyError {
  return new ChoreographyError(
    'TOO_MANY_IDS',
    `tx.getMany got ${count} ids of ${entity.name}; give at most ${GET_MANY_MAX}, in several calls if need be.`,
    { details: { entity: entity.name, count, max: GET_MANY_MAX } },
  );
}

/** `commit` becomes the version of what is written. */
export function createUnitOfWork(workspace: Workspace, commit: string): UnitOfWork {
  const tracked = new Map<string, Tracked>();
  async function get(entity: EntityType, id: string): Promise<unknown> {
    const key = keyOf(entity, id);
    const text = keyText(entityKey(key.entity, key.id));
    const own = tracked.get(text)?.written;
    if (own) return own.record === null ? undefined : readState(entity, id, own.record);
    const record = await workspace.entity(key);
    if (!tracked.has(text)) tracked.set(text, { key, expect: record?.version ?? null, read: true });
    return record && readState(entity, id, record);
  }
  function write(entity: EntityType, id: string, record: EntityRecord | null, verb: 'put' | 'delete'): void {
    const key = keyOf(entity, id);
    const text = keyText(entityKey(key.entity, key.id));
    const before = tracked.get(text);
    if (before) {
      before.written = { record };
      return;
    }
    if (workspace.known(key)) {
      throw new ChoreographyError(
        'ENTITY_EXISTS',
        `${entity.name} ${id} is there already; read it with tx.get before tx.${verb}, so that the change builds on what is stored.`,
        { details: { entity: entity.name, id } },
      );
    }
    tracked.set(text, { key, expect: null, read: false, written: { record } });
  }
  const check = ({ key, expect }: Tracked): Write => ({ kind: 'entity-check', key, expect });
  return {
    get,
    async getMany(entity, ids) {
      if (ids.length > GET_MANY_MAX) throw tooManyIds(entity, ids.length);
      await workspace.entities(ids.map((id) => keyOf(entity, id)));
      const found = new Map<string, unknown>();
      for (const id of new Set(ids)) {
        const state = await get(entity, id);
        if (state !== undefined) found.set(id, state);
      }
      return found;
    },
    put: (entity, id, state) => write(entity, id, writeState(entity, id, state, commit), 'put'),
    delete: (entity, id) => write(entity, id, null, 'delete'),
    writes: () =>
      [...tracked.values()].map((item) =>
        isWrite(item) ? { kind: 'entity', key: item.key, expect: item.expect, put: item.written.record } : check(item),
      ),
    checks: () => [...tracked.values()].filter(({ read }) => read).map(check),
  };
}
