import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam';
import { journalTable } from '../../contract/deployment.ts';
import { grantKeyUse } from './grant-key.ts';

const readActions = ['dynamodb:BatchGetItem', 'dynamodb:GetItem', 'dynamodb:Query'];
const writeActions = [
  'dynamodb:BatchWriteItem',
  'dynamodb:ConditionCheckItem',
  'dynamodb:DeleteItem',
  'dynamodb:PutItem',
  'dynamodb:UpdateItem',
];
/** Partition of the control table with all consumers' states (`lib/aws/dynamo/control.ts`). */
const CONSUMERS_PARTITION = 'consumers';

/**
 * What the operator function does with a journal. A replay reads dead letters, claims and generations by key, and begins a
 * generation; the count of sagas that wait reads all claims, and what is parked.
 */
export const journalActionsOfOperator: readonly string[] = [
  'dynamodb:BatchGetItem',
  'dynamodb:GetItem',
  'dynamodb:PutItem',
  'dynamodb:Query',
  'dynamodb:Scan',
];
/** Partitions of the control table that ticks of the operator function work on (`lib/aws/dynamo/control-records.ts`). */
const OPERATOR_PARTITIONS = ['records#platform', 'records#replay'];

/** Entities and claims, by key and by the index. */
export function grantReadJournal(table: ITable, grantee: IGrantable): Grant {
  const index = `${table.tableArn}/index/${journalTable.entityIndex.name}`;
  return Grant.addToPrincipal({ grantee, actions: readActions, resourceArns: [table.tableArn, index] });
}

/** All that the runtime does with its journal; no scan and nothing about the table itself. */
export function grantUseJournal(table: ITable, grantee: IGrantable): Grant {
  grantReadJournal(table, grantee);
  return Grant.addToPrincipal({ grantee, actions: writeActions, resourceArns: [table.tableArn] });
}

/** Items of a table that the team brought: read by key, written in the journal's transactions; with the table's own key, if it is known. */
export function grantUseBroughtTable(table: ITable, grantee: IGrantable): Grant {
  const actions = [
    'dynamodb:BatchGetItem',
    'dynamodb:ConditionCheckItem',
    'dynamodb:DeleteItem',
    'dynamodb:GetItem',
    'dynamodb:PutItem',
    'dynamodb:UpdateItem',
  ];
  grantKeyUse(table.encryptionKey, grantee, ['dynamodb']);
  return Grant.addToPrincipal({ grantee, actions, resourceArns: [table.tableArn] });
}

/** Whether consumers are paused, and the pause that the runtime itself decides on; no other partition of the control table. */
export function grantUseControl(table: ITable, grantee: IGrantable): Grant {
  return Grant.addToPrincipal({
    grantee,
    actions: ['dynamodb:GetItem', 'dynamodb:PutItem'],
    resourceArns: [table.tableArn],
    conditions: { 'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': [CONSUMERS_PARTITION] } },
  });
}

/** Replays, and the platform's own documents; of the rest of the control table only whether consumers are paused. */
export function grantUsePlatformDocuments(table: ITable, grantee: IGrantable): Grant {
  Grant.addToPrincipal({
    grantee,
    actions: ['dynamodb:GetItem'],
    resourceArns: [table.tableArn],
    conditions: { 'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': [CONSUMERS_PARTITION] } },
  });
  return Grant.addToPrincipal({
    grantee,
    actions: ['dynamodb:GetItem', 'dynamodb:PutItem'],
    resourceArns: [table.tableArn],
    conditions: { 'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': OPERATOR_PARTITIONS } },
  });
}
