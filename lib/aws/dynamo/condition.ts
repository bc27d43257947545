import type { Put } from '@aws-sdk/client-dynamodb';
import { journalTable } from '../../contract/deployment.ts';
import type { Version } from '../../runtime/journal/claim.ts';
import { attributes, number, text } from './attributes.ts';

/** A condition with its names and values. */
export type Condition = Pick<Put, 'ConditionExpression' | 'ExpressionAttributeNames' | 'ExpressionAttributeValues'>;

const { partitionKey, expiry } = journalTable;

/** Nothing is stored under the key. */
export function isAbsent(keyName: string = partitionKey): Condition {
  return { ConditionExpression: 'attribute_not_exists(#k)', ExpressionAttributeNames: { '#k': keyName } };
}

/** What is stored has this version. */
export function versionIs(version: string, attribute: string = attributes.version): Condition {
  return {
    ConditionExpression: '#v = :v',
    ExpressionAttributeNames: { '#v': attribute },
    ExpressionAttributeValues: { ':v': text(version) },
  };
}

/** The condition of an item that does not expire. */
export function stored(expect: Version | 'any'): Condition {
  if (expect === 'any') return {};
  return expect === null ? isAbsent() : versionIs(expect);
}

/** The condition of an item that may have expired: then it counts as absent, also while DynamoDB has not deleted it yet. */
export function storedLive(expect: Version, nowMs: number): Condition {
  const now = number(nowMs / 1000);
  if (expect === null) {
    return {
      ConditionExpression: 'attribute_not_exists(#k) OR #e <= :now',
      ExpressionAttributeNames: { '#k': partitionKey, '#e': expiry },
      ExpressionAttributeValues: { ':now': now },
    };
  }
  return {
    ConditionExpression: '#v = :v AND (attribute_not_exists(#e) OR #e > :now)',
    ExpressionAttributeNames: { '#v': attributes.version, '#e': expiry },
    ExpressionAttributeValues: { ':v': text(expect), ':now': now },
  };
}
