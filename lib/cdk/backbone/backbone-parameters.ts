import { Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { type BackboneAddress, type BackbonePart, parameterNames } from '../../contract/deployment.ts';
import { writeParameter } from '../parameter.ts';
import type { Bridge } from './bridge.ts';
import type { IBackbone } from './found-backbone.ts';
import type { Operator } from './operator.ts';

/** Writes where everything of a backbone is: part by part for CloudFormation, and as one JSON object for the tools. */
export function writeBackboneParameters(
  scope: Construct,
  backbone: IBackbone,
  { bridge, operator }: { readonly bridge?: Bridge; readonly operator?: Operator },
): void {
  const { name, bus, stream, encryptionKey, controlTable, registryName, operatorRoleArn } = backbone;
  const parts: Readonly<Record<BackbonePart, string | undefined>> = {
    'stream-arn': stream?.streamArn,
    'bus-arn': bus.eventBusArn,
    registry: registryName,
    'control-table': controlTable.tableName,
    'key-arn': encryptionKey?.keyArn,
    'operator-role-arn': operatorRoleArn,
  };
  for (const [part, value] of Object.entries(parts)) {
    if (value !== undefined) writeParameter(scope, `Part-${part}`, parameterNames.backbonePart(name, part as BackbonePart), value);
  }
  const address: BackboneAddress = {
    ...(stream ? { stream: stream.streamName, streamArn: stream.streamArn } : {}),
    bus: bus.eventBusName,
    busArn: bus.eventBusArn,
    registry: registryName,
    controlTable: controlTable.tableName,
    ...(encryptionKey ? { key: encryptionKey.keyArn } : {}),
    ...(operator ? { operator: operator.function.functionName } : {}),
    ...(bridge ? { bridge: bridge.function.functionName, bridgeDeadLetterQueue: bridge.deadLetterQueue.queueUrl } : {}),
  };
  writeParameter(scope, 'Address', parameterNames.backbone(name), Stack.of(scope).toJsonString(address));
}
