import { type EntityType, entityDefinition } from '../../contract/entity.ts';
import { ChoreographyError } from '../../contract/errors.ts';
import { ID_LENGTH_MAX, STATE_BYTES_MAX } from '../../contract/limits.ts';
import type { EntityKey, EntityRecord } from '../journal/unit.ts';
import { cloneJson, copyJson, jsonBytes } from '../message/json.ts';
import { shown } from '../message/shown.ts';

/** Levels and nodes of an entity's state. */
const stateLimits = { depth: 64, nodes: 50_000 };

/** Names an entity for the store. @throws INVALID_ID */
export function keyOf(entity: EntityType, id: string): EntityKey {
  if (typeof id !== 'string' || id === '' || id.length > ID_LENGTH_MAX) {
    throw new ChoreographyError('INVALID_ID', `${entity.name} has the id ${shown(id)}: give a text of 1 to ${ID_LENGTH_MAX} characters.`, {
      details: { entity: entity.name },
    });
  }
  const { table } = entityDefinition(entity);
  return table ? { entity: entity.name, id, table } : { entity: entity.name, id };
}

/** A copy of the stored state in the current shape. @throws STATE_NEWER (retryable): an older deployment meets a newer state */
export function readState(entity: EntityType, id: string, record: EntityRecord): unknown {
  const { version, upgrade } = entityDefinition(entity);
  if (record.shapeVersion > version) {
    throw new ChoreographyError(
      'STATE_NEWER',
      `${entity.name} ${id} is stored in the shape ${record.shapeVersion}, and this deployment knows ${version}; it is tried again until the newer one runs.`,
      {
        details: { entity: entity.name, id },
        retryable: true,
      },
    );
  }
  let state = cloneJson(record.state);
  for (let from = record.shapeVersion; from < version; from += 1) state = upgrade?.[from]?.(state as never);
  return state;
}

/** What is stored: a copy that is plain JSON and small enough. @throws STATE_TOO_LARGE, NOT_JSON, TOO_DEEP, TOO_MANY_NODES, FORBIDDEN_KEY */
export function copyState(value: unknown, what: string): unknown {
  const state = copyJson(value, what, stateLimits);
  const bytes = jsonBytes(state, STATE_BYTES_MAX);
  if (bytes <= STATE_BYTES_MAX) return state;
  throw new ChoreographyError(
    'STATE_TOO_LARGE',
    `${what} has ${bytes} bytes, more than ${STATE_BYTES_MAX}; split it, or keep a reference to the content.`,
    { details: { bytes, limitBytes: STATE_BYTES_MAX } },
  );
}

/** The record that `put` writes. */
export function writeState(entity: EntityType, id: string, value: unknown, commit: string): EntityRecord {
  const { version, indexes = {} } = entityDefinition(entity);
  const state = copyState(value, `The state of ${entity.name} ${id}`);
  const found: Record<string, string> = {};
  for (const [name, pick] of Object.entries(indexes)) {
    const indexed = pick(state as never);
    if (indexed !== undefined) found[name] = indexed;
  }
  return { state, shapeVersion: version, version: commit, indexes: found };
}
