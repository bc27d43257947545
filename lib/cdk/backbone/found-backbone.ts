import { Stack } from 'aws-cdk-lib';
import { type ITable, Table } from 'aws-cdk-lib/aws-dynamodb';
import { EventBus, type IEventBus } from 'aws-cdk-lib/aws-events';
import { type IStream, Stream } from 'aws-cdk-lib/aws-kinesis';
import { type IKey, Key } from 'aws-cdk-lib/aws-kms';
import { StringParameter } from 'aws-cdk-lib/aws-ssm';
import { Construct } from 'constructs';
import { type BackbonePart, parameterNames } from '../../contract/deployment.ts';

/** What all services of a choreography share; owned or found. */
export interface IBackbone {
  /** By which services and tools find it. */
  readonly name: string;
  readonly bus: IEventBus;
  /** @default - bus only */
  readonly stream?: IStream;
  /** @default - keys that AWS owns */
  readonly encryptionKey?: IKey;
  readonly controlTable: ITable;
  /** Name of the Glue registry. */
  readonly registryName: string;
  /** Of the function that carries out replays. @default - there is none */
  readonly operatorRoleArn?: string;
}

/** What `Backbone.fromName` must know when the template is made; the values themselves are looked up at the deploy. */
export interface BackboneLookup {
  /** Whether the backbone has a stream. @default true */
  readonly stream?: boolean;
  /** Whether the backbone has a key of its own. @default true */
  readonly encryptionKey?: boolean;
  /** Whether the backbone has an operator function. @default - as `stream` */
  readonly operator?: boolean;
}

/** A backbone that another app deployed. CloudFormation reads its parts from SSM at each deploy; nothing is exported. */
export class FoundBackbone extends Construct implements IBackbone {
  readonly name: string;
  readonly bus: IEventBus;
  /** @default - `stream: false` was given */
  readonly stream?: IStream;
  /** @default - `encryptionKey: false` was given */
  readonly encryptionKey?: IKey;
  readonly controlTable: ITable;
  readonly registryName: string;
  /** @default - `operator: false` was given, or `stream: false` */
  readonly operatorRoleArn?: string;

  constructor(scope: Construct, id: string, name: string, lookup: BackboneLookup = {}) {
    super(scope, id);
    const { stream = true, encryptionKey = true, operator = stream } = lookup;
    const part = (wanted: BackbonePart) => StringParameter.valueForStringParameter(this, parameterNames.backbonePart(name, wanted));
    this.name = name;
    this.bus = EventBus.fromEventBusArn(this, 'Bus', part('bus-arn'));
    if (stream) this.stream = Stream.fromStreamArn(this, 'Stream', part('stream-arn'));
    if (encryptionKey) this.encryptionKey = Key.fromKeyArn(this, 'Key', part('key-arn'));
    const tableArn = Stack.of(this).formatArn({ service: 'dynamodb', resource: 'table', resourceName: part('control-table') });
    this.controlTable = Table.fromTableArn(this, 'ControlTable', tableArn);
    this.registryName = part('registry');
    if (operator) this.operatorRoleArn = part('operator-role-arn');
  }
}
