import {
  CreateTableCommand,
  DeleteTableCommand,
  DescribeTableCommand,
  PutItemCommand,
  TransactionCanceledException,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';
import { CreateEventSourceMappingCommand } from '@aws-sdk/client-lambda';
import type { DynamoDBStreamEvent } from 'aws-lambda';
import { expectThat, type Probe, type Rig, until } from './probe.ts';

async function createTable({ dynamodb, nameOf, undo }: Rig): Promise<{ readonly name: string; readonly stream: string }> {
  const TableName = nameOf('table');
  await dynamodb.send(
    new CreateTableCommand({
      TableName,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
      StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' },
    }),
  );
  undo.push(() => dynamodb.send(new DeleteTableCommand({ TableName })));
  const { Table } = await dynamodb.send(new DescribeTableCommand({ TableName }));
  return { name: TableName, stream: Table?.LatestStreamArn ?? '' };
}

/** Puts an item that must not be there, and counts it, in one transaction. */
function claim(table: string, pk: string, token?: string) {
  return new TransactWriteItemsCommand({
    ClientRequestToken: token,
    TransactItems: [
      {
        Put: {
          TableName: table,
          Item: { pk: { S: pk } },
          ConditionExpression: 'attribute_not_exists(pk)',
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        },
      },
      {
        Update: {
          TableName: table,
          Key: { pk: { S: 'counter' } },
          UpdateExpression: 'ADD n :one',
          ExpressionAttributeValues: { ':one': { N: '1' } },
        },
      },
    ],
  });
}

/** Tables: transactions and streams. */
export const dynamoDbProbes: readonly Probe[] = [
  {
    area: 'DynamoDB',
    rule: 'of transactions that race for a claim one wins; the others learn why, and see the item',
    async run(rig) {
      const { name } = await createTable(rig);
      const results = await Promise.allSettled(Array.from({ length: 8 }, () => rig.dynamodb.send(claim(name, 'c'))));
      const won = results.filter(({ status }) => status === 'fulfilled').length;
      expectThat(won === 1, `${won} won`);
      const error = await rig.dynamodb.send(claim(name, 'c')).catch((caught: unknown) => caught);
      expectThat(error instanceof TransactionCanceledException, String(error));
      const [put, update] = error.CancellationReasons ?? [];
      expectThat(put?.Code === 'ConditionalCheckFailed' && put.Item?.['pk']?.S === 'c' && update?.Code === 'None', JSON.stringify(put));
    },
  },
  {
    area: 'DynamoDB',
    rule: 'a transaction that is sent twice with one ClientRequestToken happens once',
    async run(rig) {
      const { name } = await createTable(rig);
      await rig.dynamodb.send(claim(name, 'c', 'token-1'));
      await rig.dynamodb.send(claim(name, 'c', 'token-1'));
    },
  },
  {
    area: 'DynamoDB → Lambda',
    rule: 'a stream of a table delivers the changes of an item in order, filtered by its mapping',
    async run(rig) {
      const { name, stream } = await createTable(rig);
      const { name: FunctionName, calls } = await rig.createFunction(() => undefined);
      const Filters = [{ Pattern: JSON.stringify({ dynamodb: { NewImage: { kind: { S: ['order'] } } } }) }];
      const where = { StartingPosition: 'TRIM_HORIZON' as const, FilterCriteria: { Filters } };
      await rig.lambda.send(new CreateEventSourceMappingCommand({ FunctionName, EventSourceArn: stream, ...where }));
      for (const n of ['1', '2', '3']) {
        for (const kind of ['note', 'order']) {
          await rig.dynamodb.send(new PutItemCommand({ TableName: name, Item: { pk: { S: kind }, kind: { S: kind }, n: { N: n } } }));
        }
      }
      const seen = () =>
        calls.flatMap(({ event }) => (event as DynamoDBStreamEvent).Records).map(({ dynamodb }) => dynamodb?.NewImage?.['n']?.N);
      await until('three changes', () => seen().length >= 3);
      expectThat(seen().join() === '1,2,3', `delivered ${seen().join()}`);
    },
  },
];
