import { type CompatibilityDifference, checkCompatibility } from '../schema/compatibility/check-compatibility.ts';
import type { SchemaObject } from '../schema/schema-set.ts';
import { type CheckInput, documentOf } from './check-input.ts';

/** Where a message of an older version may not go on: nothing lifts it there, and it is not proved that it fits as it is. */
export interface Unread {
  /** The version without an upcast. */
  readonly from: number;
  /** The version that it must meet as it is: of the next upcast, or the reader's own. */
  readonly to: number;
  /** What it may not meet. Absent: the schemas of the two versions are not both known. */
  readonly why?: CompatibilityDifference;
}

/** Verdicts by the older document, then by the newer one: a comparison may take a second, and many readers ask for the same. */
const verdicts = new WeakMap<SchemaObject, WeakMap<SchemaObject, readonly CompatibilityDifference[]>>();

function differences(older: SchemaObject, newer: SchemaObject): readonly CompatibilityDifference[] {
  const known = verdicts.get(older) ?? new WeakMap<SchemaObject, readonly CompatibilityDifference[]>();
  verdicts.set(older, known);
  const found = known.get(newer) ?? checkCompatibility({ mode: 'BACKWARD', proposed: newer, existing: [older] }).differences;
  known.set(newer, found);
  return found;
}

/** Follows an event of the version `written` up to the version `read`, as the runtime does. `undefined`: all of them are read. */
export function findUnread(
  { all, contracts }: CheckInput,
  { type, service, written, read }: { readonly type: string; readonly service: string; readonly written: number; readonly read: number },
): Unread | undefined {
  const lifts = new Set(
    all.find((manifest) => manifest.service === service)?.lifts.flatMap((lift) => (lift.type === type ? [lift.version] : [])),
  );
  let from = written;
  while (from < read) {
    let to = from + 1;
    if (!lifts.has(from)) {
      while (to < read && !lifts.has(to)) to += 1;
      const [older, newer] = [documentOf(contracts, type, from), documentOf(contracts, type, to)];
      if (!older || !newer) return { from, to };
      const [why] = differences(older, newer);
      if (why) return { from, to, why };
    }
    from = to;
  }
  return undefined;
}
