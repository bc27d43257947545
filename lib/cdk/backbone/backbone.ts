import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import type { IAlarmAction } from 'aws-cdk-lib/aws-cloudwatch';
import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import { EventBus, type IEventBus } from 'aws-cdk-lib/aws-events';
import { CfnRegistry } from 'aws-cdk-lib/aws-glue';
import type { Grant, IGrantable } from 'aws-cdk-lib/aws-iam';
import { type CfnStream, type IStream, Stream, StreamEncryption, StreamMode } from 'aws-cdk-lib/aws-kinesis';
import { type IKey, Key } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import { deployedOnce } from '../deployed-once.ts';
import { expectFindings } from '../expected-finding.ts';
import { functionLogs } from '../functions/function-logs.ts';
import { grantKeyUse, letEventBridgeUse } from '../grants/grant-key.ts';
import { grantPublish } from '../grants/grant-publish.ts';
import { keptOnceMade } from '../kept-once-made.ts';
import { misuse } from '../misuse.ts';
import { boundsOfBackbone, refuseOutOfBounds } from '../out-of-bounds.ts';
import { createControlTable } from '../tables.ts';
import { refuseWithoutEffectOnBackbone } from '../without-effect.ts';
import { writeBackboneParameters } from './backbone-parameters.ts';
import type { BackboneProps } from './backbone-props.ts';
import { Bridge } from './bridge.ts';
import { addBridgeAlarms } from './bridge-alarms.ts';
import { closeBus } from './close-bus.ts';
import { type BackboneLookup, FoundBackbone, type IBackbone } from './found-backbone.ts';
import { Operator } from './operator.ts';

/** With less, replays and claims would not cover a weekend. */
const RETENTION_DAYS_MIN = 7;

/** Stream, bus, the bridge function that feeds the bus from the stream, registry, key, control table; found by others through SSM parameters. */
export class Backbone extends Construct implements IBackbone {
  /** Finds a backbone that another app deployed by its SSM parameters, at each deploy. */
  static fromName(scope: Construct, id: string, name: string, lookup: BackboneLookup = {}): IBackbone {
    return new FoundBackbone(scope, id, name, lookup);
  }

  readonly name: string;
  readonly bus: IEventBus;
  /** @default - `stream: false` */
  readonly stream?: IStream;
  /** @default - `encryptionKey: false`, or a stream without a key that is known */
  readonly encryptionKey?: IKey;
  readonly controlTable: ITable;
  readonly registryName: string;
  /** @default - no operator function */
  readonly operatorRoleArn?: string;
  /** @default - no stream, no bridge */
  readonly bridge?: Bridge;
  /** @default - `operator: false`, or no stream */
  readonly operator?: Operator;

  /** @throws RETENTION_TOO_SHORT, STREAM_MISSING, OPTION_WITHOUT_EFFECT, OPTION_OUT_OF_BOUNDS, DEPLOYED_TWICE */
  constructor(scope: Construct, id: string, props: BackboneProps) {
    super(scope, id);
    const { choreography, name = choreography.name, removalPolicy = RemovalPolicy.RETAIN } = props;
    this.name = name;
    deployedOnce(this, `the backbone ${name}`);
    refuseWithoutEffectOnBackbone(this, props);
    refuseOutOfBounds(this, props, boundsOfBackbone);
    const key = this.#key(props);
    if (key) this.encryptionKey = key;
    const stream = this.#stream(props);
    if (stream) this.stream = stream;
    const ownBus = props.bus ? undefined : new EventBus(this, 'Bus', { eventBusName: name, description: `Events of ${name}` });
    this.bus = props.bus ?? (ownBus as EventBus);
    this.controlTable = createControlTable(this, 'Control', { removalPolicy, ...(key ? { encryptionKey: key } : {}) });
    this.registryName = props.registryName ?? name;
    if (props.registryName === undefined) {
      // With a registry, all of its schemas go.
      new CfnRegistry(this, 'Registry', { name, description: `Schemas of ${name}` }).applyRemovalPolicy(keptOnceMade(removalPolicy));
    }
    if (stream) this.bridge = this.#bridge(props, stream);
    const role = this.bridge?.function.role?.roleArn;
    if (ownBus) closeBus(ownBus, role ? [role, ...(props.publishers ?? [])] : undefined);
    const operator = this.#operator(props);
    if (operator) this.operator = operator;
    const operatorRole = operator?.function.role?.roleArn;
    if (operatorRole !== undefined) this.operatorRoleArn = operatorRole;
    writeBackboneParameters(this, this, this);
    if (props.alarms !== false) this.#addAlarms(props.alarmActions ?? []);
  }

  /** Allows publishing events of these types; on a stream, where IAM knows no types, any event. */
  grantPublish(grantee: IGrantable, ...eventTypes: string[]): Grant {
    if (this.stream) grantKeyUse(this.encryptionKey, grantee, ['kinesis']);
    return grantPublish(this, grantee, { types: eventTypes });
  }

  #key({ encryptionKey, stream, removalPolicy = RemovalPolicy.RETAIN, name, choreography }: BackboneProps): IKey | undefined {
    if (encryptionKey === false) return undefined;
    const brought = encryptionKey ?? (stream ? stream.encryptionKey : undefined);
    if (brought) return brought;
    const key = new Key(this, 'Key', {
      enableKeyRotation: true,
      removalPolicy,
      description: `Events and journals of ${name ?? choreography.name}`,
    });
    letEventBridgeUse(key);
    return key;
  }

  #stream(props: BackboneProps): IStream | undefined {
    const { choreography, stream, shards, retention = Duration.days(RETENTION_DAYS_MIN), removalPolicy = RemovalPolicy.RETAIN } = props;
    if (stream === false) {
      const reader = choreography.services.find(({ source }) => source === 'stream');
      if (!reader) return undefined;
      throw misuse(
        this,
        'STREAM_MISSING',
        `\`stream\` is false, and the service ${reader.name} reads from a stream: give the service \`source: 'bus'\`, or leave \`stream\` out.`,
      );
    }
    if (stream) return stream;
    if (retention.toDays({ integral: false }) < RETENTION_DAYS_MIN) {
      throw misuse(
        this,
        'RETENTION_TOO_SHORT',
        `\`retention\` is ${retention.toHumanString()}: give ${RETENTION_DAYS_MIN} days or more, so that an event outlives a weekend.`,
      );
    }
    const made = new Stream(this, 'Stream', {
      retentionPeriod: retention,
      removalPolicy: keptOnceMade(removalPolicy),
      ...(shards === undefined ? { streamMode: StreamMode.ON_DEMAND } : { streamMode: StreamMode.PROVISIONED, shardCount: shards }),
      ...(this.encryptionKey
        ? { encryption: StreamEncryption.KMS, encryptionKey: this.encryptionKey }
        : { encryption: StreamEncryption.MANAGED }),
    });
    expectFindings(made, 'A key of its own has a policy and a rotation of its own; the key of AWS for Kinesis has neither.', [
      'AwsSolutions-KDS3',
    ]);
    // AUTO would spread the events of one saga over shards, and their order would be gone. On demand only.
    if (shards === undefined) (made.node.defaultChild as CfnStream).recordDistributionStrategy = 'USER_PARTITION_KEY';
    return made;
  }

  #bridge(props: BackboneProps, stream: IStream): Bridge {
    return new Bridge(this, 'Bridge', {
      backbone: this.name,
      stream,
      bus: this.bus,
      startAt: props.startAt ?? (props.stream ? 'latest' : 'earliest'),
      fanOut: props.fanOut ?? true,
      ...(props.forward ? { types: props.forward } : {}),
      ...(props.forwardRefresh ? { refresh: props.forwardRefresh } : {}),
      ...(this.encryptionKey ? { encryptionKey: this.encryptionKey } : {}),
      ...(props.functions ? { functions: props.functions } : {}),
      ...functionLogs(props),
    });
  }

  #operator({ operator, ...props }: BackboneProps): Operator | undefined {
    if (operator === false || (operator === undefined && !this.stream)) return undefined;
    return new Operator(this, 'Operator', {
      backbone: this.name,
      controlTable: this.controlTable,
      ...(this.stream ? { stream: this.stream } : {}),
      ...(this.encryptionKey ? { encryptionKey: this.encryptionKey } : {}),
      ...(operator ? { functions: operator } : {}),
      ...functionLogs(props),
    });
  }

  #addAlarms(actions: readonly IAlarmAction[]): void {
    if (this.bridge) addBridgeAlarms(this.bridge, this.name, actions);
    this.operator?.addAlarms(this.name, actions);
  }
}
