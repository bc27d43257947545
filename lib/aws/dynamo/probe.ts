import { type TransactWriteItem, TransactWriteItemsCommand } from '@aws-sdk/client-dynamodb';
import { journalTable } from '../../contract/deployment.ts';
import type { Unit } from '../../runtime/journal/unit.ts';
import type { UnitOutcome } from '../../runtime/ports/store.ts';
import { sdkErrorName, sdkErrorText } from '../calls/sdk-error.ts';
import type { ReadOptions } from './batch-get.ts';
import type { RequestOptions } from './entity-requests.ts';
import { keyItem } from './item-keys.ts';
import { planCommit, TRANSACTION_ITEMS_MAX } from './plan.ts';
import { sendWrite } from './send.ts';

/** A condition that never holds: no item has this key. A transaction with it is looked at, and never carried out. */
function never(table: string): TransactWriteItem {
  return {
    ConditionCheck: {
      TableName: table,
      Key: keyItem({ partition: 'never', sort: 'never' }),
      ConditionExpression: 'attribute_exists(#k)',
      ExpressionAttributeNames: { '#k': journalTable.partitionKey },
    },
  };
}

/** Whether DynamoDB finds the writes of a unit wrong by themselves. */
async function isGuilty(unit: Unit, options: ReadOptions & RequestOptions): Promise<boolean> {
  const plan = planCommit([unit], options);
  if ('refused' in plan) return true;
  if (plan.requests.length === 0 || plan.requests.length >= TRANSACTION_ITEMS_MAX) return false;
  const TransactItems = [...plan.requests.map(({ request }) => request), never(options.table)];
  const failure = await sendWrite(options.client, new TransactWriteItemsCommand({ TransactItems }));
  return failure !== undefined && sdkErrorName(failure.error) === 'ValidationException';
}

/**
 * Which units of a transaction are to blame when DynamoDB refused it as a whole, without a reason for each item: each one
 * is shown to it alone, under a condition that never holds. If none of them is wrong alone, they are together.
 */
export async function guiltyUnits(
  units: readonly Unit[],
  options: ReadOptions & RequestOptions,
  error: unknown,
): Promise<readonly UnitOutcome[]> {
  const invalid: UnitOutcome = { status: 'invalid', reason: `The table refuses the write: ${sdkErrorText(error)}` };
  if (units.length === 1) return [invalid];
  const guilty: boolean[] = [];
  for (const unit of units) guilty.push(await isGuilty(unit, options));
  const none = !guilty.includes(true);
  return guilty.map((one) => (none || one ? invalid : { status: 'cancelled' }));
}
