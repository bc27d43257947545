import { Stack } from 'aws-cdk-lib';
import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import type { AnyService } from '../../contract/service.ts';
import type { IBackbone } from '../backbone/found-backbone.ts';
import { grantKeyUse } from '../grants/grant-key.ts';
import { grantPublish } from '../grants/grant-publish.ts';
import { grantUseBroughtTable, grantUseControl, grantUseJournal } from '../grants/grant-table.ts';
import { commandTypes, publishedTypes, subscribedTypes } from './subscriptions.ts';

/** What running a service touches. */
export interface ServicePermissionsProps {
  readonly backbone: IBackbone;
  readonly service: AnyService;
  readonly table: ITable;
  readonly tables: Readonly<Record<string, ITable>>;
  readonly replayQueue: IQueue;
}

/** Schemas that a policy names one by one; above it the statement would crowd out others (10,240 characters a role). */
const NAMED_SCHEMAS_MAX = 25;

/**
 * Versions of schemas that are newer than the deployed code: of the messages that the service takes. The functions ask by
 * name; a call by version id would need all resources (awslabs/aws-glue-schema-registry issues 68 and 151, 2026-11-29).
 */
function grantReadSchemas(scope: Construct, registryName: string, service: AnyService, grantee: IGrantable): void {
  const stack = Stack.of(scope);
  const types = [...subscribedTypes(service), ...commandTypes(service)];
  const schema = (name: string) => stack.formatArn({ service: 'glue', resource: 'schema', resourceName: `${registryName}/${name}` });
  const registry = stack.formatArn({ service: 'glue', resource: 'registry', resourceName: registryName });
  const schemas = types.length <= NAMED_SCHEMAS_MAX ? types.map(schema) : [schema('*')];
  Grant.addToPrincipal({
    grantee,
    actions: ['glue:GetRegistry', 'glue:GetSchema', 'glue:GetSchemaVersion'],
    resourceArns: [registry, ...schemas],
  });
}

/** What everything that runs a service needs, made from what its reactions declare; taking messages comes on top. */
export function grantRunService(scope: Construct, grantee: IGrantable, props: ServicePermissionsProps): void {
  const { backbone, service, table, tables, replayQueue } = props;
  grantUseJournal(table, grantee);
  for (const one of Object.values(tables)) grantUseBroughtTable(one, grantee);
  grantUseControl(backbone.controlTable, grantee);
  const types = publishedTypes(service);
  if (types.length > 0) grantPublish(backbone, grantee, { source: service.name, types });
  Grant.addToPrincipal({ grantee, actions: ['sqs:SendMessage'], resourceArns: [replayQueue.queueArn] });
  grantReadSchemas(scope, backbone.registryName, service, grantee);
  grantKeyUse(backbone.encryptionKey, grantee, ['dynamodb', 'kinesis', 'sqs']);
}
