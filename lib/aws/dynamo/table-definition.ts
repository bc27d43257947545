import { BillingMode, type CreateTableCommandInput, ProjectionType, type UpdateTimeToLiveCommandInput } from '@aws-sdk/client-dynamodb';
import { controlTable, journalTable } from '../../contract/deployment.ts';

/** A table as plain data: what `CreateTable` takes, and `UpdateTimeToLive` after it. */
export interface TableDefinition {
  readonly create: CreateTableCommandInput;
  readonly expiry: UpdateTimeToLiveCommandInput;
}

type Keys = { readonly partitionKey: string; readonly sortKey: string };

function schemaOf({ partitionKey, sortKey }: Keys) {
  return [
    { AttributeName: partitionKey, KeyType: 'HASH' as const },
    { AttributeName: sortKey, KeyType: 'RANGE' as const },
  ];
}

function definitionOf(name: string, keys: Keys & { readonly expiry: string }, index?: Keys & { readonly name: string }): TableDefinition {
  const names = [keys, ...(index ? [index] : [])].flatMap(({ partitionKey, sortKey }) => [partitionKey, sortKey]);
  const indexes = index && {
    GlobalSecondaryIndexes: [
      // A query reads what it finds, so the index needs no more than the keys, and a large state is not stored twice.
      { IndexName: index.name, KeySchema: schemaOf(index), Projection: { ProjectionType: ProjectionType.KEYS_ONLY } },
    ],
  };
  return {
    create: {
      TableName: name,
      BillingMode: BillingMode.PAY_PER_REQUEST,
      AttributeDefinitions: names.map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
      KeySchema: schemaOf(keys),
      ...indexes,
    },
    expiry: { TableName: name, TimeToLiveSpecification: { AttributeName: keys.expiry, Enabled: true } },
  };
}

/** The journal of one service: what the construct lays down, for tests and tools that have no construct. */
export function journalTableDefinition(name: string): TableDefinition {
  return definitionOf(name, journalTable, journalTable.entityIndex);
}

/** The control table of a backbone. */
export function controlTableDefinition(name: string): TableDefinition {
  return definitionOf(name, controlTable);
}
