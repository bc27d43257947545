import { ChoreographyError } from './errors.ts';
import { checkEntityName } from './names.ts';

/** A piece of a service's own state. */
export interface EntityType<State = unknown> {
  readonly kind: 'entity';
  readonly name: string;
  /** Version of the stored shape. */
  readonly version: number;
  readonly '~state'?: State;
}

/** What `defineEntity` takes besides the name. */
export interface EntityOptions<State> {
  /** Version of the stored shape. @default 1 */
  readonly version?: number;
  /** Turns a stored older shape into the next version, one function per older version. @default - none */
  readonly upgrade?: Readonly<Record<number, (stored: never) => unknown>>;
  /** Values to query by, e.g. `{ customer: (order) => order.customerId }`; `undefined` leaves an entity out. @default - by id only */
  readonly indexes?: Readonly<Record<string, (state: State) => string | undefined>>;
  /** Keeps the entity in a table the team already has. @default - the service's own table */
  readonly table?: ExistingTable;
}

/** An existing table: the commit writes into it, conditional on `versionAttribute`, in the same transaction. */
export interface ExistingTable {
  /** Logical name; the construct maps it to a table. */
  readonly name: string;
  readonly key: (id: string) => Readonly<Record<string, string | number>>;
  readonly versionAttribute: string;
}

/** The whole definition, for the runtime. */
export interface EntityDefinition extends EntityType, EntityOptions<never> {
  readonly version: number;
}

/**
 * Declares an entity and the shape of its state. A stored state of an older version is lifted when read; one of a newer
 * version is refused as retryable, so that two deployments can run side by side.
 * @throws INVALID_NAME, INVALID_VERSION, UPGRADE_MISSING
 */
export function defineEntity<State>(name: string, options: EntityOptions<State> = {}): EntityType<State> {
  checkEntityName(name);
  const version = options.version ?? 1;
  if (!Number.isInteger(version) || version < 1) {
    throw new ChoreographyError('INVALID_VERSION', `${name} has the version ${version}: give a whole number from 1.`, {
      details: { name, version },
    });
  }
  for (let older = 1; older < version; older += 1) {
    if (typeof options.upgrade?.[older] === 'function') continue;
    throw new ChoreographyError(
      'UPGRADE_MISSING',
      `${name} is at version ${version}, but nothing upgrades the stored version ${older}: add upgrade: { ${older}: (stored) => … }.`,
      { details: { name, version, missing: older } },
    );
  }
  return Object.freeze({ kind: 'entity', name, ...options, version } as const);
}

/** The full definition behind an `EntityType`. */
export function entityDefinition(entity: EntityType): EntityDefinition {
  return entity as EntityDefinition;
}

/** Refuses an index that the entity does not declare: a query by it would always be empty. @throws UNKNOWN_INDEX */
export function checkIndex(entity: EntityType, index: string): void {
  const { name, indexes = {} } = entityDefinition(entity);
  if (Object.hasOwn(indexes, index)) return;
  const known = Object.keys(indexes);
  const there =
    known.length === 0
      ? 'it has none; declare it in `indexes` of defineEntity'
      : `there ${known.length === 1 ? 'is' : 'are'} ${known.join(', ')}`;
  throw new ChoreographyError('UNKNOWN_INDEX', `The entity ${name} has no index ${index}: ${there}.`, { details: { entity: name, index } });
}
