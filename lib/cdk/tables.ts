import { RemovalPolicy } from 'aws-cdk-lib';
import { AttributeType, BillingMode, ProjectionType, Table, TableEncryption } from 'aws-cdk-lib/aws-dynamodb';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import { controlTable, journalTable } from '../contract/deployment.ts';

/** What a table of this package is made of. */
export interface TableOptions {
  /** @default - a key that AWS owns */
  readonly encryptionKey?: IKey;
  /** @default RemovalPolicy.RETAIN */
  readonly removalPolicy?: RemovalPolicy;
}

/** Names of the attributes that a table is made with. */
interface TableKeys {
  readonly partitionKey: string;
  readonly sortKey: string;
  readonly expiry: string;
}

function createTable(scope: Construct, id: string, keys: TableKeys, { encryptionKey, removalPolicy }: TableOptions): Table {
  const kept = removalPolicy ?? RemovalPolicy.RETAIN;
  return new Table(scope, id, {
    partitionKey: { name: keys.partitionKey, type: AttributeType.STRING },
    sortKey: { name: keys.sortKey, type: AttributeType.STRING },
    timeToLiveAttribute: keys.expiry,
    billingMode: BillingMode.PAY_PER_REQUEST,
    pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
    deletionProtection: kept === RemovalPolicy.RETAIN,
    removalPolicy: kept,
    ...(encryptionKey ? { encryption: TableEncryption.CUSTOMER_MANAGED, encryptionKey } : { encryption: TableEncryption.DEFAULT }),
  });
}

/** The journal of one service, with its index of entities by value. */
export function createJournalTable(scope: Construct, id: string, options: TableOptions): Table {
  const table = createTable(scope, id, journalTable, options);
  const { name, partitionKey, sortKey } = journalTable.entityIndex;
  table.addGlobalSecondaryIndex({
    indexName: name,
    partitionKey: { name: partitionKey, type: AttributeType.STRING },
    sortKey: { name: sortKey, type: AttributeType.STRING },
    // A query reads what it finds by key, so that a large state is not stored, and paid, twice.
    projectionType: ProjectionType.KEYS_ONLY,
  });
  return table;
}

/** What operators and the runtime decide about consumers. */
export function createControlTable(scope: Construct, id: string, options: TableOptions): Table {
  return createTable(scope, id, controlTable, options);
}
