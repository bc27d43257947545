import { randomUUID } from 'node:crypto';
import {
  type CancellationReason,
  DeleteItemCommand,
  type DeleteItemCommandInput,
  type DynamoDBClient,
  PutItemCommand,
  type PutItemCommandInput,
  type TransactWriteItem,
  TransactWriteItemsCommand,
  UpdateItemCommand,
  type UpdateItemCommandInput,
} from '@aws-sdk/client-dynamodb';
import type { FoldedWrite } from '../../runtime/journal/fold.ts';
import type { Unit } from '../../runtime/journal/unit.ts';
import { cancelledOutcomes } from '../../runtime/journal/unit-outcomes.ts';
import type { UnitOutcome } from '../../runtime/ports/store.ts';
import { sdkErrorName } from '../calls/sdk-error.ts';
import type { Attempt, Attempts } from './attempts.ts';
import { attributes, type Item, textOf } from './attributes.ts';
import { type ReadOptions, readPlaces } from './batch-get.ts';
import { type RequestOptions, unknownFields } from './entity-requests.ts';
import type { KnownFields } from './existing-fields.ts';
import { fieldsOf } from './existing-table.ts';
import { conflictOutcomes, failedWrite, reasonedOutcomes } from './outcomes.ts';
import { type PlannedRequest, planCommit, putOff } from './plan.ts';
import { guiltyUnits } from './probe.ts';
import { sendWrite, type WriteFailure } from './send.ts';
import { storeError } from './store-error.ts';

/** What commits go by. */
export interface CommitOptions extends ReadOptions {
  readonly fields: KnownFields;
  readonly attempts: Attempts;
}

/** Answers that say that another write or transaction was under way on the item. */
const meeting: ReadonlySet<string> = new Set(['TransactionConflictException', 'ReplicatedWriteConflictException']);
/** DynamoDB's throttling of a transaction, as a reason of one of its items. */
const throttlingReason = /Throttling|Throughput|RequestLimit/;

/** All units are in. */
function committed(units: readonly Unit[]): readonly UnitOutcome[] {
  return units.map(() => ({ status: 'committed' }));
}

function commandOf({ Put, Update, Delete }: TransactWriteItem) {
  const answer = { ReturnValuesOnConditionCheckFailure: 'ALL_OLD' } as const;
  if (Put) return new PutItemCommand({ ...Put, ...answer } as PutItemCommandInput);
  if (Update) return new UpdateItemCommand({ ...Update, ...answer } as UpdateItemCommandInput);
  return new DeleteItemCommand({ ...Delete, ...answer } as DeleteItemCommandInput);
}

/** Whether what is stored is what this very write makes, by an attempt that got no answer. */
function isInAlready({ write }: FoldedWrite, found: Item | undefined): boolean {
  if (write.kind === 'claim' || write.kind === 'entity-check') return false; // a claim says so itself
  const version = write.put && 'version' in write.put ? write.put.version : undefined;
  const attribute = write.kind === 'entity' && write.key.table ? write.key.table.versionAttribute : attributes.version;
  return version !== undefined && textOf(found, attribute) === version;
}

/** One write of one item: half the price of a transaction, and a third of its time. */
async function commitOne(
  units: readonly Unit[],
  one: PlannedRequest,
  client: DynamoDBClient,
  { nowMs, isRepeat }: Attempt,
): Promise<readonly UnitOutcome[] | WriteFailure> {
  const failure = await sendWrite(client, commandOf(one.request));
  if (!failure) return committed(units);
  const name = sdkErrorName(failure.error);
  if (name === 'ConditionalCheckFailedException') {
    const found = (failure.error as { readonly Item?: Item }).Item;
    const isIn = (isRepeat || failure.mayBeWritten) && isInAlready(one.folded, found);
    return isIn ? committed(units) : cancelledOutcomes(units, [failedWrite(one.folded, found, nowMs)]);
  }
  if (!meeting.has(name)) return failure;
  return conflictOutcomes(cancelledOutcomes(units, []), [one.folded]);
}

/** A transaction that was cancelled for none of the units' faults: throttled, or refused. */
function cancelledFailure(failure: WriteFailure, reasons: readonly CancellationReason[]): WriteFailure {
  const throttled = reasons.find(({ Code: code }) => code !== undefined && throttlingReason.test(code));
  if (!throttled) return failure;
  return { ...failure, error: Object.assign(new Error(throttled.Message ?? throttled.Code), { name: 'ThrottlingException' }) };
}

/** All writes in one transaction. */
async function commitAll(
  units: readonly Unit[],
  requests: readonly PlannedRequest[],
  client: DynamoDBClient,
  attempt: Attempt,
): Promise<readonly UnitOutcome[] | WriteFailure> {
  const TransactItems = requests.map(({ request }) => request);
  const send = (ClientRequestToken: string) => sendWrite(client, new TransactWriteItemsCommand({ TransactItems, ClientRequestToken }));
  let failure = await send(attempt.token);
  // What others wrote meanwhile can make the repeat another transaction; then the conditions say what is in.
  if (failure && sdkErrorName(failure.error) === 'IdempotentParameterMismatchException') failure = await send(randomUUID());
  if (!failure) return committed(units);
  const name = sdkErrorName(failure.error);
  if (name === 'TransactionCanceledException') {
    const reasons = (failure.error as { readonly CancellationReasons?: readonly CancellationReason[] }).CancellationReasons ?? [];
    return reasonedOutcomes(units, requests, reasons, attempt.nowMs) ?? cancelledFailure(failure, reasons);
  }
  return meeting.has(name) ? units.map(() => ({ status: 'conflict' })) : failure;
}

/** Notes what is ours in items of brought tables that nobody has read here: a change removes no more than that. */
async function learnFields(units: readonly Unit[], options: CommitOptions & RequestOptions): Promise<void> {
  const places = unknownFields(
    units.flatMap(({ writes }) => writes),
    options,
  );
  if (places.length === 0) return;
  const found = await readPlaces(places, options);
  for (const place of places) {
    const item = found.get(place.text);
    if (item) options.fields.note(place, fieldsOf(place.brought, item));
  }
}

/** The next commit of these units is a repeat of this attempt. */
function unknownOutcome(units: readonly Unit[], attempt: Attempt, error: unknown, attempts: Attempts) {
  attempts.keep(units, attempt);
  return storeError({ error, mayBeWritten: true });
}

/** One transaction of all units, or one plain write when it is about one item. See `Store.commit`. */
export async function commitUnits(units: readonly Unit[], options: CommitOptions): Promise<readonly UnitOutcome[]> {
  const { client, clock, attempts } = options;
  const waits = putOff(units, options);
  if (waits) return waits;
  const attempt = attempts.of(units, clock.now());
  const requestOptions = { ...options, nowMs: attempt.nowMs };
  try {
    await learnFields(units, requestOptions);
  } catch (error) {
    if (attempt.isRepeat) throw unknownOutcome(units, attempt, error, attempts);
    throw error;
  }
  const plan = planCommit(units, requestOptions);
  if ('refused' in plan) return plan.refused;
  const [one, ...others] = plan.requests;
  if (!one) return committed(units);
  const single = others.length === 0 && !one.request.ConditionCheck;
  const result = single ? await commitOne(units, one, client, attempt) : await commitAll(units, plan.requests, client, attempt);
  if (!('error' in result)) return result;
  if (sdkErrorName(result.error) === 'ValidationException') return guiltyUnits(units, requestOptions, result.error);
  // What a repeat got tells nothing of the attempt before it.
  if (result.mayBeWritten || attempt.isRepeat) throw unknownOutcome(units, attempt, result.error, attempts);
  throw storeError(result);
}
