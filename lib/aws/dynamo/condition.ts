import type { Put } from '@aws-sdk/client-dynamodb';
import { journalTable } from '../../contract/deployment.ts';
import type { Version } from '../../runtime/journal/claim.ts';
import { attributes, number, text } from './attributes.ts';

/** A condition with its names and values. */
export type Condition = Pick<Put, 'ConditionExpression' | 'ExpressionAttributeNames' | 'ExpressionAttributeValues'>;

// Names of the journal's own attributes stand in the expressions as they are: DynamoDB reserves none of them, and an item
// of a batch that names them apart is a tenth longer.
const { partitionKey: key, expiry } = journalTable;
const { version: own } = attributes;

const ABSENT: Condition = { ConditionExpression: `attribute_not_exists(${key})` };
const ABSENT_OR_EXPIRED = `attribute_not_exists(${key}) OR ${expiry} <= :now`;
const VERSION = `${own} = :v`;
const VERSION_LIVE = `${VERSION} AND (attribute_not_exists(${expiry}) OR ${expiry} > :now)`;

/** Nothing is stored under the key of a table that the team brought. */
export function isAbsent(keyName: string): Condition {
  return { ConditionExpression: 'attribute_not_exists(#k)', ExpressionAttributeNames: { '#k': keyName } };
}

/** What is stored in a table that the team brought has this version. */
export function versionIs(version: string, attribute: string): Condition {
  return {
    ConditionExpression: '#v = :v',
    ExpressionAttributeNames: { '#v': attribute },
    ExpressionAttributeValues: { ':v': text(version) },
  };
}

/** The condition of an item of the journal that does not expire. */
export function stored(expect: Version): Condition {
  return expect === null ? ABSENT : { ConditionExpression: VERSION, ExpressionAttributeValues: { ':v': text(expect) } };
}

/** The condition of an item that may have expired: then it counts as absent, also while DynamoDB has not deleted it yet. */
export function storedLive(expect: Version, nowMs: number): Condition {
  const now = number(nowMs / 1000);
  if (expect === null) return { ConditionExpression: ABSENT_OR_EXPIRED, ExpressionAttributeValues: { ':now': now } };
  return { ConditionExpression: VERSION_LIVE, ExpressionAttributeValues: { ':v': text(expect), ':now': now } };
}
