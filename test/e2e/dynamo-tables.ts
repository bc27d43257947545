import { randomUUID } from 'node:crypto';
import { CreateTableCommand, DeleteTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { journalClient } from '../../lib/aws/dynamo/client.ts';
import { controlTableDefinition, journalTableDefinition } from '../../lib/aws/dynamo/table-definition.ts';

/** Tables on the emulator under names of their own; `removeAll` takes them away again. */
export function createTables() {
  const client = journalClient(new DynamoDBClient({ maxAttempts: 3 }));
  const names: string[] = [];
  const create = async (input: ReturnType<typeof journalTableDefinition>['create']): Promise<string> => {
    await client.send(new CreateTableCommand(input));
    names.push(input.TableName ?? '');
    return input.TableName ?? '';
  };
  const name = (kind: string) => `${kind}-${randomUUID()}`;
  return {
    client,
    journal: () => create(journalTableDefinition(name('journal')).create),
    control: () => create(controlTableDefinition(name('control')).create),
    /** A table as a team may have it: one key, a number. */
    orders: () =>
      create({
        TableName: name('orders'),
        BillingMode: 'PAY_PER_REQUEST',
        AttributeDefinitions: [{ AttributeName: 'orderNumber', AttributeType: 'N' }],
        KeySchema: [{ AttributeName: 'orderNumber', KeyType: 'HASH' }],
      }),
    async removeAll() {
      for (const TableName of names.splice(0)) await client.send(new DeleteTableCommand({ TableName }));
    },
  };
}
