import type { TransactWriteItem } from '@aws-sdk/client-dynamodb';
import type { ChoreographyError } from '../../contract/errors.ts';
import { type FoldedWrite, foldUnits } from '../../runtime/journal/fold.ts';
import type { Unit, Write } from '../../runtime/journal/unit.ts';
import type { UnitOutcome } from '../../runtime/ports/store.ts';
import { type Item, itemBytes } from './attributes.ts';
import type { RequestOptions } from './entity-requests.ts';
import { placeOf, type Tables, tableOf, unmapped } from './place.ts';
import { requestsOf } from './requests.ts';

/** Bytes of one item (AWS: 400 KB). */
const ITEM_BYTES_MAX = 409_600;
/** Items of one transaction (AWS). */
export const TRANSACTION_ITEMS_MAX = 100;
/** Bytes of one transaction (AWS: 4 MB). */
const TRANSACTION_BYTES_MAX = 4_194_304;

/** One request, and the write that it is for. */
export interface PlannedRequest {
  readonly request: TransactWriteItem;
  readonly folded: FoldedWrite;
}

/** What a commit sends, or why it must not: then nothing is sent at all. */
export type Plan = { readonly requests: readonly PlannedRequest[] } | { readonly refused: readonly UnitOutcome[] };

/** What units with a write that is never taken learn; the others were fine. */
export function invalidOutcomes(units: readonly Unit[], flaws: readonly (readonly [FoldedWrite, string])[]): readonly UnitOutcome[] {
  return units.map((_, position): UnitOutcome => {
    const flaw = flaws.find(([folded]) => folded.units.includes(position));
    return flaw ? { status: 'invalid', reason: flaw[1] } : { status: 'cancelled' };
  });
}

/** Why a write waits: it is for a table that was not given. */
function missingTable(write: Write, tables: Tables): ChoreographyError | undefined {
  if (write.kind !== 'entity' && write.kind !== 'entity-check') return undefined;
  const { entity, table } = write.key;
  return table && tableOf(table, tables) === undefined ? unmapped(entity, table) : undefined;
}

/** What units learn if any of them needs a table that was not given: that one waits, and the others were fine. */
export function putOff(units: readonly Unit[], tables: Tables): readonly UnitOutcome[] | undefined {
  const waits = units.some(({ writes }) => writes.some((write) => missingTable(write, tables) !== undefined));
  if (!waits) return undefined;
  return units.map(({ writes }) => {
    const [error] = writes.flatMap((write) => missingTable(write, tables) ?? []);
    return error ? { status: 'put-off', error } : { status: 'cancelled' };
  });
}

/** What of a request DynamoDB counts; of an update, what it sets. */
function bytesOf({ Put, Update }: TransactWriteItem): number {
  return itemBytes((Put?.Item ?? Update?.ExpressionAttributeValues ?? {}) as Item);
}

/** Two entities in one item of a brought table: a transaction may touch an item once. */
function sharedItem({ Update, Delete, ConditionCheck }: TransactWriteItem, { write }: FoldedWrite, seen: Set<string>): string | undefined {
  if ((write.kind !== 'entity' && write.kind !== 'entity-check') || !write.key.table) return undefined;
  const { TableName: table = '', Key: key = {} } = Update ?? Delete ?? ConditionCheck ?? {};
  const { text } = placeOf(table, key);
  if (seen.has(text)) return `The ${write.key.entity} is the same item of the table ${table} as another entity of the commit.`;
  seen.add(text);
  return undefined;
}

function tooLarge(bytes: number, kind: string): string | undefined {
  return bytes > ITEM_BYTES_MAX ? `The ${kind} item has ${bytes} bytes; an item holds at most ${ITEM_BYTES_MAX}.` : undefined;
}

function tooMuch(items: number, bytes: number): string | undefined {
  if (items > TRANSACTION_ITEMS_MAX) return `The transaction touches ${items} items; it may touch at most ${TRANSACTION_ITEMS_MAX}.`;
  if (items === 1 || bytes <= TRANSACTION_BYTES_MAX) return undefined;
  return `The transaction has ${bytes} bytes; it may have at most ${TRANSACTION_BYTES_MAX}.`;
}

/** The requests of a commit. Sizes are checked here, so that the unit that is to blame is named and the others may go on. */
export function planCommit(units: readonly Unit[], options: RequestOptions): Plan {
  const requests: PlannedRequest[] = [];
  const flaws: [FoldedWrite, string][] = [];
  const seen = new Set<string>();
  let bytes = 0;
  for (const folded of foldUnits(units)) {
    const made = requestsOf(folded.write, options);
    if (typeof made === 'string') {
      flaws.push([folded, made]);
      continue;
    }
    for (const request of made) {
      const own = bytesOf(request);
      bytes += own;
      const flaw = tooLarge(own, folded.write.kind) ?? sharedItem(request, folded, seen);
      if (flaw !== undefined) flaws.push([folded, flaw]);
      requests.push({ request, folded });
    }
  }
  if (flaws.length > 0) return { refused: invalidOutcomes(units, flaws) };
  const reason = tooMuch(requests.length, bytes);
  return reason === undefined ? { requests } : { refused: units.map(() => ({ status: 'invalid', reason })) };
}
