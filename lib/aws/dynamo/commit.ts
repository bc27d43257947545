import {
  type CancellationReason,
  DeleteItemCommand,
  type DynamoDBClient,
  PutItemCommand,
  type TransactWriteItem,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';
import { type Claim, isExpired } from '../../runtime/journal/claim.ts';
import { type FoldedWrite, foldUnits } from '../../runtime/journal/fold.ts';
import { hashOf } from '../../runtime/journal/hash.ts';
import type { Unit } from '../../runtime/journal/unit.ts';
import { cancelledOutcomes, type FailedWrite } from '../../runtime/journal/unit-outcomes.ts';
import type { UnitOutcome } from '../../runtime/ports/store.ts';
import { sdkErrorName } from '../sdk-error.ts';
import type { Item } from './attributes.ts';
import { claimOf } from './read.ts';
import { requestsOf, type Tables } from './requests.ts';
import { storeError } from './store-error.ts';

/** Bytes of one item (AWS: 400 KB). */
const ITEM_BYTES_MAX = 409_600;
/** Items of one transaction (AWS). */
const TRANSACTION_ITEMS_MAX = 100;
/** Bytes of one transaction (AWS: 4 MB). */
const TRANSACTION_BYTES_MAX = 4_194_304;

/** What commits go by. */
export interface CommitOptions extends Tables {
  readonly client: DynamoDBClient;
  readonly nowMs: number;
}

/** A request, and the write that it is for. */
interface Planned {
  readonly request: TransactWriteItem;
  readonly folded: FoldedWrite;
}

function itemOf({ Put, Delete, ConditionCheck }: TransactWriteItem): Item {
  return Put?.Item ?? Delete?.Key ?? ConditionCheck?.Key ?? {};
}

/** About what DynamoDB counts: names and values, as UTF-8. */
function bytesOf(item: Item): number {
  let bytes = 0;
  for (const [name, value] of Object.entries(item)) {
    bytes += name.length + (value.S === undefined ? JSON.stringify(value).length : Buffer.byteLength(value.S));
  }
  return bytes;
}

/** Why a write is never taken, if so: found before it is sent, so that the unit is named and the others may go on. */
function flawOf({ request, folded }: Planned): string | undefined {
  const bytes = bytesOf(itemOf(request));
  return bytes > ITEM_BYTES_MAX ? `The ${folded.write.kind} item has ${bytes} bytes; an item holds at most ${ITEM_BYTES_MAX}.` : undefined;
}

function plan(units: readonly Unit[], tables: Tables, nowMs: number): readonly Planned[] {
  return foldUnits(units).flatMap((folded) => requestsOf(folded.write, tables, nowMs).map((request) => ({ request, folded })));
}

function invalid(units: readonly Unit[], flaws: ReadonlyMap<FoldedWrite, string>): readonly UnitOutcome[] {
  return units.map((_, position): UnitOutcome => {
    for (const [{ units: touching }, reason] of flaws) if (touching.includes(position)) return { status: 'invalid', reason };
    return { status: 'cancelled' };
  });
}

/** Outcomes of what must not even be sent. */
function refusal(units: readonly Unit[], planned: readonly Planned[]): readonly UnitOutcome[] | undefined {
  const flaws = new Map(planned.flatMap((one) => (flawOf(one) === undefined ? [] : [[one.folded, flawOf(one) ?? ''] as const])));
  if (flaws.size > 0) return invalid(units, flaws);
  const bytes = planned.reduce((sum, { request }) => sum + bytesOf(itemOf(request)), 0);
  const [many, large] = [planned.length > TRANSACTION_ITEMS_MAX, bytes > TRANSACTION_BYTES_MAX];
  if (!many && !large) return undefined;
  const what = many ? `touches ${planned.length} items` : `has ${bytes} bytes`;
  const reason = `The transaction ${what}; at most ${many ? `${TRANSACTION_ITEMS_MAX} items` : `${TRANSACTION_BYTES_MAX} bytes`} are taken.`;
  return units.map(() => ({ status: 'invalid', reason }));
}

/** What a failed condition found; an expired claim is none. */
function failedWrite(folded: FoldedWrite, found: Item | undefined, nowMs: number): FailedWrite {
  const claim: Claim | undefined = folded.write.kind === 'claim' && found && Object.keys(found).length > 0 ? claimOf(found) : undefined;
  return { folded, existing: claim && !isExpired(claim, nowMs) ? claim : undefined };
}

/** One write of one item: half the price of a transaction. */
async function commitOne(
  units: readonly Unit[],
  [one]: readonly Planned[],
  { client, nowMs }: CommitOptions,
): Promise<readonly UnitOutcome[]> {
  const { request, folded } = one as Planned;
  try {
    if (request.Put) await client.send(new PutItemCommand(request.Put as typeof request.Put & { readonly Item: Item }));
    else await client.send(new DeleteItemCommand(request.Delete as NonNullable<typeof request.Delete>));
    return units.map(() => ({ status: 'committed' }));
  } catch (error) {
    const name = sdkErrorName(error);
    if (name === 'ConditionalCheckFailedException') {
      const found = (error as { readonly Item?: Item }).Item;
      return cancelledOutcomes(units, [failedWrite(folded, found, nowMs)]);
    }
    if (name === 'TransactionConflictException') return conflicts(units, [folded]);
    throw storeError(error, true);
  }
}

function conflicts(units: readonly Unit[], touched: readonly FoldedWrite[]): readonly UnitOutcome[] {
  const hit = new Set(touched.flatMap((folded) => folded.units));
  return units.map((_, position) => ({ status: hit.has(position) ? 'conflict' : 'cancelled' }));
}

/** Of a cancelled transaction, what each request is told. */
function cancelled(
  units: readonly Unit[],
  planned: readonly Planned[],
  reasons: readonly CancellationReason[],
  nowMs: number,
): readonly UnitOutcome[] | undefined {
  const failed: FailedWrite[] = [];
  const touched: FoldedWrite[] = [];
  const flaws = new Map<FoldedWrite, string>();
  for (const [index, { Code: code = 'None', Item: found, Message: message }] of reasons.entries()) {
    const folded = planned[index]?.folded;
    if (!folded || code === 'None') continue;
    if (code === 'ConditionalCheckFailed') failed.push(failedWrite(folded, found, nowMs));
    else if (code === 'TransactionConflict') touched.push(folded);
    else if (code === 'ValidationError' || code === 'ItemCollectionSizeLimitExceeded') flaws.set(folded, message ?? code);
  }
  if (flaws.size > 0) return invalid(units, flaws);
  if (failed.length > 0) return cancelledOutcomes(units, failed);
  return touched.length > 0 ? conflicts(units, touched) : undefined;
}

/**
 * All writes in one transaction. The token makes a repeat of the same units the same transaction for ten minutes; a repeat
 * that DynamoDB takes for another one is sent under a token of its own, and the claims say what is in.
 */
async function commitAll(
  units: readonly Unit[],
  planned: readonly Planned[],
  { client, nowMs }: CommitOptions,
): Promise<readonly UnitOutcome[]> {
  const TransactItems = planned.map(({ request }) => request);
  const token = hashOf('commit', ...units.map(({ id }) => id));
  const send = (ClientRequestToken: string) => client.send(new TransactWriteItemsCommand({ TransactItems, ClientRequestToken }));
  try {
    try {
      await send(token);
    } catch (error) {
      if (sdkErrorName(error) !== 'IdempotentParameterMismatchException') throw error;
      await send(hashOf('commit', token, nowMs));
    }
    return units.map(() => ({ status: 'committed' }));
  } catch (error) {
    if (sdkErrorName(error) === 'TransactionCanceledException') {
      const reasons = (error as { readonly CancellationReasons?: readonly CancellationReason[] }).CancellationReasons ?? [];
      const outcomes = cancelled(units, planned, reasons, nowMs);
      if (outcomes) return outcomes;
      throw storeError(Object.assign(new Error('the transaction was throttled'), { name: 'ThrottlingException' }), true);
    }
    throw storeError(error, true);
  }
}

/** One transaction of all units, or one plain write when it is about one item. See `Store.commit`. */
export async function commitUnits(units: readonly Unit[], options: CommitOptions): Promise<readonly UnitOutcome[]> {
  const planned = plan(units, options, options.nowMs);
  if (planned.length === 0) return units.map(() => ({ status: 'committed' }));
  const refused = refusal(units, planned);
  if (refused) return refused;
  const single = planned.length === 1 && !planned[0]?.request.ConditionCheck;
  return single ? commitOne(units, planned, options) : commitAll(units, planned, options);
}
