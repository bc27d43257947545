import type { Store } from '../runtime/ports/store.ts';
import type { OperatorAccess } from './access.ts';
import { liveJournal } from './generations/document.ts';
import { withPatience } from './patience.ts';

/** What is read by name, or by key, of one kind. */
type Readable = 'claims' | 'deadLetters' | 'outbox' | 'sagas';
type Request = NonNullable<Parameters<Store['read']>[0]>;
type Key<Kind extends Readable> = NonNullable<Request[Kind]>[number];
type Found<Kind extends Readable> = Awaited<ReturnType<Store['read']>>[Kind];

/** Items of one read of the store: what DynamoDB takes in one call. */
const LOT = 100;

/** Reads any number of items of one kind from a service's journal as live messages see it, some at a time. @throws UNKNOWN_SERVICE */
export async function readLots<Kind extends Readable>(
  access: OperatorAccess,
  service: string,
  kind: Kind,
  keys: readonly Key<Kind>[],
): Promise<Found<Kind>> {
  const found = new Map<string, unknown>();
  if (keys.length === 0) return found as Found<Kind>;
  const store = await liveJournal(access, service);
  for (let from = 0; from < keys.length; from += LOT) {
    const part = { [kind]: keys.slice(from, from + LOT) } as Request;
    const items = (await withPatience(access.clock, () => store.read(part)))[kind];
    for (const [key, item] of items) found.set(key, item);
  }
  return found as Found<Kind>;
}
