import type { Version } from '../journal/claim.ts';
import type { Page } from './store.ts';

/** One document of the backbone's control table: a replay's checkpoint, an audit entry. */
export interface ControlRecord {
  /** E.g. `replay`, `audit`. */
  readonly collection: string;
  readonly id: string;
  /** Chosen by the writer, another one for each change. */
  readonly version: string;
  /** Plain JSON, at most 350,000 bytes. */
  readonly value: unknown;
  /** Seconds since 1970. Absent: kept. */
  readonly expiresAt?: number;
}

/**
 * Documents of operators, each change on condition of what was there. Guarantees: `get` is strongly consistent; of two
 * `put`s that expect the same version one is in; a listing is in the order of the ids, `descending` the other way round.
 */
export interface ControlRecords {
  get(collection: string, id: string): Promise<ControlRecord | undefined>;
  /** `false`: somebody else changed it (`expect: null`: it is there already). @throws STORE_THROTTLED (retryable) */
  put(record: ControlRecord, expect: Version): Promise<boolean>;
  /** `prefix`: only ids that begin with it. */
  list(
    collection: string,
    query: { readonly limit: number; readonly cursor?: string; readonly prefix?: string; readonly descending?: boolean },
  ): Promise<Page<ControlRecord>>;
}
